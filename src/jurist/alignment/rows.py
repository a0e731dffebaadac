"""Rows of the files that people bring: CSV of any spreadsheet, and JSON Lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import isfinite
from typing import Final, TypeVar

import msgspec

from jurist.errors import InputError
from jurist.languages.lines import decode_line, is_blank
from jurist.languages.texts import MAX_BYTES

T = TypeVar("T")

_TRUTHS: Final = {"true": "1", "false": "0"}
_ACTIVE: Final = frozenset("=+-@\t\r")


def csv_rows(
    text: str, where: str, *, raises: type[InputError] = InputError
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, the header's first, and the line on which they end.

    Raises:
        InputError: Or `raises`: a row is no CSV. Names the line on which it begins.
    """
    csv.field_size_limit(MAX_BYTES)  # a cell may be as long as the file: exported queries are long
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield reader.line_num, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise raises(
            f"the line cannot be read as CSV: {error}",
            expected="cells between separators, in double quotes where they hold them",
            fix="save the file as CSV again",
            where=f"{where}, line {begins}",
        ) from None


def json_rows(
    text: str,
    decoder: msgspec.json.Decoder[T],
    where: str,
    *,
    expected: str,
    raises: type[InputError] = InputError,
) -> Iterator[tuple[int, T]]:
    """The objects of a file, one a line, with their lines; blank ones are left.

    Raises:
        InputError: Or `raises`: a line holds something else.
    """
    for number, line in enumerate(text.encode().split(b"\n"), 1):
        if not is_blank(line):
            place = f"{where}, line {number}"
            yield number, decode_line(line, decoder, where=place, expected=expected, raises=raises)


def separator_of(text: str) -> str:
    """What separates the cells of a CSV: a comma, or the semicolon or tab of its first line."""
    return max(",;\t", key=text.split("\n", 1)[0].count)


def number_of(cell: str) -> float | None:
    """The number that a cell holds, also with a decimal comma; `None` where it holds none."""
    text = _TRUTHS.get(cell.lower(), cell).replace("\N{MINUS SIGN}", "-").replace(",", ".", 1)
    try:
        number = float(text) if "_" not in text else float("nan")
    except ValueError:
        return None
    return number if isfinite(number) else None


def inert(cell: str | float) -> str | float:
    """A cell that no spreadsheet runs as a formula; `unquoted` takes the quote off again."""
    return f"'{cell}" if isinstance(cell, str) and _is_active(cell) else cell


def unquoted(cell: str) -> str:
    """A cell as it was before `inert`."""
    return cell[1:] if cell[:1] == "'" and _is_active(cell[1:]) else cell


def _is_active(cell: str) -> bool:
    """Whether a spreadsheet would run a cell, once the quotes that are put before it are off."""
    return cell.lstrip("'")[:1] in _ACTIVE
