"""Estimates of generators for a terminal: numbers, what each column says, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from jurist.alignment.estimates import POPULATION
from jurist.analysis.estimands import ALL
from jurist.plurals import counted
from jurist.report.numbers import NOTHING, interval_words
from jurist.report.sheets import Section, Sheet

if TYPE_CHECKING:
    from jurist.alignment.estimates import GeneratorEstimate
    from jurist.analysis.corrected import Corrected, Worth
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.transport import Transport

_COLUMNS: Final = (
    ("answers", "of the generator; all numbers speak of answers to requests like these"),
    (
        "judge alone [95 %]",
        "as the judge scored them; its errors are in the number, and not in the interval",
    ),
    (
        "labels",
        "answers that people scored and that were drawn to measure, + those labelled for another "
        "role or scored by the rubric alone, which count as they are and correct nothing",
    ),
    ("labels alone [95 %]", "what people's scores say without the judge"),
    (
        "corrected [95 %]",
        "people's scores where there are any; elsewhere what people gave, on average, to answers "
        "with such a score of the judge",
    ),
    ("worth", "how many labels alone would give as narrow an interval"),
)
"""The columns of numbers, and what they say."""


def estimates_section(found: Sequence[GeneratorEstimate]) -> Section:
    """The judge's own numbers beside corrected ones, what each column says, and what they come to.

    For a terminal and for a page alike.
    """
    rows = tuple(row for each in found for row in _rows(each))
    names, meanings = zip(*_COLUMNS, strict=True)
    about = "Of each generator's answers, with 95 % intervals."
    numbers = Sheet(("generator", "judge", "", *names), rows, about, names=3)
    columns = Sheet(("column",), tuple((name,) for name in names), meanings=meanings)
    return Section(
        "Estimates", tuple(estimate_words(found)), (numbers, columns), tuple(estimate_notes(found))
    )


def _rows(each: GeneratorEstimate) -> Iterator[tuple[str, ...]]:
    head = each.generator, each.judge
    yield *head, "mean", *_numbers(each, each.naive_mean, each.mean)
    yield *head, "pass rate", *_numbers(each, each.naive_pass_rate, each.pass_rate)
    if each.pass_rogan_gladen is not None:
        shown = interval_words(each.pass_rogan_gladen)
        yield *head, "pass rate, Rogan-Gladen", "", "", "", "", shown, ""


def _numbers(
    each: GeneratorEstimate, naive: Estimate, corrected: Corrected | None
) -> tuple[str, ...]:
    labels = f"{each.labels} + {each.known}" if each.known else str(each.labels)
    if corrected is None:
        return str(each.answers), interval_words(naive), labels, NOTHING, NOTHING, NOTHING
    return (
        str(each.answers),
        interval_words(naive),
        labels,
        interval_words(corrected.labels_only),
        interval_words(corrected.estimate),
        f"{corrected.effective_labels:.0f}" if corrected.labels else NOTHING,
    )


def estimate_notes(found: Iterable[GeneratorEstimate]) -> Iterable[str]:
    """What must be said beside the numbers."""
    for each in found:
        name = f"{each.generator}, by {each.judge}"
        if each.population != POPULATION:
            yield f"{name}: the numbers speak of {each.population}."
        if each.bounds is not None:
            low, high = each.bounds
            yield (
                f"{name}: with the missing verdicts at their worst or best the judge's own mean "
                f"would lie between {low:.2f} and {high:.2f}."
            )
        yield from (f"{name}: {note}." for note in each.notes)
        if each.mean is not None and each.mean.levels:
            yield f"{name}: people gave {', '.join(map(_worth, each.mean.levels))}."
        if each.transport is not None:
            yield f"{name}: {_transport(each.transport)}."
        if each.pass_rogan_gladen is not None and each.pass_rogan_gladen.note:
            yield f"{name}, Rogan-Gladen: {each.pass_rogan_gladen.note}."


def _worth(level: Worth) -> str:
    if level.low != level.low:
        scores = "answers without a score"
    elif level.low == level.high:
        scores = f"its {level.low:g}"
    else:
        scores = f"its {level.low:g} to {level.high:g}"
    return f"{level.mean:.2f} for {scores} ({counted(level.labels, 'label')})"


def _transport(found: Transport) -> str:
    others = f"the correction that the other generators' labels give ({found.others})"
    if found.residual.value != found.residual.value:
        return f"{others} may hold or not: unknown, with {counted(found.labels, 'label')} here"
    within = {
        "holds": f"holds within {found.margin:.3g} points",
        "does not hold": "does not hold: compare nothing by the judge alone",
        "unknown": f"may miss by more than {found.margin:.3g} points: unknown",
    }
    residual = interval_words(found.residual)
    if found.holds == "holds" and found.misses:
        return (
            f"{others} is off by {found.residual.value:+.2f}, within {found.margin:.3g} points "
            f"(people's mean less it {residual})"
        )
    return f"{others} {within[found.holds]} (people's mean less it {residual})"


def estimate_words(found: Iterable[GeneratorEstimate]) -> Iterable[str]:
    """What the numbers come to, a sentence for each generator and judge."""
    for each in found:
        if each.pass_rate is None:
            yield (
                f"What people would pass of {_answers(each.generator)} is not known: {each.judge} "
                "passes them, but too few labels say what that is worth."
            )
            continue
        low, high = each.pass_rate.estimate.low, each.pass_rate.estimate.high
        share = f"{100 * low:.0f} to {100 * high:.0f} %"
        yield (
            f"People would pass {share} of {_answers(each.generator)}"
            f"{each.population.removeprefix('answers')} (by {each.judge}, corrected); "
            f"{_more(each.pass_rate)}."
        )


def _answers(generator: str) -> str:
    return "the answers" if generator == ALL else f"{generator}'s answers"


def _more(corrected: Corrected) -> str:
    more = corrected.labels_to_halve
    if more is None:
        return "only more references would halve that"
    return f"about {counted(more, 'more label')} would halve that"
