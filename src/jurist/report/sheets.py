"""Tables of numbers with what each row or column means, for a terminal and for a page alike."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as texts: the first columns name things, the others hold numbers.

    `about` says what the numbers are; `meanings` the same of each row, one for each, or is empty.
    All texts may hold what a stranger wrote.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str = ""
    meanings: tuple[str, ...] = ()
    names: int = 1
    """How many of the columns name things."""


@dataclass(frozen=True, slots=True)
class Section:
    """What is said under one heading: sentences first, then tables, then what limits them."""

    heading: str
    sentences: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def sheet_table(sheet: Sheet) -> Table:
    """A sheet for a terminal, without lines; what a row means stands at its end, dim."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(sheet.columns):
        left = place < sheet.names
        table.add_column(Text(column), justify="left" if left else "right", no_wrap=True)
    if sheet.meanings:
        table.add_column(Text("what it is"), style="dim", overflow="fold")
    meanings = sheet.meanings or ("",) * len(sheet.rows)
    for row, meaning in zip(sheet.rows, meanings, strict=True):
        cells = [Text(cell) for cell in row]
        table.add_row(*cells, *([Text(meaning)] if sheet.meanings else []))
    return table
