"""What was judged as it came, as a table and sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.numbers import NOTHING, interval_words
from jurist.report.sheets import plain_table
from jurist.report.visible import visible
from jurist.store.online_verdicts import Way

if TYPE_CHECKING:
    from jurist.alignment.online import JudgeCard
    from jurist.production.online_figures import OnlineRow


def online_table(rows: Sequence[OnlineRow]) -> Table:
    """A row a way, judge, version and day; saved answers first."""
    open_ = any(row.bounds[0] != row.bounds[1] for row in rows)
    table = plain_table(
        "answers",
        "version",
        "came",
        "scored",
        "mean [95 %]",
        "right [95 %]",
        *(["at worst, best"] if open_ else []),
        text=2,
    )
    for row in rows:
        measured = row.scored > 0
        low, high = row.bounds
        table.add_row(
            Text(visible(f"{row.way.value}: {row.judge or NOTHING}")),
            Text(visible(" ".join(filter(None, (row.system, row.version, row.day))))),
            str(row.answers),
            f"{row.scored} of {row.drawn}",
            interval_words(row.mean) if measured else NOTHING,
            interval_words(row.right) if measured else NOTHING,
            *([f"{low:.2f} to {high:.2f}" if row.drawn else NOTHING] if open_ else []),
        )
    for place, column in enumerate(table.columns):  # numbers are never cut; names fold
        column.no_wrap = place > 1
        column.overflow = "fold"
    return table


def online_words(rows: Sequence[OnlineRow], cards: Sequence[JudgeCard]) -> Iterator[str]:
    """What the two kinds of rows say, and what is known of the judge of the second."""
    if not rows:
        yield "Nothing was judged yet: jurist production watch LOG --study STUDY"
        return
    if any(row.way is Way.SAVED for row in rows):
        yield (
            "Saved: the answer against what the person saved, by proof. Edits begin at the answer, "
            "so this favours it."
        )
    if any(row.way is Way.UNSAVED for row in rows):
        yield (
            "Unsaved: the answer against the question, by a model; right is a score of 4 or more. "
            "These are the judge's own figures: nothing corrects them."
        )
    for card in cards:
        name = f"{card.judge} ({card.version[:8]})"
        if card.errors is None:
            yield f"{name} was never challenged: jurist challenge --judge ... shows how it errs."
        else:
            yield f"{name} erred on {interval_words(card.errors)} of certified changes."
    waiting = sum(row.waiting for row in rows)
    if waiting:
        yield f"{counted(waiting, 'drawn answer')} wait: until then the figures are not of all."
