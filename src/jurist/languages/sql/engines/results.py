"""What an engine gives back, or why it gives nothing."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from jurist.languages.sql.values import Database, Row, Value

ROWS: Final = 5_000
"""Of one result."""


class DoesNotRun(Exception):  # noqa: N818 - says what happened
    """The engine refuses the text, or an error ends it; the message is the engine's."""


class RunsTooLong(Exception):  # noqa: N818 - says what happened
    """The text took more steps, or gave more rows, than one run may."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows that a query gave, in the order in which they came."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Runs(Protocol):
    """An engine that holds the tables of one schema."""

    def load(self, database: Database) -> None:
        """Let the tables hold these rows alone."""
        ...

    def run(self, text: str) -> Result:
        """What a query of the engine's own dialect gives.

        Raises:
            DoesNotRun: The engine refuses it, or an error ends it.
            RunsTooLong: It took too many steps or gave too many rows.
        """
        ...


def bounded(columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> Result:
    """The result of which no more than `ROWS` rows and one were fetched, its cells as values.

    Raises:
        RunsTooLong: There is one too many.
    """
    if len(rows) > ROWS:
        raise RunsTooLong(f"more than {ROWS} rows")
    return Result(columns, tuple(tuple(map(plain, row)) for row in rows))


def plain(cell: object) -> Value:
    """A cell as a value: truth as 0 and 1, times as text, decimals as numbers.

    What is not a finite number is text, so that it equals itself.
    """
    match cell:
        case None | str():
            return cell
        case bool():
            return int(cell)
        case int():
            return cell
        case float():
            return cell if math.isfinite(cell) else str(cell)
        case Decimal():
            if not cell.is_finite():
                return str(cell)
            return int(cell) if cell == cell.to_integral_value() else float(cell)
        case datetime.datetime():
            return cell.replace(tzinfo=None).isoformat(" ")
        case datetime.date() | datetime.time():
            return cell.isoformat()
        case bytes():
            return f"x'{cell.hex()}'"
        case _:
            return repr(cell)
