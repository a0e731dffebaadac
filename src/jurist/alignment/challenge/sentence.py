"""What a challenge decided, in a sentence, and what it lacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jurist.alignment.challenge.items import Kind
from jurist.alignment.challenge.results import ChallengeResult, CoverageResult, Standing
from jurist.analysis.gating import Decision
from jurist.analysis.intervals import Estimate
from jurist.analysis.qualifying import references_needed
from jurist.plurals import counted

_MOST_NAMES = 8
ERRORS = {Kind.MUTANT: ("miss", "misses"), Kind.REWRITE: ("false alarm", "false alarms")}


def sentence_of(result: ChallengeResult) -> str:
    """Whether the judge qualifies, and what that follows from."""
    if result.open:
        left = counted(result.open, "item is", "items are")
        return f"{result.judge} is not decided on: {left} still to be judged."
    words = {
        Decision.PASS: "qualifies",
        Decision.FAIL: "does not qualify",
        Decision.NOT_ENOUGH_DATA: "is not decided on, there are not enough data",
    }
    parts = [*_of_total(result), _of_operators(result), *map(_of_coverage, result.coverage)]
    return f"{result.judge} {words[result.decision]}: {'; '.join(filter(None, parts))}."


def shortfall(references: int, max_error: float) -> str:
    """Why so few references cannot qualify any judge; empty where they can."""
    needed = references_needed(max_error)
    if references >= needed:
        return ""
    return (
        f"{counted(references, 'reference')} cannot show a total error of at most "
        f"{percent(max_error)}, even without an error: {needed} can"
    )


def percent(share: float) -> str:
    """`3.3%`, `20%`."""
    return f"{share:.1%}".replace(".0%", "%")


def percents(rate: Estimate) -> str:
    """A rate with its interval, or a dash where there is nothing."""
    if not rate.n:
        return "–"
    return f"{percent(rate.value)} [{percent(rate.low)}, {percent(rate.high)}]"


def _of_total(result: ChallengeResult) -> Iterator[str]:
    total, limit = result.total, result.demands.max_error
    if result.settled:
        verdicts = counted(result.settled, "verdict", "verdicts")
        yield f"{verdicts} came without asking it (a proof settled them) and do not count"
    if not total.trials:
        yield "nothing was asked of it"
        return
    seen = (
        f"{counted(total.errors, 'error')} in {counted(total.trials, 'item')} "
        f"of {counted(total.rate.clusters, 'reference')}"
    )
    match total.decision:
        case Decision.PASS:
            yield f"at most {percent(total.rate.high)} errors in all ({seen}; {_limit(limit)})"
        case Decision.FAIL:
            yield f"at least {percent(total.rate.low)} errors in all ({seen}; {_limit(limit)})"
        case Decision.NOT_ENOUGH_DATA:
            between = f"{percent(total.rate.low)} to {percent(total.rate.high)}"
            yield f"{between} errors in all ({seen}; {_limit(limit)})"
            yield shortfall(total.rate.clusters, limit)


def _limit(limit: float) -> str:
    return f"the limit is {percent(limit)}"


def _of_operators(result: ChallengeResult) -> str:
    limit = percent(result.demands.max_operator_error)
    above = [each for each in result.operators if each.standing is Standing.ABOVE]
    if above:
        named = [f"{each.operator} {each.errors} of {each.trials}" for each in above]
        return f"significantly above {limit} on {counted(len(above), 'operator')}: {_some(named)}"
    tested = any(each.standing is not Standing.FEW for each in result.operators)
    return f"no operator significantly above {limit}" if tested else "no operator was tested"


def _of_coverage(coverage: CoverageResult) -> str:
    few = len(coverage.untested)
    if not few:
        return f"all {coverage.operators} operators of {coverage.language} were tested"
    words = f"{few} of {coverage.operators} operators of {coverage.language} had too few items"
    if coverage.decision is Decision.PASS:
        return words
    return f"{words}, at most {coverage.allowed} may: {_some(coverage.untested)}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
