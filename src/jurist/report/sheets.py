"""Tables of numbers with what each row or column means, for a terminal and for a page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text


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
    """What is said under one heading: sentences, tables, what limits them, then longer texts."""

    heading: str
    sentences: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    """Of several lines, shown as they are."""


def section_parts(section: Section) -> Iterator[RenderableType]:
    """A section for a terminal: its tables, those of one kind beside each other, then its words."""
    yield Text(f"\n{section.heading}", style="bold")
    for about, alike in groupby(section.sheets, key=lambda sheet: sheet.about):
        tables = [sheet_table(sheet) for sheet in alike]
        if about:
            yield Text(about, style="dim")
        yield tables[0] if len(tables) == 1 else Columns(tables, padding=(1, 4))
        yield Text()
    yield from map(Text, (*section.sentences, *section.notes, *section.texts))


def sheet_parts(sheet: Sheet, styles: Mapping[str, str] | None = None) -> Iterator[RenderableType]:
    """A sheet that stands alone in a terminal, what it is about below it; see `sheet_table`."""
    yield sheet_table(sheet, styles)
    if sheet.about:
        yield Text(sheet.about, style="dim")
    yield Text()


def sheet_table(sheet: Sheet, styles: Mapping[str, str] | None = None) -> Table:
    """A sheet for a terminal; what a row means stands at its end, dim.

    Args:
        sheet: The table.
        styles: Of cells that hold one of these texts.
    """
    style_of = styles or {}
    table = plain_table(*sheet.columns, text=sheet.names)
    if sheet.meanings:
        table.add_column(Text("what it is"), style="dim", overflow="fold")
    meanings = sheet.meanings or ("",) * len(sheet.rows)
    for row, meaning in zip(sheet.rows, meanings, strict=True):
        cells = [Text(cell, style_of.get(cell, "")) for cell in row]
        table.add_row(*cells, *([Text(meaning)] if sheet.meanings else []))
    return table


def plain_table(*columns: str, text: int = 1) -> Table:
    """A table without lines; the first `text` columns are left-aligned, the rest right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        left = index < text
        table.add_column(Text(column), justify="left" if left else "right", no_wrap=left)
    return table
