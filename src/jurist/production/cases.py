"""Saved answers become cases: what a person kept is the reference, what was answered its anchor.

Whoever edits an answer until it does saves something like it, so such a case favours the system
that answered: it says so by `anchored_by`. How the saved query relates to the answer is proved,
and stands in the case's tags and note. Answers that were never saved make no case, and neither
does what a person wrote after a refusal: nobody knows what else they would have kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from jurist.evidence.reading import read_query
from jurist.plurals import counted
from jurist.production.ingesting import Unusable
from jurist.records import Case, Failure, FailureKind, Origin, Question, Relation, Verdict
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.protocols import Workspace
from jurist.runs.bulk import BadLine, Judged, judge_all
from jurist.store.interactions import Interaction

NO_QUERY: Final = "no query"
"""How a saved query relates to an answer that is none."""
_MOST_PLACES: Final = 3
_LONGEST_REASON: Final = 160


@dataclass(frozen=True, slots=True)
class AnchoredCase:
    """A case made of what people saved."""

    case: Case
    relation: str
    """Of the saved query to the answer: a `Relation`, or `NO_QUERY`."""
    reason: str
    """Why that is undecided; else empty."""
    attempts: int
    """Attempts that asked and saved the same after the same answer of the same version."""


@dataclass(frozen=True, slots=True)
class SavedCases:
    """What became of all attempts: each is in a case or in one of `unusable`."""

    cases: tuple[AnchoredCase, ...]
    """By system and version, then by id."""
    attempts: int
    unusable: tuple[Unusable, ...]
    """Attempts that make no case, by reason; its rows are attempts."""

    @property
    def merged(self) -> int:
        """Attempts that are a case with others."""
        return sum(each.attempts - 1 for each in self.cases)

    @property
    def relations(self) -> Mapping[str, int]:
        """Cases by how the saved query relates to the answer, the commonest first."""
        return dict(Counter(each.relation for each in self.cases).most_common())


def system_of(told: Interaction) -> str:
    """The system with its version, as cases say what anchors them."""
    return f"{told.system} {told.version}".strip()


@dataclass(slots=True)
class _Kept:
    """Attempts with the same question, answer, saved query and system."""

    told: Interaction
    attempts: int = 0


class _Reason(NamedTuple):
    """Why attempts make no case."""

    reason: str
    expected: str
    fix: str


@dataclass(slots=True)
class _Lost:
    attempts: int = 0
    places: list[str] = field(default_factory=list[str])


def saved_cases(
    attempts: Iterable[Interaction],
    workspace: Workspace,
    *,
    workers: int | None = None,
    advance: Callable[[int, int], None],
) -> SavedCases:
    """Make cases of the attempts that were saved.

    Args:
        attempts: See `interactions`.
        workspace: What queries may name.
        workers: Processes for proofs; `None`: one a core.
        advance: Told of each proof how many are done, and of how many.
    """
    kept: dict[tuple[str, str, str, str], _Kept] = {}
    lost: dict[_Reason, _Lost] = {}
    number = 0
    for told in attempts:
        number += 1
        reason = _unusable(told, workspace)
        if reason is not None:
            of_reason = lost.setdefault(reason, _Lost())
            of_reason.attempts += 1
            if len(of_reason.places) < _MOST_PLACES:
                of_reason.places.append(f"{told.system}/{told.question_id}"[:80])
            continue
        question = " ".join((told.question or "").split())
        key = system_of(told), question, _canonical(told.saved or "", workspace), told.answer or ""
        kept.setdefault(key, _Kept(told)).attempts += 1
    verdicts = _proofs([each.told for each in kept.values()], workspace, workers, advance)
    cases = _merged(kept, verdicts)
    return SavedCases(
        tuple(sorted(cases, key=lambda each: (each.case.anchored_by, each.case.id))),
        number,
        tuple(
            Unusable(*reason, of.attempts, tuple(of.places))
            for reason, of in sorted(lost.items(), key=lambda each: -each[1].attempts)
        ),
    )


def _unusable(told: Interaction, workspace: Workspace) -> _Reason | None:
    """Why an attempt makes no case; `None` where it makes one."""
    if told.saved is None:
        return _Reason("nothing was saved", "a query that a person kept", "")
    if not (told.question or "").strip():
        return _Reason("it has no question", "the request in words", "log what people type")
    if told.answer is None:
        shown = "nothing" if told.refusal is None else "a refusal"
        return _Reason(f"{shown} was answered", "a query that was kept or edited", "")
    read = read_query(workspace.language, told.saved, workspace.schema)
    if isinstance(read, str):
        said = " ".join(read.split())[:_LONGEST_REASON]
        return _Reason(
            f"the saved query is none of this workspace: {said}",
            "a query of the schema",
            "name the schema of that time, or mend the log",
        )
    return None


def _canonical(text: str, workspace: Workspace) -> str:
    """A query that reads, in the language's own spelling."""
    read = read_query(workspace.language, text, workspace.schema)
    return text if isinstance(read, str) else workspace.language.format(read)


def _proofs(
    pairs: Sequence[Interaction],
    workspace: Workspace,
    workers: int | None,
    advance: Callable[[int, int], None],
) -> list[Verdict]:
    """Of each attempt the verdict on its answer, by what was saved."""
    verdicts: list[Verdict] = []

    def keep(outcome: Judged | BadLine) -> None:
        if isinstance(outcome, Judged):
            verdicts.append(outcome.verdict)
        else:  # the lines are ours: only one that is too long is bad
            failure = Failure(FailureKind.UNDECIDED, outcome.problem)
            verdicts.append(Verdict("proof", None, unscored=failure))
        advance(len(verdicts), len(pairs))

    lines = (
        msgspec.json.encode({"id": place, "reference": told.saved, "candidate": told.answer})
        for place, told in enumerate(pairs)
    )
    if pairs:
        judge_all(lines, workspace, lambda pool: ProofJudge(pool=pool), keep, workers=workers)
    return verdicts


def _merged(
    kept: Mapping[tuple[str, str, str, str], _Kept], verdicts: Sequence[Verdict]
) -> list[AnchoredCase]:
    """One case for each system, question and saved query; of several answers the first counts."""
    cases: dict[str, AnchoredCase] = {}
    for ((system, question, saved, _), each), verdict in zip(kept.items(), verdicts, strict=True):
        material = msgspec.json.encode((system, question, saved))
        identity = f"saved-{blake2b(material, digest_size=8).hexdigest()}"
        there = cases.get(identity)
        if there is not None:
            relation, reason = there.relation, there.reason
        elif verdict.evidence is not None:
            relation, reason = verdict.evidence.relation.value, verdict.evidence.reason
        elif verdict.unscored is not None:
            relation, reason = Relation.UNDECIDED.value, verdict.unscored.reason
        else:
            relation, reason = NO_QUERY, verdict.reasoning
        attempts = each.attempts + (0 if there is None else there.attempts)
        asked = Question(f"{identity}/q", question, Origin.REAL)
        note = f"Saved after {counted(attempts, 'attempt')}; to what {system} answered: {relation}."
        tags = (f"answer {relation}",)
        case = Case(identity, each.told.saved, (asked,), tags, note, system)
        cases[identity] = AnchoredCase(case, relation, reason, attempts)
    return list(cases.values())
