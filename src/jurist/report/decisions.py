"""Comparisons and gates as tables for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.numbers import NOTHING, interval_words, p_words, percent
from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.analysis.contrasts import Contrast
    from jurist.analysis.gating import Criterion
    from jurist.analysis.pairing import System
    from jurist.analysis.variance import VarianceShares

_MOST_OPEN: Final = 3
"""Criteria of a name without enough data of which each has a row."""


def contrasts_table(compared: Sequence[Contrast]) -> Table:
    """Differences of mean score, with what they could show and what would settle them."""
    labelled = any(each.corrected is not None for each in compared)
    table = plain_table(
        "first",
        "second",
        "judge",
        "questions",
        "cases",
        "difference [95 %]",
        "p (Holm)",
        *(["by people's labels [95 %]", "p (Holm)"] if labelled else []),
        "detectable",
        "missing: bounds",
        "to settle it",
        text=4,
    )
    for each in compared:
        difference = each.difference
        table.add_row(
            Text(system_words(each.first, compared)),
            Text(system_words(each.second, compared)),
            Text(each.judge),
            f"{difference.estimate.n} {each.origin}"
            if each.first.run
            else str(difference.estimate.n),
            str(difference.estimate.clusters),
            interval_words(difference.estimate),
            p_words(difference.p_adjusted),
            *(_by_people(each) if labelled else ()),
            f"{difference.detectable:.2f}" if difference.detectable > 0 else NOTHING,
            _bounds(difference.bounds),
            settle_words(each),
        )
    return table


def _by_people(contrast: Contrast) -> tuple[str, str]:
    if contrast.corrected is None:
        return NOTHING, NOTHING
    return interval_words(contrast.corrected.estimate), p_words(contrast.corrected_p)


def settle_words(contrast: Contrast) -> str:
    """How much more data a difference of this size would take."""
    difference = contrast.difference
    if difference.p_value != difference.p_value:
        return "no pair has both scores"
    if contrast.more_references is None:
        return "no difference seen" if difference.estimate.value == 0 else "settled"
    return counted(contrast.more_references, "more case")


def system_words(system: System, compared: Sequence[Contrast]) -> str:
    """A generator, with its run where several are compared."""
    several = len({run for each in compared for run in (each.first.run, each.second.run)}) > 1
    return f"{system.generator} ({system.run})" if several else system.generator


def _bounds(bounds: tuple[float, float] | None) -> str:
    return "none missing" if bounds is None else f"{bounds[0]:.2f} to {bounds[1]:.2f}"


def variance_words(shares: VarianceShares) -> str:
    """Where the scores' variance comes from."""
    if shares.residual != shares.residual:
        return "Variance cannot be split: fewer than two questions are complete, or nothing varies."
    parts = (
        ("questions", shares.question),
        ("generators", shares.generator),
        ("judges", shares.judge),
        ("some generators better on some questions", shares.question_generator),
        ("judges apart on some questions", shares.question_judge),
        ("judges that prefer some generators", shares.generator_judge),
        ("the rest", shares.residual),
    )
    known = ", ".join(f"{name} {percent(share)}" for name, share in parts if share == share)
    return f"Variance: {known}."


def criteria_table(criteria: Sequence[Criterion], confidence: float = 0.95) -> Table:
    """Each criterion with its interval, its limit and the decision; of those open, the first."""
    from jurist.analysis.gating import Decision  # other tables need no numpy

    any_open = any(each.decision is Decision.NOT_ENOUGH_DATA for each in criteria)
    table = plain_table(
        "criterion",
        "of",
        f"measured [{100 * confidence:.3g} %]",
        "limit",
        "cases",
        *(["cases needed"] if any_open else []),
        "decision",
        text=2,
    )
    still_open = Counter[str]()
    for each in criteria:
        undecided = each.decision is Decision.NOT_ENOUGH_DATA
        still_open[each.name] += undecided
        if undecided and still_open[each.name] > _MOST_OPEN:
            continue
        table.add_row(
            each.name,
            Text(each.subject),
            _measured(each),
            f"{each.limit:.2f}",
            str(each.estimate.clusters),
            *([_needed(each) if undecided else ""] if any_open else []),
            each.decision,
        )
    for name, number in still_open.items():
        if number > _MOST_OPEN:
            more = f"and {number - _MOST_OPEN} more"
            table.add_row(name, more, "", "", "", "", Decision.NOT_ENOUGH_DATA)
    return table


def _measured(criterion: Criterion) -> str:
    """A number that is known as it is has no interval to show."""
    estimate = criterion.estimate
    if estimate.low == estimate.high == estimate.value:
        return f"{estimate.value:.2f}"
    return interval_words(estimate)


def _needed(criterion: Criterion) -> str:
    best = criterion.needed_at_best
    if criterion.labels is not None:
        return f"{criterion.more_labels} more labels" if criterion.more_labels else NOTHING
    if criterion.p_pass != criterion.p_pass:
        return NOTHING  # of a judge: `jurist plan` says how many items
    if criterion.needed is None:
        return "none like these" if criterion.estimate.n else NOTHING
    if criterion.needed == best:
        return f"{best:,}"
    return f"about {criterion.needed:,}" + (f", at least {best:,}" if best is not None else "")
