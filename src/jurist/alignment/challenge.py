"""Mutation testing for judges: what a judge misses, operator by operator, without any label.

A judge qualifies by its worst operator, not by its average: an average over operators says
how common each mistake was made here, not whether the judge sees it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from jurist.alignment.challenge_items import Drawn, Item, Kind, Posed
from jurist.alignment.challenge_run import Sitting
from jurist.alignment.defaults import LEAST, LIMIT
from jurist.alignment.metamorphic import Check, Probe
from jurist.analysis.bounded import proportion
from jurist.analysis.gating import Criterion, Decision, at_most, overall
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import PASS
from jurist.errors import InputError
from jurist.records import Verdict
from jurist.runs.engine import Ending

SAME = 4.5
"""Scores from here on, rounded, call two queries the same."""
MOST_EXAMPLES = 5
MOVED = 0.5
"""A verdict moves where its score changes by this much: to another level, rounded."""


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
    """A judge on the items of one operator. `errors`, `trials`: what `jurist gate` reads.

    An error is a miss (a mutant said to be the same) or a false alarm (a rewrite said to be
    something else). `passed` are mutants that it lets pass; one that differs at an edge
    alone may rightly get a 4, so this is no count of errors. Items without a score are in
    `unscored` alone.
    """

    operator: str
    kind: Kind
    errors: int
    trials: int
    unscored: int
    references: int
    rate: Estimate
    passed: int
    decision: Decision | None
    """`None`: too few items to decide anything."""
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class MovedPair:
    """A pair whose verdict moved."""

    before: Posed
    after: Posed
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How often a change that means nothing moved the verdict.

    `moved` is the share of pairs whose score changed by half a point or more, `flipped` the
    number that went from "the same" to "another" or back, `mean_change` the mean of
    the second score minus the first.
    """

    check: Check
    pairs: int
    unscored: int
    moved: Estimate
    flipped: int
    mean_change: float
    examples: tuple[MovedPair, ...]


@dataclass(frozen=True, slots=True)
class ChallengeResult:
    """All that a challenge found; `jurist gate --challenge` reads its JSON."""

    judge: str
    version: str
    run: str
    datasets: tuple[str, ...]
    seed: int
    items: int
    open: int
    """Items that have not been judged yet: the challenge ended early."""
    ending: Ending
    """How it ended; interrupted, it goes on where it was when it is started again."""
    reason: str
    """Why it ended early, as words."""
    references: int
    left_out: Mapping[str, int]
    limit: float
    least: int
    decision: Decision
    operators: tuple[OperatorResult, ...]
    """Worst first."""
    checks: tuple[CheckResult, ...]

    @property
    def worst(self) -> OperatorResult | None:
        """The operator with the highest error rate among those with enough items."""
        return next((each for each in self.operators if each.decision is not None), None)


def refuse_unreachable(limit: float, least: int) -> None:
    """Raise `InputError` where so few items can never show so low an error rate."""
    if proportion(0, least).high > limit:
        raise InputError(
            f"an operator with {least} items cannot show an error rate of at most {limit:g}: "
            f"even without an error its upper bound is {proportion(0, least).high:.2f}",
            expected="a limit that so many items can show",
            fix="allow a higher limit, or ask for more items",
        )


def sum_up(
    drawn: Drawn,
    probes: Sequence[Probe],
    sitting: Sitting,
    *,
    datasets: Sequence[str],
    seed: int,
    limit: float = LIMIT,
    least: int = LEAST,
) -> ChallengeResult:
    """What a judge's verdicts on the items say of it.

    It qualifies where every operator with at least `least` scored items has an error rate
    whose exact upper 95 % bound is at most `limit`, and fails where one lies wholly above.
    Operators with fewer items can fail it, and are no ground to qualify it.

    Raises:
        InputError: `least` items can never show a rate of at most `limit`.
    """
    refuse_unreachable(limit, least)
    operators = _operators(drawn.items, sitting.verdicts, limit, least)
    judged = [
        Criterion("errors", each.operator, each.rate, limit, each.decision)
        for each in operators
        if each.decision is not None
    ]
    enough = any(each.trials >= least for each in operators)
    decision = overall(judged)
    if (not enough and decision is Decision.PASS) or sitting.outcome.open:
        decision = Decision.NOT_ENOUGH_DATA
    asked = {item.posed.id for item in drawn.items}
    asked |= {posed.id for probe in probes for posed in (probe.before, probe.after)}
    return ChallengeResult(
        sitting.judge,
        sitting.version,
        sitting.outcome.run,
        tuple(datasets),
        seed,
        len(drawn.items),
        len(asked - sitting.verdicts.keys()),
        sitting.outcome.ending,
        sitting.outcome.reason,
        drawn.references,
        drawn.left_out,
        limit,
        least,
        decision,
        operators,
        _checks(probes, sitting.verdicts),
    )


