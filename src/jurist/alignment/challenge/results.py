"""Mutation testing for judges: what a judge misses, operator by operator, without any label.

A judge qualifies where its total error is at most so much, and no operator lies significantly
above a limit of its own: an average alone hides a blind spot, and a limit on the worst operator
alone is passed by none, or by whoever was asked little. `jurist.analysis.qualifying` says what is
tested and how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from jurist.alignment.challenge.checks import CheckResult
from jurist.alignment.challenge.items import Kind
from jurist.analysis.gating import Decision
from jurist.analysis.intervals import Estimate
from jurist.analysis.qualifying import Demands
from jurist.records import Cost
from jurist.runs.outcomes import Ending


class Standing(StrEnum):
    """What is said of one operator."""

    ABOVE = "above the limit"
    """The judge errs significantly more often than it may: it fails by this."""
    NOT_ABOVE = "not above"
    """Tested, and nothing speaks for more errors than there may be."""
    FEW = "too few items"
    """Not tested."""


@dataclass(frozen=True, slots=True)
class Example:
    """One item on which a judge was wrong, with what shows it."""

    case: str
    question: str
    reference: str
    candidate: str
    score: float
    reasoning: str
    witness: str
    """What tells the two queries apart, in words; empty for rewrites."""
    same: str
    """What the language calls queries that mean the same."""


@dataclass(frozen=True, slots=True)
class OperatorResult:
    """A judge on the items of one operator, each of another reference.

    An error is a miss (a mutant said to be the same), a false alarm (a rewrite said to be
    something else), or an item without a score: `errors` holds those too. `passed` are mutants
    that it lets pass; one that differs at an edge alone may rightly get a 4, so this is no count
    of errors.
    """

    language: str
    operator: str
    kind: Kind
    errors: int
    trials: int
    unscored: int
    """The errors that are items without a score."""
    rate: Estimate
    """Of errors, with Clopper and Pearson's interval: this operator alone."""
    pooled: float
    """The rate that is to be expected, given the operator's family: to rank and to advise."""
    p_value: float | None
    """Of "it errs no more often than it may", corrected over the tested operators; `None`: not
    tested."""
    standing: Standing
    passed: int
    reason: str
    """Why the first of the items without a score has none."""
    examples: tuple[Example, ...]

    @property
    def wrong(self) -> int:
        """The errors that are misses or false alarms."""
        return self.errors - self.unscored


@dataclass(frozen=True, slots=True)
class FamilyResult:
    """A judge on the mutants, or on the rewrites, of one language."""

    language: str
    kind: Kind
    errors: int
    trials: int
    unscored: int
    rate: Estimate
    """Over references, as in the total."""
    operators: int
    untested: int
    """Operators with too few items; both numbers hold those that gave no certified variant."""


@dataclass(frozen=True, slots=True)
class TotalResult:
    """A judge on all items."""

    errors: int
    trials: int
    misses: int
    false_alarms: int
    unscored: int
    rate: Estimate
    """The chance of an error on a random item of a random reference: each reference counts the
    same, so it is not quite `errors` of `trials`. Gaffke's interval over references."""
    p_value: float
    """Of "it errs no more often than it may", to one side."""
    decision: Decision


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """Which of a language's operators were tested."""

    language: str
    operators: int
    """That changed a reference."""
    untested: tuple[str, ...]
    """Those with too few items, the unreachable ones too."""
    unreachable: tuple[str, ...]
    """Those that gave no certified variant, hence no item at all."""
    placeless: tuple[str, ...]
    """The language's other operators: they have no place in any of the references, count for
    nothing, and nothing is known of them."""
    allowed: int
    """How many may be untested."""
    decision: Decision


@dataclass(frozen=True, slots=True)
class ChallengeResult:
    """All that a challenge found; `jurist gate --challenge` reads its JSON."""

    judge: str
    version: str
    run: str
    datasets: tuple[str, ...]
    seed: int
    items: int
    settled: int
    """Items whose verdict came without asking the judge, as by the proof in a cascade: they are
    drawn, and count for nothing."""
    open: int
    """Items that have not been judged yet: the challenge ended early."""
    ending: Ending
    """How it ended; interrupted, it goes on where it was when it is started again."""
    reason: str
    """Why it ended early, as words."""
    references: int
    left_out: Mapping[str, int]
    demands: Demands
    decision: Decision
    sentence: str
    """The decision with what it follows from."""
    total: TotalResult
    coverage: tuple[CoverageResult, ...]
    families: tuple[FamilyResult, ...]
    operators: tuple[OperatorResult, ...]
    """Worst first: those above the limit, then by the pooled estimate."""
    checks: tuple[CheckResult, ...]
    cost: Cost
    """Of all verdicts."""

    @property
    def worst(self) -> OperatorResult | None:
        """The operator with the highest pooled estimate among those that were tested."""
        return next((each for each in self.operators if each.standing is not Standing.FEW), None)


def write_result(result: ChallengeResult) -> bytes:
    """The result as indented JSON, with its newline; undefined numbers are null."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
