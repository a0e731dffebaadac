"""References that may be wrong: listed for people to look at, never silently scored."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jurist.alignment.casting import Player, judges_of
from jurist.analysis.levels import PASS
from jurist.records import Case, Evidence, Question, Relation, Side, Verdict
from jurist.roles.llm.styles import Style
from jurist.runs.results import Result, rulings
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run

_NOT_DIFFERENT: Final = frozenset({Relation.EQUIVALENT, Relation.REFINES, Relation.UNDECIDED})


class Ground(StrEnum):
    """Why a reference is suspicious."""

    DENIED = "a judge that read question and reference says it does not answer the question"
    CONTESTED = (
        "an answer that is certainly different answers the question, says a judge that saw "
        "no reference"
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """One ruling that speaks against a reference."""

    ground: Ground
    judge: str
    score: float
    """Of the reference where it is denied, of the other answer where it is contested."""
    reasoning: str
    candidate: str = ""
    """The other answer; empty where the reference itself was read."""
    evidence: Evidence | None = None
    """That the other answer is different."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A reference with all that speaks against it for one question."""

    dataset: str
    case: Case
    question: Question
    doubts: tuple[Doubt, ...]

    @property
    def grounds(self) -> frozenset[Ground]:
        """On which grounds; both are more than one."""
        return frozenset(doubt.ground for doubt in self.doubts)


def suspicious_references(
    rows: Iterable[Result], *, reference_free: Collection[str] = (), pass_score: float = PASS
) -> tuple[Suspicion, ...]:
    """The references that rulings speak against, those with most doubts first.

    Args:
        rows: What `rulings` gives; the rows of one question stand together.
        reference_free: Names of the judges that rule on answers without the reference.
        pass_score: From this score on a query answers its question.
    """
    asked = (tuple(of_question) for _, of_question in itertools.groupby(rows, key=question_of))
    found = (suspicion_of(each, reference_free, pass_score=pass_score) for each in asked)
    return tuple(sorted((each for each in found if each is not None), key=strength))


def question_of(row: Result) -> tuple[str, str, str]:
    """Which question a ruling is about."""
    return row.dataset, row.case.id, row.question.id


def suspicion_of(
    of_question: Sequence[Result], reference_free: Collection[str], *, pass_score: float = PASS
) -> Suspicion | None:
    """What all rulings on one question speak against its reference; `None`: nothing."""
    doubts: dict[tuple[str, str], Doubt] = {}
    for _, of_task in itertools.groupby(of_question, key=lambda row: row.task):
        for doubt in _doubts(tuple(of_task), reference_free, pass_score):
            # All answers to a question share one ruling on its reference; some are alike.
            doubts.setdefault((doubt.judge, doubt.candidate), doubt)
    first = of_question[0]
    if not doubts:
        return None
    return Suspicion(first.dataset, first.case, first.question, tuple(doubts.values()))


def strength(suspicion: Suspicion) -> tuple[int, int]:
    """What suspicions are ordered by: more grounds, then more doubts first."""
    return -len(suspicion.grounds), -len(suspicion.doubts)


def suspicions_of(store: Store, run: str) -> tuple[Suspicion, ...]:
    """The suspicious references of a stored run.

    Raises:
        StoreError: There is no such run.
    """
    return suspicious_references(rulings(store, run), reference_free=reference_free_of(store, run))


def reference_free_of(store: Store, run: str) -> frozenset[str]:
    """The judges of a run that rule on answers without the reference."""
    judges = judges_of(get_run(store, run), datasets_of(store, run))
    return frozenset(judge.name for judge in judges.values() if _sees_no_reference(judge))


def _sees_no_reference(judge: Player) -> bool:
    described = judge.described
    return not isinstance(described, str) and described.get("style") == Style.REFERENCE_FREE


def _doubts(
    of_task: Sequence[Result], reference_free: Collection[str], pass_score: float
) -> Iterator[Doubt]:
    case, candidate = of_task[0].case, of_task[0].candidate
    if case.unbuildable:
        return
    verdicts = [verdict for row in of_task for verdict in _everyone(row.verdict)]
    for verdict in verdicts:
        score = verdict.score
        if verdict.side is Side.REFERENCE and score is not None and score < pass_score:
            yield Doubt(Ground.DENIED, verdict.judge, score, verdict.reasoning)
    different = next((e for e in map(_evidence, verdicts) if e is not None), None)
    if different is None or candidate.query is None:
        return
    for verdict in verdicts:
        if (
            verdict.side is Side.CANDIDATE
            and verdict.judge in reference_free
            and verdict.score is not None
            and verdict.score >= pass_score
        ):
            yield Doubt(
                Ground.CONTESTED,
                verdict.judge,
                verdict.score,
                verdict.reasoning,
                candidate.query,
                different,
            )


def _everyone(verdict: Verdict) -> Iterator[Verdict]:
    yield verdict
    for member in verdict.members:
        yield from _everyone(member)


def _evidence(verdict: Verdict) -> Evidence | None:
    evidence = verdict.evidence
    return evidence if evidence and evidence.relation not in _NOT_DIFFERENT else None
