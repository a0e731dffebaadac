"""What is known while people label, in a sentence that holds whenever they stop."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.analysis.labelling import KnownSoFar
    from jurist.records import LabelRole


def so_far_words(passed: KnownSoFar, role: LabelRole, until: float | None = None) -> str:
    """What people would pass of these answers, and how many more are worth labelling.

    Args:
        passed: The pass rate.
        role: For which the answers behind it were drawn.
        until: The half width that is wanted; `None`: none is, half the width is told of.
    """
    these = f"these {counted(passed.answers, 'answer')}"
    if not passed.labels and passed.left:
        known = f", but for {counted(passed.known, 'known score')}" if passed.known else ""
        return f"Nothing is known of {these} yet{known}: none drawn for {role} has a label."
    if not passed.left:
        return f"People pass {100 * passed.estimate.value:.0f} % of {these}: all have their score."
    low, high = floor(100 * passed.estimate.low), ceil(100 * passed.estimate.high)
    known = f" and {counted(passed.known, 'known score')}" if passed.known else ""
    return (
        f"People would pass {low} to {high} % of {these}, by "
        f"{counted(passed.labels, 'answer')} labelled for {role}{known} "
        f"(valid whenever you stop){_more(passed, until)}."
    )


def enough(passed: KnownSoFar, until: float) -> bool:
    """Whether the wanted half width is reached."""
    return passed.estimate.half_width <= until


def _more(passed: KnownSoFar, until: float | None) -> str:
    if until is not None and enough(passed, until):
        return "; enough is known: stop"
    more = passed.labels_to_halve if until is None else passed.labels_for(until)
    if more is None:
        return ""
    purpose = "would halve that" if until is None else f"would make that ±{100 * until:g} points"
    return f"; about {more} more {purpose}"
