"""What answers took, as tables: quality against cost and time, steps, scores by turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jurist.report.makings import MOST_TURNS_APART, ByTurns, Making
from jurist.report.numbers import NOTHING, percent
from jurist.report.sheets import Section, Sheet

_MOST_JUDGES: Final = 3
HEADING: Final = "What the answers took"


def makings_section(makings: Sequence[Making]) -> Section | None:
    """All that is told of how answers came about; `None` where nothing is."""
    if not makings:
        return None
    sheets = [_costs(makings), _calls(makings)]
    sheets += filter(None, [_steps(makings), _turns(makings)])
    return Section(HEADING, (), tuple(sheets), tuple(_notes(makings)))


def _notes(makings: Sequence[Making]) -> Iterator[str]:
    if any(each.cost.cached_calls for each in makings):
        yield (
            "What the ledger answered cost neither money nor time now: where generators share "
            "requests, the first one pays. Run one alone for a cost of its own."
        )
    for each in makings:
        if each.questions_back:
            yield (
                f"{each.generator} asked back {each.questions_back:,} times; "
                f"{each.unneeded:,} of these were not needed: the question had said it."
            )


def _costs(makings: Sequence[Making]) -> Sheet:
    judges = list(dict.fromkeys(judge for each in makings for judge in each.means))[:_MOST_JUDGES]
    proves = any(each.proved_right is not None for each in makings)
    rows = [
        (
            each.generator,
            *([percent(each.right_share)] if proves else []),
            *([] if proves else [_mean(each.means.get(judge)) for judge in judges]),
            f"${each.cost.usd:,.4f}",
            f"${each.cost.usd / each.answers:,.5f}",
            _span(each.median_ms),
            _span(each.tenth_ms),
        )
        for each in makings
    ]
    quality = ("proved right",) if proves else tuple(f"mean by {judge}" for judge in judges)
    columns = ("generator", *quality, "cost", "an answer", "median", "9 in 10 under")
    return Sheet(columns, tuple(rows), "quality against cost and time, of all answers")


def _calls(makings: Sequence[Making]) -> Sheet:
    rows = [
        (
            each.generator,
            f"{each.answers:,}",
            f"{each.cost.calls + each.cost.cached_calls:,}",
            f"{each.cost.cached_calls:,}",
            f"{each.cost.input_tokens:,}",
            f"{each.cost.output_tokens:,}",
        )
        for each in makings
    ]
    columns = ("generator", "answers", "calls", "from the ledger", "tokens in", "tokens out")
    return Sheet(columns, tuple(rows), "calls of models")


def _steps(makings: Sequence[Making]) -> Sheet | None:
    rows = [
        (
            each.generator,
            step.name,
            f"{step.times:,}",
            f"{step.times / each.answers:.2f}",
            _span(step.cost.ms / step.times),
            f"{step.cost.calls + step.cost.cached_calls:,}",
            f"${step.cost.usd:,.4f}",
        )
        for each in makings
        for step in each.steps
    ]
    columns = ("generator", "step", "times", "an answer", "mean time", "calls", "cost")
    return Sheet(columns, tuple(rows), "steps of the answers", names=2) if rows else None


def _turns(makings: Sequence[Making]) -> Sheet | None:
    rows = [
        (
            each.generator,
            row.judge,
            _after(row),
            f"{row.answers:,}",
            f"{row.scored:,}",
            _mean(row.mean),
            NOTHING if row.proved_right is None else percent(row.proved_right / row.answers),
        )
        for each in makings
        for row in each.by_turns
    ]
    columns = ("generator", "judge", "answered", "answers", "scored", "mean", "proved right")
    about = "answered at once, and after asking back"
    return Sheet(columns, tuple(rows), about, names=3) if rows else None


def _after(row: ByTurns) -> str:
    if not row.turns:
        return "at once"
    more = " or more" if row.turns == MOST_TURNS_APART else ""
    return f"after {row.turns}{more}"


def _mean(mean: float | None) -> str:
    return NOTHING if mean is None else f"{mean:.2f}"


def _span(ms: float) -> str:
    return f"{ms:.3g} ms" if ms < 1000 else f"{ms / 1000:.3g} s"
