"""What each comparison can show and what it cannot: a sentence beside its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jurist.production.figures import Assignment, By

_WITHIN: Final = {
    "time": (
        "Tasks whose first attempt worked differ from others in more than that: what is asked for "
        "may be easier, and who asks more skilled. That an attempt worked is read off its save, so "
        "no abandoned task is among those that worked. The ratio says how much longer the others "
        "took, not how much time a better answer would save."
    ),
    "median": (
        "Who gave up is taken to have been as near to a save as who went on. If they gave up "
        "because it was hopeless, the true median is longer; the shares saved within a time "
        "assume nothing of that."
    ),
    "edits": (
        "Only saved answers are compared: an abandoned one has no query to compare it with, so "
        "what was worst is not in the distance. A person may save what is not what they meant."
    ),
    "retention": (
        "Who had success may have come back anyway: people are in the two groups by what they "
        "asked and how, not by chance. Who began before the log did counts from their first task "
        "in it."
    ),
}
"""By the figure."""

_OBSERVED: Final = {
    By.VERSION: (
        "Not randomised: versions differ in who used them and when. Learning, season, new "
        "accounts and other releases are in the difference, and who left after the earlier "
        "version is not in the later one. It shows that something changed, not why."
    ),
    By.WEEK: "Weeks differ in who asks and what for: this shows what happened, not why.",
    By.SEGMENT: (
        "Segments differ in who is in them and what they ask for: the difference is not what "
        "moving an account to another segment would change."
    ),
}
_RANDOMIZED: Final = (
    "Randomised, says the log's owner: the difference is what the version did to those who were "
    "assigned, if the log holds all of them, whole accounts were assigned, and both versions ran "
    "in the same weeks. Tasks or people that a version itself brings or drives away still differ."
)


def claims_of(by: By, assignment: Assignment) -> Mapping[str, str]:
    """What each comparison of a log can show: of figures, and of its `parts` with each other."""
    randomized = by is By.VERSION and assignment is Assignment.RANDOMIZED
    parts = _RANDOMIZED if randomized else _OBSERVED.get(by)
    return _WITHIN | ({"parts": parts} if parts else {})
