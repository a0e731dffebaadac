"""Drift of questions as tables and sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.numbers import NOTHING, interval_words, p_words, percent
from jurist.report.sheets import plain_table
from jurist.report.visible import visible
from jurist.shortening import shortened

if TYPE_CHECKING:
    from jurist.production.drift import Week, WeeklyDrift

_LONGEST = 100
_MOST_EXAMPLES = 3


def weeks_table(found: WeeklyDrift) -> Table:
    """A row a week: who asked, and how well the questions are told from the cases'."""
    table = plain_table(
        "week of", "questions", "people", "told apart (AUROC) [95 %]", "p (52 looks)", "moved"
    )
    for week in found.weeks:
        tested = week.found
        table.add_row(
            week.begins if week.complete else f"{week.begins} (not over)",
            str(week.asked),
            str(week.people),
            NOTHING if tested is None else interval_words(tested.auroc),
            NOTHING if tested is None else p_words(week.p_adjusted),
            "too few" if tested is None else "moved" if week.moved else "not shown",
        )
    return table


def moved_table(found: WeeklyDrift) -> Table | None:
    """What moved in the week that is told of: words, lengths; `None` where none was tested."""
    week = _told_of(found)
    if week is None or week.found is None:
        return None
    table = plain_table("", "cases", f"week of {week.begins}")
    before, now = week.found.before, week.found.now
    table.add_row("questions compared", str(before.n), str(now.n))
    table.add_row("characters (median)", f"{before.characters:.0f}", f"{now.characters:.0f}")
    table.add_row("words (median)", f"{before.words:.0f}", f"{now.words:.0f}")
    for moved in week.found.words:
        name = Text(visible(f"questions with {shortened(moved.word, _LONGEST)}"))
        table.add_row(name, percent(moved.before), percent(moved.now))
    return table


def drift_words(found: WeeklyDrift) -> Iterator[str]:
    """Whether the mix has moved, with examples of what is new."""
    complete = [week for week in found.weeks if week.complete]
    moved = [week for week in complete if week.moved]
    if moved:
        weeks = ", ".join(week.begins for week in moved[:5]) + (", ..." if len(moved) > 5 else "")
        yield f"The mix of questions is another one than that of the cases in the weeks of {weeks}."
    elif any(week.found for week in complete):
        yield "No week's mix of questions is shown to be another one than that of the cases."
    else:
        yield "No complete week has questions of 20 people or more: nothing was tested."
    week = _told_of(found)
    if week is not None and week.found is not None and week.moved:
        for example in week.found.examples[:_MOST_EXAMPLES]:
            yield f"  least like the cases: {shortened(' '.join(example.split()), _LONGEST)}"
        yield "Add questions like these to the cases (jurist production cases), then evaluate anew."
    if found.undated:
        yield f"{counted(found.undated, 'attempt')} without a time or a question: in no week."


def _told_of(found: WeeklyDrift) -> Week | None:
    """The newest week that moved, else the newest that was tested."""
    tested = [week for week in found.weeks if week.found is not None and week.complete]
    moved = [week for week in tested if week.moved]
    return next(reversed(moved or tested), None)
