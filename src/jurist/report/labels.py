"""A run's labels as a table: who said what, what was carried here, and what was put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.records import Annotation
    from jurist.store.corrections import Correction

_SHORT = 12


def labels_table(labels: Iterable[Annotation], corrections: Iterable[Correction]) -> Table:
    """One row a label, its corrections below it, the earliest first."""
    by_label: dict[str, list[Correction]] = defaultdict(list)
    for correction in corrections:
        by_label[correction.before.id].append(correction)
    table = plain_table("task", "annotator", "score", "role", "given", "why", text=6)
    given_labels = list(labels)
    standing = {label.id for label in given_labels}
    withdrawn = {
        identity: corrections[-1].before
        for identity, corrections in by_label.items()
        if identity not in standing
    }
    for label in (*given_labels, *withdrawn.values()):
        given = next((tag for tag in label.tags if ":" in tag), "")
        table.add_row(
            label.task[:_SHORT],
            Text(label.annotator),
            _scores(label) if label.id in standing else "-",
            label.role.value,
            Text(given or "-") if label.id in standing else Text("withdrawn"),
            Text(label.rationale if label.id in standing else ""),
        )
        for correction in by_label[label.id]:
            day = datetime.fromtimestamp(correction.created / 1000, UTC).date().isoformat()
            table.add_row(
                "",
                Text(f"  before {day}"),
                _scores(correction.before),
                "",
                "",
                Text(f"{correction.by}: {correction.reason}"),
            )
    return table


def _scores(label: Annotation) -> str:
    return " or ".join(map(str, label.scores))
