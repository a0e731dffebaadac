"""What tuning came to: every contender on dev, the chosen one once on test, the optimism."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.report.numbers import NOTHING, interval_words
from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.alignment.tuning.judge import Measured, Tuned


def tuned_table(tuned: Tuned) -> Table:
    """One row a contender on dev; below them the judge as it was and as it is, on test."""
    table = plain_table("on", "role", "right [95 %]", "mean error", "no score", "", text=2)
    for place, each in enumerate(tuned.contenders):
        mark = Text("chosen", "bold green") if place == tuned.chosen else Text()
        table.add_row(Text("dev"), Text(each.label), *_cells(each.dev), mark)
    if tuned.before_on_test is not None and tuned.after_on_test is not None:
        table.add_row(Text("test"), Text("as it was"), *_cells(tuned.before_on_test), "")
        table.add_row(Text("test"), Text(tuned.winner.label), *_cells(tuned.after_on_test), "")
    return table


def tuned_words(tuned: Tuned) -> Iterator[str]:
    """What the table means."""
    if tuned.optimism is None:
        yield (
            "There are no labels for test: how well it does on answers that had no part in its "
            "choice is not known."
        )
    else:
        yield (
            f"Optimism (dev minus test of the chosen one): {interval_words(tuned.optimism)}. "
            "The share on test is the one to quote."
        )
    if tuned.chosen == 0:
        yield "Nothing that was learnt did better on dev: the role stays as it was."


def _cells(measured: Measured) -> tuple[str, str, str]:
    error = NOTHING if measured.error != measured.error else f"{measured.error:.2f}"
    return interval_words(measured.right), error, str(measured.unscored or "")
