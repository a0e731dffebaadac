"""The labelled answers of a run, by what their labels are for: what teaches never measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median

from jurist.alignment.automatic import Automatic, automatic
from jurist.records import Annotation, Candidate, Case, LabelRole, Question, Verdict
from jurist.roles.protocols import Workspace
from jurist.runs.results import results, workspaces
from jurist.store import Store
from jurist.store.annotations import Ruling, annotations_of, settlements_of

_UNTEACHABLE = frozenset({Ruling.REFERENCE_WRONG, Ruling.QUESTION_AMBIGUOUS})


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer that people ruled on, with what is needed to judge it again."""

    task: str
    workspace: Workspace
    case: Case
    question: Question
    candidate: Candidate
    accepted: frozenset[int]
    """All scores that any annotator would accept."""
    score: float
    """The median of the preferred ones, also midway between two levels."""
    rationale: str
    judged: Verdict | None
    """What the judge that is tuned said in the run; `None`: it did not rule there."""

    @property
    def reference(self) -> str:
        """The reference among all datasets: answers to one are not independent."""
        return f"{self.workspace.name}/{self.case.id}"

    @property
    def level(self) -> int:
        """The accepted score nearest to the median; of two as near, the lower."""
        return min(self.accepted, key=lambda score: (abs(score - self.score), score))

    @property
    def content(self) -> tuple[str, str, str | None]:
        """What a judge sees of it that differs from answer to answer."""
        return self.reference, self.question.text, self.candidate.query

    @property
    def judge_error(self) -> float:
        """How far the judge was from the people, 0 where it was not asked."""
        if self.judged is None or self.judged.score is None:
            return 0.0
        return abs(self.judged.score - self.score)


def labelled_answers(
    store: Store, run: str, judge: str, *, forgotten: Collection[str] = ()
) -> Mapping[LabelRole, tuple[LabelledAnswer, ...]]:
    """A run's answers by the role of their labels, in the run's order.

    Answers whose reference or question was settled to be at fault teach nothing, and are
    left out of `TUNE`; in `TEST` everything stays that was labelled. Two generators may have
    given the same answer to the same question: what is in `TEST` is then not in `DEV`, and
    what is in either is not in `TUNE`. Answers that got their score without the judge being asked
    are in none: no prompt changes them.

    Args:
        store: Where the run is.
        run: The run's id.
        judge: Whose verdicts are shown beside the labels.
        forgotten: Tasks that must not teach.
    """
    labels: dict[str, list[Annotation]] = defaultdict(list)
    for label in annotations_of(store, run):
        labels[label.task].append(label)
    unusable = {each.task for each in settlements_of(store, run) if each.ruling in _UNTEACHABLE}
    places = workspaces(store, run)
    rows: dict[str, LabelledAnswer] = {}
    not_asked: set[str] = set()
    for result in results(store, run):
        given = labels.get(result.task)
        if given is None or result.candidate.failure is not None:
            continue
        given_by = {each.judge: each for each in (result.verdict, *result.verdict.members)}
        mine = given_by.get(judge)
        if _nobody_was_asked(mine, result.verdict):
            not_asked.add(result.task)
        before = rows.get(result.task)
        rows[result.task] = LabelledAnswer(
            result.task,
            places[result.dataset],
            result.case,
            result.question,
            result.candidate,
            frozenset(score for label in given for score in label.scores),
            float(median(label.scores[0] for label in given)),
            " ".join(label.rationale for label in given if label.rationale),
            mine or (before.judged if before else None),
        )
    kept = [row for row in rows.values() if row.task not in not_asked]
    by_role: dict[LabelRole, tuple[LabelledAnswer, ...]] = {}
    seen: set[tuple[str, str, str | None]] = set()
    for role in (LabelRole.TEST, LabelRole.DEV, LabelRole.TUNE):
        mine = [answer for answer in kept if labels[answer.task][0].role is role]
        if role is LabelRole.TUNE:
            mine = [each for each in mine if each.task not in unusable | set(forgotten)]
        by_role[role] = tuple(each for each in mine if each.content not in seen)
        seen |= {each.content for each in mine}
    return by_role


def _nobody_was_asked(mine: Verdict | None, other: Verdict) -> bool:
    """Whether the judge that is tuned was not asked, or where it did not rule, would not be."""
    if mine is not None:
        return automatic(mine) is not None
    return automatic(other) not in {None, Automatic.PROOF}
