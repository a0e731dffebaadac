"""What a comparison or a gate comes to, in plain sentences: the last lines of the commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from jurist.analysis.estimands import DROP, About, Looks, Needed, asked_words
from jurist.plurals import counted
from jurist.report.decisions import system_words

if TYPE_CHECKING:
    from jurist.alignment.gate.deciding import GateResult
    from jurist.analysis.contrasts import Contrast, Unchanged
    from jurist.analysis.gating import Criterion
    from jurist.analysis.intervals import Estimate

_MOST: Final = 3
"""Sentences of a kind."""


def comparison_words(
    contrasts: Sequence[Contrast], unchanged: Sequence[Unchanged] = ()
) -> Iterator[str]:
    """Who is better, by the questions that decide: real ones first, then authored ones."""
    for name in dict.fromkeys(each.second.generator for each in unchanged):
        yield (
            f"{name} is unchanged: the same version gave the same answers, so nothing is compared."
        )
    if not contrasts:
        return
    decides = contrasts[0].origin
    deciding = [each for each in contrasts if each.origin == decides]
    yield from (contrast_words(each, contrasts) for each in deciding[:_MOST])
    if len(deciding) > 1:
        yield (
            f"Corrected over {counted(deciding[0].corrected_over, 'comparison')} "
            f"on {asked_words(deciding[0].first.run, deciding[0].origin)} (Holm)."
        )
    if len(deciding) < len(contrasts):
        others = dict.fromkeys(each.origin for each in contrasts if each.origin != decides)
        yield f"{' and '.join(others).capitalize()} questions are shown, and decide nothing."


def contrast_words(contrast: Contrast, compared: Sequence[Contrast]) -> str:
    """Which of two is better and by how much, or that it is open.

    Args:
        contrast: Of the two.
        compared: All that is told of: a run is named only where there are several.
    """
    first, second = (system_words(each, compared) for each in (contrast.first, contrast.second))
    where = f"on {asked_words(contrast.first.run, contrast.origin)}, by {contrast.judge}"
    corrected = contrast.corrected
    if corrected is not None:
        estimate, p_value = corrected.estimate, contrast.corrected_p
        where += f" as {counted(corrected.labels, 'label')} of people correct it"
        more = corrected.labels_to_halve
        halved = f"; about {counted(more, 'more label')} would halve that" if more else ""
    else:
        estimate, p_value = contrast.difference.estimate, contrast.difference.p_adjusted
        if estimate.value != estimate.value:
            return f"{second} and {first} cannot be compared {where}: no question has both scores."
        more = contrast.more_to_halve
        halved = f"; {counted(more, 'more case')} would halve that" if more else ""
    low, high = estimate.low, estimate.high
    if not p_value <= 0.05:
        return (
            f"No difference is shown between {second} and {first} {where}: "
            f"it lies between {low:.2f} and {high:.2f}{halved}."
        )
    better, least, most = ("better", low, high) if low > 0 else ("worse", -high, -low)
    return f"{second} is {better} than {first} by {least:.2f} to {most:.2f} {where}{halved}."


def gate_words(result: GateResult) -> Iterator[str]:
    """The decision, what it is about, and what would change it."""
    from jurist.analysis.gating import Decision

    about = {
        About.REQUESTS: "requests like these (the cases are draws from what people ask)",
        About.CASES: "these very cases (no other request is meant)",
    }[result.terms.about]
    daily = ", whenever you look" if result.terms.looks is Looks.DAILY else ""
    yield f"About {about}, on {result.terms.origin} questions{daily}."
    if result.terms.need is Needed.ANY:
        yield "Any of the generators may give the pass: levels are corrected over them."
    decisive = [each for each in result.criteria if each.decision is result.decision]
    for each in decisive[:_MOST]:
        yield f"{result.decision}: {_criterion_words(each)}"
    taken_back = [
        each
        for each in result.criteria
        if each.decision is Decision.NOT_ENOUGH_DATA and each.p_fail <= 0.025
    ]
    for each in taken_back[:_MOST]:
        yield (
            f"{each.subject} alone would fail (p {each.p_fail:.3f}); over all criteria together "
            f"that may be chance (p {each.p_fail_adjusted:.3f}, Holm)."
        )


def _criterion_words(criterion: Criterion) -> str:
    from jurist.analysis.gating import Decision

    estimate, limit = criterion.estimate, criterion.limit
    if criterion.name == DROP:
        said = f"the mean score changes by {_range(estimate, '+.2f')} and may fall by {-limit:.2f}"
    else:
        said = f"{criterion.name} {_range(estimate, '.2f')}, the limit is {limit:.2f}"
    if criterion.labels is not None:
        said += f", as {counted(criterion.labels, 'label')} of people correct the judge"
    said = f"{criterion.subject}: {said}" + (f"; {criterion.note}" if criterion.note else "")
    if criterion.decision is not Decision.NOT_ENOUGH_DATA:
        return f"{said}."
    if not estimate.n:
        why = f"; {criterion.note}" if criterion.note else ""
        return f"{criterion.subject}: {criterion.name}: nothing was measured{why}."
    if criterion.p_pass != criterion.p_pass:
        return f"{said}. That is open."
    if criterion.labels is not None:
        more = criterion.more_labels
        halve = f"about {counted(more, 'more label')}" if more else "only more cases"
        return f"{said}. That is open: {halve} would halve the interval."
    least, here = criterion.needed_at_best, counted(estimate.clusters, "case")
    if criterion.needed is None:
        more = "what was seen is not inside the limit, and more like it would not be"
    else:
        more = f"{criterion.needed:,} like these would pass with a chance of 80 %"
    if least is not None and least != criterion.needed and least > estimate.clusters:
        more += f"; nothing passes with fewer than {least:,}"
    return f"{said}. With {here} that is open: {more}."


def _range(estimate: Estimate, form: str) -> str:
    if estimate.low == estimate.high:
        return format(estimate.low, form)
    return f"{estimate.low:{form}} to {estimate.high:{form}}"
