"""Where a judge and a yardstick part: a proof, a person, or, without either, another judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from statistics import median

from jurist.alignment.against import Against
from jurist.alignment.labels.files import accepts
from jurist.analysis.levels import PASS, SAME
from jurist.evidence.difference_kinds import DifferenceKind, difference_kind
from jurist.records import Annotation, LabelRole, Relation, Verdict
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result, Writing
from jurist.store.annotations import Ruling, Settlement

WIDE = 2.0
"""Scores that lie so far apart disagree whatever they say."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One judge's ruling on one answer, beside one that contradicts it."""

    task: str
    dataset: str
    case: str
    generator: str
    question: str
    reference: str | None
    candidate: str | None
    """`None`: the generator refused."""
    kind: DifferenceKind
    judge: str
    score: float
    reasoning: str
    against: Against
    other: str
    """The proof, the annotators, or the other judge, by name."""
    other_score: float
    other_reasoning: str
    witness: str
    """What tells the two queries apart, in words; empty where there is nothing."""
    role: LabelRole | None
    """What the answer's labels are for; `None`: it has none."""
    settled: Ruling | None = None

    @property
    def gap(self) -> float:
        """How far apart the two scores are."""
        return abs(self.score - self.other_score)


@dataclass(frozen=True, slots=True)
class UnfaithfulQuestion:
    """A question that does not say what its query says."""

    dataset: str
    case: str
    question: str
    reference: str | None
    reason: str


@dataclass
class _Answer:
    result: Result
    verdicts: dict[str, Verdict] = field(default_factory=dict[str, Verdict])


def disagreements(
    results: Iterable[Result],
    labels: Iterable[Annotation],
    settlements: Iterable[Settlement],
    places: Mapping[str, Workspace],
    *,
    proofs: Collection[str] = ("proof",),
) -> tuple[Disagreement, ...]:
    """Every disagreement of a run, the widest first.

    Two rulings disagree where one calls them the same (4.5 or more) or passes (4 or
    more) and the other does not, or where they lie two points apart. A score that an
    annotator would also accept agrees. Judges are held against each other only where there is
    neither a proof nor a person.

    Args:
        results: Of a run.
        labels: The run's annotations, of any role.
        settlements: What has been settled.
        places: The workspaces by dataset.
        proofs: Names of the judges that prove: their rules on refusals and on texts that are
            no query are certain too.
    """
    answers: dict[str, _Answer] = {}
    for result in results:
        answers.setdefault(result.task, _Answer(result)).verdicts[result.judge] = result.verdict
    people: dict[str, list[Annotation]] = defaultdict(list)
    for label in labels:
        people[label.task].append(label)
    ruled = {(each.task, each.judge): each.ruling for each in settlements}
    found = [
        disagreement
        for task, answer in answers.items()
        for disagreement in _of_answer(
            task,
            answer,
            _certain(answer, proofs),
            people.get(task, []),
            ruled,
            places[answer.result.dataset],
            proofs,
        )
    ]
    return tuple(sorted(found, key=lambda each: (-each.gap, each.kind, each.case, each.task)))


def disagree(one: float, other: float) -> bool:
    """Whether two scores say different things."""
    return (
        (one >= SAME) != (other >= SAME)
        or (one >= PASS) != (other >= PASS)
        or abs(one - other) >= WIDE
    )


def unfaithful_questions(writings: Iterable[Writing]) -> tuple[UnfaithfulQuestion, ...]:
    """The questions of a run that were found not to say what their query says."""
    return tuple(
        UnfaithfulQuestion(
            writing.dataset,
            writing.case.id,
            question.text,
            writing.case.reference,
            question.faithfulness.reason or question.faithfulness.method,
        )
        for writing in writings
        for question in writing.questions
        if question.faithfulness is not None and question.faithfulness.faithful is False
    )


def _of_answer(
    task: str,
    answer: _Answer,
    certain: Verdict | None,
    labels: Sequence[Annotation],
    ruled: Mapping[tuple[str, str], Ruling],
    workspace: Workspace,
    proofs: Collection[str],
) -> Iterator[Disagreement]:
    result = answer.result
    scored = {
        judge: verdict
        for judge, verdict in answer.verdicts.items()
        if verdict.score is not None and not _is_proof(verdict, proofs)
    }
    story = _story(certain)
    kind: DifferenceKind | None = None

    def made(
        judge: str, against: Against, other: str, other_score: float, other_reasoning: str
    ) -> Disagreement:
        nonlocal kind
        if kind is None:
            kind = _kind(result, certain, workspace)
        verdict = scored[judge]
        return Disagreement(
            task,
            result.dataset,
            result.case.id,
            result.generator,
            result.question.text,
            result.case.reference,
            result.candidate.query,
            kind,
            judge,
            verdict.score or 0.0,
            verdict.reasoning,
            against,
            other,
            other_score,
            other_reasoning,
            story,
            labels[0].role if labels else None,
            ruled.get((task, judge)),
        )

    for judge, verdict in scored.items():
        score = verdict.score or 0.0
        if certain is not None and disagree(score, certain.score or 0.0):
            yield made(judge, Against.PROOF, "proof", certain.score or 0.0, certain.reasoning)
        if labels and not any(accepts(label.scores, score) for label in labels):
            persons = median(label.scores[0] for label in labels)
            if disagree(score, persons):
                names = ", ".join(label.annotator for label in labels)
                why = "\n".join(label.rationale for label in labels if label.rationale)
                yield made(judge, Against.PEOPLE, names, persons, why)
    if certain is None and not labels:
        for one, other in permutations(scored, 2):  # either may be the one that is wrong
            theirs = scored[other]
            if disagree(scored[one].score or 0.0, theirs.score or 0.0):
                yield made(one, Against.JUDGE, other, theirs.score or 0.0, theirs.reasoning)


def _certain(answer: _Answer, proofs: Collection[str]) -> Verdict | None:
    """What a machine is certain of, whoever asked it."""
    for verdict in answer.verdicts.values():
        for each in (verdict, *verdict.members):
            if each.score is not None and not each.members and _is_proof(each, proofs):
                return each
    return None


def _is_proof(verdict: Verdict, proofs: Collection[str]) -> bool:
    """Whether the verdict is a proof's own, also as the member that settled a cascade."""
    evidence = verdict.evidence
    decided = evidence is not None and evidence.relation is not Relation.UNDECIDED
    last = verdict.members[-1] if verdict.members else verdict
    return decided or (last.judge in proofs and last.score == verdict.score)


def _kind(result: Result, certain: Verdict | None, workspace: Workspace) -> DifferenceKind:
    evidence = None if certain is None else certain.evidence
    if evidence is not None and evidence.relation is Relation.EQUIVALENT:
        return DifferenceKind.WORDING
    return difference_kind(
        result.case.reference, result.candidate, workspace.language, workspace.schema
    )


def _story(certain: Verdict | None) -> str:
    evidence = None if certain is None else certain.evidence
    return evidence.witnesses[0].story if evidence is not None and evidence.witnesses else ""
