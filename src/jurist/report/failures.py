"""What is not there, or is no query: counted by who owed it and how it failed, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from jurist.evidence.verdicts import NO_QUERY
from jurist.plurals import counted
from jurist.records import FailureKind, Side
from jurist.runs.results import Result, Writing

_MOST_NAMED: Final = 10
_MOST_REASONS: Final = 1000
_LONGEST_REASON: Final = 400


class Owed(StrEnum):
    """What is missing."""

    QUESTION = "question"
    ANSWER = "answer"
    QUERY = "query"
    """An answer is there, and is no query of the workspace."""
    VERDICT = "verdict"


_WORDS: Final = {
    Owed.QUESTION: ("question is missing", "questions are missing"),
    Owed.ANSWER: ("answer is missing", "answers are missing"),
    Owed.QUERY: (
        "answer is no query of the workspace",
        "answers are no queries of the workspace",
    ),
    Owed.VERDICT: ("verdict is missing", "verdicts are missing"),
}
"""Said of one and of several."""


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How often somebody failed in one way."""

    whose: str
    """Name of a generator, of a judge, of an author of questions."""
    owed: Owed
    kind: FailureKind | None
    """`None`: nothing failed, but the answer is no query."""
    number: int
    reason: str
    """The commonest."""


class _Way(NamedTuple):
    whose: str
    owed: Owed
    kind: FailureKind | None


@dataclass
class Failed:
    """Takes in all rulings on one question after the other; flat memory."""

    reasons: dict[_Way, Counter[str]] = field(default_factory=dict[_Way, Counter[str]])
    numbers: Counter[_Way] = field(default_factory=Counter[_Way])

    def add(self, of_question: Sequence[Result]) -> None:
        """Take in what was answered to a question, and the rulings on it."""
        answered: set[str] = set()
        for row in of_question:
            failure = row.candidate.failure
            if failure is None:
                unscored = row.verdict.unscored
                if unscored is not None and unscored.kind is not FailureKind.UNDECIDED:
                    self._count(_Way(row.judge, Owed.VERDICT, unscored.kind), unscored.reason)
            elif row.task not in answered:
                answered.add(row.task)
                self._count(_Way(row.generator, Owed.ANSWER, failure.kind), failure.reason)
            verdict = row.verdict
            is_no_query = verdict.side is Side.CANDIDATE and verdict.reasoning.startswith(NO_QUERY)
            if is_no_query and row.task not in answered:
                answered.add(row.task)
                reason = verdict.reasoning.removeprefix(NO_QUERY)
                self._count(_Way(row.generator, Owed.QUERY, None), reason)

    def add_writing(self, writing: Writing) -> None:
        """Take in what a question generator made of a case."""
        if writing.failure is not None:
            of_case = f"case {writing.case.id}: {writing.failure.reason}"
            self._count(_Way(writing.author, Owed.QUESTION, writing.failure.kind), of_case)

    def _count(self, way: _Way, reason: str) -> None:
        reason = _in_one_line(reason)[:_LONGEST_REASON]
        self.numbers[way] += 1
        reasons = self.reasons.setdefault(way, Counter())
        if reason in reasons or len(reasons) < _MOST_REASONS:
            reasons[reason] += 1

    def counts(self) -> tuple[FailureCount, ...]:
        """Every way of failing, the commonest first."""
        return tuple(
            FailureCount(*way, number, self.reasons[way].most_common(1)[0][0])
            for way, number in self.numbers.most_common()
        )

    def sentences(self) -> Iterator[str]:
        """A sentence on each who failed, with the commonest reason."""
        numbers: Counter[tuple[str, Owed]] = Counter()
        reasons: dict[tuple[str, Owed], Counter[str]] = {}
        for way, number in self.numbers.items():
            who = way.whose, way.owed
            numbers[who] += number
            reasons.setdefault(who, Counter()).update(self.reasons[way])
        for (whose, owed), number in numbers.most_common(_MOST_NAMED):
            ((reason, times),) = reasons[whose, owed].most_common(1)
            often = ", such as" if times == 1 < number else f", the commonest reason ({times})"
            often = "" if times == number else often
            yield f"{whose}: {counted(number, *_WORDS[owed])}{often}: {reason}"


def _in_one_line(reason: str) -> str:
    """A reason without the line that a caret points into: flattened, it points nowhere."""
    lines = reason.split("\n")
    carets = {n for n, line in enumerate(lines) if line.strip() == "^"}
    return " ".join(
        line.strip() for n, line in enumerate(lines) if n not in carets and n + 1 not in carets
    )
