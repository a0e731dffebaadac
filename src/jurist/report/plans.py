"""Plans as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table

from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.analysis.power import Plan


def plans_table(plans: Iterable[Plan]) -> Table:
    """What to collect, by questions a case."""
    table = plain_table("questions a case", "cases", "answers", "labels", "half width", text=0)
    for plan in plans:
        table.add_row(
            str(plan.questions),
            f"{plan.references:,}",
            f"{plan.references * plan.questions:,}",
            f"{plan.labels:,}",
            f"{plan.half_width:.3f}",
        )
    return table
