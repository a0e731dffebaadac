"""What is said beside a run's table: failures, what proof saved, suspicious references, authors."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jurist.alignment.casting import Player
from jurist.alignment.disagreements.suspicion import Suspicion, strength, suspicion_of
from jurist.analysis.estimands import anchored_words
from jurist.analysis.levels import LEAST_TO_DECIDE
from jurist.analysis.standings import Standing
from jurist.plurals import counted
from jurist.provenance import anchor_of, better_than, ordered
from jurist.records import Side, Verdict
from jurist.report.failures import Failed, FailureCount
from jurist.runs.results import Result, Writing

_MOST_NAMED: Final = 10


class Notes:
    """Gathers what is to be said, question by question, in flat memory.

    Args:
        judges: The run's.
        reference_free: Those that rule on answers without the reference.
    """

    def __init__(self, judges: Iterable[Player], reference_free: Collection[str]) -> None:
        self._saved = {
            judge.name: _Saved(judge.members)
            for judge in judges
            if judge.kind == "cascade" and judge.models
        }
        self._free = reference_free
        self._suspected = _Suspected()
        self._failed = Failed()
        self._authors: set[str] = set()

    def add(self, of_question: Sequence[Result]) -> None:
        """Take in all rulings on one question."""
        self._suspected.add(suspicion_of(of_question, self._free))
        self._failed.add(of_question)
        if of_question[0].question.origin == "authored":
            self._authors.add(of_question[0].question.author)
        for row in of_question:
            if row.judge in self._saved and row.verdict.side is Side.CANDIDATE:
                self._saved[row.judge].add(row.verdict)

    def add_writing(self, writing: Writing) -> None:
        """Take in what a question generator made of a case."""
        self._failed.add_writing(writing)

    def failures(self) -> tuple[FailureCount, ...]:
        """What failed, by who owed it and how."""
        return self._failed.counts()

    def sentences(self) -> tuple[str, ...]:
        """The notes, one sentence or two each."""
        notes = [*self._failed.sentences()]
        notes += [
            f"{name}: {each.sentence()}" for name, each in self._saved.items() if each.verdicts
        ]
        notes += self._suspected.sentences()
        if self._authors:
            named = ", ".join(sorted(filter(None, self._authors)))
            who = f" (by {named})" if named else ""
            notes.append(f"Authored questions were written by hand for this dataset{who}.")
        return tuple(notes)


def undecided_pairs(standings: Iterable[Standing]) -> Iterator[str]:
    """Of each generator how many pairs of its answers are in no share of consistent ones."""
    for name, found in {
        each.generator: each.consistency for each in standings if each.origin is None
    }.items():
        if found is not None and found.undecided:
            yield (
                f"{name}: of {counted(found.pairs, 'pair')} of answers to one question, "
                f"{counted(found.undecided, 'is', 'are')} not in what is consistent: whether they "
                "mean the same is undecided, or one of them is no answer."
            )


def ordering(standings: Iterable[Standing]) -> Iterator[str]:
    """By which questions generators are ordered, and which intervals decide nothing."""
    every = list(standings)
    origins = {(each.judge, each.origin) for each in every}
    rows = [each for each in every if each.decides]
    several = {row.judge for row in rows if sum(row.judge == other.judge for other in rows) > 1}
    for origin in dict.fromkeys(row.origin for row in rows if row.judge in several):
        if origin is None:
            continue
        better = better_than(origin)
        why = f", as there are no {' or '.join(better)} ones" if better else ""
        pooled = any(
            judge in several
            for judge, other in origins
            if other not in (origin, None) and not anchor_of(other)
        )
        also = "; the rows of all questions order nothing" if pooled else ""
        yield f"Generators are ordered by their means on {origin} questions{why}{also}."
    systems = dict.fromkeys(row.generator for row in every)
    for origin in ordered(row.origin for row in every if row.origin is not None):
        yield from anchored_words(origin, systems)
    few = {row.generator: row.cases for row in rows if row.cases < LEAST_TO_DECIDE}
    if few:
        named = ", ".join(f"{name} ({number})" for name, number in few.items())
        yield f"Fewer than {counted(LEAST_TO_DECIDE, 'reference')} decide nothing: {named}."


@dataclass
class _Saved:
    """What a cascade did not have to ask of models."""

    members: Sequence[Player]
    verdicts: int = 0
    settled: int = 0
    calls: int = 0

    def add(self, verdict: Verdict) -> None:
        number = len(verdict.members)
        asked, left = self.members[:number], self.members[number:]
        self.verdicts += 1
        self.settled += not any(member.models for member in asked)
        self.calls += sum(_calls_of(member) for member in left)

    def sentence(self) -> str:
        return (
            f"of {counted(self.verdicts, 'verdict')}, {counted(self.settled, 'was', 'were')} "
            f"settled without a model, which saved {counted(self.calls, 'model call')}."
        )


def _calls_of(judge: Player) -> int:
    own = judge.samples * judge.orders if judge.kind == "llm" else 0
    return own + sum(map(_calls_of, judge.members))


@dataclass
class _Suspected:
    """References that may be wrong: how many, and the most suspicious by name."""

    count: int = 0
    last: tuple[str, str] = ("", "")
    strongest: list[tuple[tuple[int, int], int, str]] = field(
        default_factory=list[tuple[tuple[int, int], int, str]]
    )

    def add(self, suspicion: Suspicion | None) -> None:
        if suspicion is None:
            return
        case = suspicion.dataset, suspicion.case.id
        name = "/".join(case)
        here = strength(suspicion), self.count, name
        if case == self.last:  # another question of the same case
            former = next((each for each in self.strongest if each[2] == name), None)
            if former is not None and former[0] <= here[0]:
                return
            self.strongest = [each for each in self.strongest if each is not former]
        else:
            self.count, self.last = self.count + 1, case
        self.strongest = heapq.nsmallest(_MOST_NAMED, [*self.strongest, here])

    def sentences(self) -> list[str]:
        if not self.count:
            return []
        shown = ", ".join(name for _, _, name in self.strongest)
        more = self.count - len(self.strongest)
        also = f" and {more} more" if more else ""
        return [f"References that may be wrong themselves, to be looked at: {shown}{also}."]