def _operators(
    items: Iterable[Item], verdicts: Mapping[str, Verdict], limit: float, least: int
) -> tuple[OperatorResult, ...]:
    groups: dict[tuple[Kind, str], list[Item]] = defaultdict(list)
    for item in items:
        groups[item.kind, item.operator].append(item)
    found = [
        _operator(kind, operator, group, verdicts, limit, least)
        for (kind, operator), group in groups.items()
    ]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                each.decision is None,
                -each.errors / max(1, each.trials),
                -round(each.rate.high, 6) if each.trials else 0.0,
                -each.trials,
                each.kind,
                each.operator,
            ),
        )
    )


def _operator(
    kind: Kind,
    operator: str,
    items: Sequence[Item],
    verdicts: Mapping[str, Verdict],
    limit: float,
    least: int,
) -> OperatorResult:
    judged = [(item, verdicts[item.posed.id]) for item in items if item.posed.id in verdicts]
    scored = [
        (item, verdict.score, verdict) for item, verdict in judged if verdict.score is not None
    ]
    wrong = [each for each in scored if (each[1] >= SAME) is (kind is Kind.MUTANT)]
    rate = proportion(len(wrong), len(scored))
    decision = at_most(limit, name="errors", subject=operator, estimate=rate).decision
    few = len(scored) < least
    return OperatorResult(
        operator,
        kind,
        len(wrong),
        len(scored),
        len(judged) - len(scored),
        len({item.reference for item, _, _ in scored}),
        rate,
        sum(score >= PASS for _, score, _ in scored) if kind is Kind.MUTANT else 0,
        None if few and decision is not Decision.FAIL else decision,
        tuple(_example(item, score, verdict) for item, score, verdict in wrong[:MOST_EXAMPLES]),
    )


def _example(item: Item, score: float, verdict: Verdict) -> Example:
    witnesses = item.evidence.witnesses
    return Example(
        item.case,
        item.posed.question.text,
        item.posed.reference,
        item.posed.candidate,
        score,
        verdict.reasoning,
        witnesses[0].story if witnesses else "",
        item.same,
    )


def _checks(probes: Sequence[Probe], verdicts: Mapping[str, Verdict]) -> tuple[CheckResult, ...]:
    found: list[CheckResult] = []
    for check in Check:
        mine = [probe for probe in probes if probe.check is check]
        if not mine:
            continue
        pairs = [
            MovedPair(probe.before, probe.after, (before, after))
            for probe in mine
            if (before := _score(verdicts, probe.before)) is not None
            and (after := _score(verdicts, probe.after)) is not None
        ]
        moved = [pair for pair in pairs if abs(pair.scores[1] - pair.scores[0]) >= MOVED]
        flips = [pair for pair in pairs if (pair.scores[0] >= SAME) != (pair.scores[1] >= SAME)]
        changes = [pair.scores[1] - pair.scores[0] for pair in pairs]
        found.append(
            CheckResult(
                check,
                len(pairs),
                len(mine) - len(pairs),
                proportion(len(moved), len(pairs)),
                len(flips),
                sum(changes) / len(changes) if changes else float("nan"),
                tuple(moved[:MOST_EXAMPLES]),
            )
        )
    return tuple(found)


def _score(verdicts: Mapping[str, Verdict], posed: Posed) -> float | None:
    verdict = verdicts.get(posed.id)
    return None if verdict is None else verdict.score


def write_result(result: ChallengeResult) -> bytes:
    """The result as indented JSON, with its newline; undefined numbers are null."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
