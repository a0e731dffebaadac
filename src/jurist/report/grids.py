"""A witness that consists of tables, as a terminal shows it: the tables, and both results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, cast

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from jurist.languages.capabilities import Grid
from jurist.records import Witness
from jurist.report.visible import visible
from jurist.shortening import shortened

_INDENT: Final = "    "
_GAP: Final = "   "
_LONGEST_CELL: Final = 24
_MOST_ROWS: Final = 12
_MOST_COLUMNS: Final = 12
_WIDTH: Final = 100
_NOT_SHARED: Final = "bold red"

_Line = list[tuple[str, str]]
"""Pieces of a line with their styles."""


def tell_grids(grids: Sequence[Grid], witness: Witness) -> Text:
    """The tables beside each other as long as they fit, then what the two queries give on them.

    A row that only one of the two queries gives is marked.

    Args:
        grids: The tables of the witness's input.
        witness: Whose results are shown: lists of rows, or a value in words.
    """
    text = Text()
    blocks = [_table(grid) for grid in grids if grid.rows]
    empty = ", ".join(_short(grid.name) for grid in grids if not grid.rows)
    if empty:
        blocks.append([[("empty: ", "dim"), (empty, "")]])
    for block in _beside(blocks):
        _write(text, block)
    results = [
        _result("reference", witness.reference, witness.candidate),
        _result("candidate", witness.candidate, witness.reference),
    ]
    for block in _beside(results):
        _write(text, block)
    text.right_crop(1)
    return text


def _table(grid: Grid) -> list[_Line]:
    columns = [*map(_short, grid.columns[:_MOST_COLUMNS])]
    if len(columns) < len(grid.columns):
        columns.append("…")
    rows = [[*map(_cell, row)] for row in grid.rows]
    return [[(_short(grid.name), "bold")], *_aligned(columns, rows, ["" for _ in rows])]


def _result(name: str, given: object, other: object) -> list[_Line]:
    if not isinstance(given, list):
        return [[(f"the {name} gives", "bold")], [(_short(str(given)), "")]]
    rows = [[*map(_cell, _row(row))] for row in cast("list[object]", given)]
    common = Counter(
        tuple(map(_cell, _row(row)))
        for row in (cast("list[object]", other) if isinstance(other, list) else [])
    )
    styles: list[str] = []
    for row in rows:
        styles.append("" if common[tuple(row)] > 0 else _NOT_SHARED)
        common[tuple(row)] -= 1
    return [[(f"the {name} gives", "bold")], *_aligned([], rows, styles)]


def _row(row: object) -> Sequence[object]:
    return cast("Sequence[object]", row) if isinstance(row, list | tuple) else (row,)


def _aligned(
    columns: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str]
) -> Iterator[_Line]:
    if not rows:
        yield [("no rows", "dim")]
        return
    shown = [row[: len(columns) or _MOST_COLUMNS] for row in rows[:_MOST_ROWS]]
    widths = [
        max(map(cell_len, column))
        for column in zip_longest(*([columns] if columns else []), *shown, fillvalue="")
    ]
    if columns:
        yield [("  ".join(map(set_cell_size, columns, widths)), "dim")]
    for row, style in zip(shown, styles, strict=False):
        yield [("  ".join(map(set_cell_size, row, widths)), style)]
    if len(shown) < len(rows):
        yield [(f"and {len(rows) - len(shown)} more", "dim")]


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    return _short(f"'{value}'" if isinstance(value, str) else str(value))


def _short(text: str) -> str:
    return shortened(" ".join(visible(text).split()), _LONGEST_CELL)


def _beside(blocks: Sequence[list[_Line]]) -> Iterator[list[_Line]]:
    """Blocks side by side, in as few rows as the width allows."""
    row: list[list[_Line]] = []
    taken = 0
    for block in blocks:
        width = _width(block)
        if row and taken + len(_GAP) + width > _WIDTH:
            yield _joined(row)
            row, taken = [], 0
        taken += width + (len(_GAP) if row else 0)
        row.append(block)
    if row:
        yield _joined(row)


def _joined(blocks: Sequence[list[_Line]]) -> list[_Line]:
    widths = [*map(_width, blocks)]
    lines: list[_Line] = []
    for parts in zip_longest(*blocks, fillvalue=cast("_Line", [])):
        line: _Line = []
        for part, width in zip(parts, widths, strict=True):
            line += [*part, (" " * (width - sum(cell_len(piece) for piece, _ in part)) + _GAP, "")]
        lines.append(line)
    return lines


def _width(block: list[_Line]) -> int:
    return max(sum(cell_len(piece) for piece, _ in line) for line in block)


def _write(text: Text, block: list[_Line]) -> None:
    for line in block:
        written = Text.assemble(*line)
        written.rstrip()
        text.append(_INDENT).append(written).append("\n")
    text.append("\n")
