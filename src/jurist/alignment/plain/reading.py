"""Plain judgments as people keep them: CSV of any spreadsheet or of pandas, JSON Lines, frames.

A row says what one rater (an annotator, a judge) said of one item. Which word of a row means what
is fixed (`LABEL_COLUMNS`, `VERDICT_COLUMNS`); other columns are left unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

import msgspec

from jurist.alignment.rows import csv_rows, json_rows, number_of, separator_of
from jurist.errors import InputError
from jurist.languages.texts import nearest_hint

LABEL_COLUMNS: Final = (
    "item",
    "score",
    "annotator",
    "group",
    "system",
    "opponent",
    "probability",
)
VERDICT_COLUMNS: Final = ("item", "score", "judge", "group", "system", "opponent", "order")
_NEEDED: Final = ("item", "score")
_MISSING: Final = frozenset({"", "nan", "na", "n/a", "#n/a", "none", "null", "<na>", "nat"})
"""What pandas, polars, R, spreadsheets and people write where there is nothing."""
_WORKBOOK: Final = "PK\x03\x04"
"""How a spreadsheet's own file begins: it is a ZIP archive."""
_LONGEST_NAME: Final = 2000


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one rater said of one item.

    `score` is the cell's text, `None` where it is empty: an annotator who skipped, a judge that
    failed. `group` is what items share that makes them alike (a document, a reference); the item
    itself where it is not given. `probability` is the chance with which a label came to be asked.
    """

    item: str
    score: str | None
    rater: str
    group: str
    system: str
    opponent: str
    order: str
    probability: float | None
    where: str
    """File and line, or the row's number."""


@dataclass(frozen=True, slots=True)
class Judgments:
    """All rows of one table."""

    rows: tuple[Judgment, ...]
    columns: frozenset[str]
    """The known columns that it has."""
    notes: tuple[str, ...] = ()
    """Columns that are not read and look like one that is."""


def read_labels(text: str, *, where: str) -> Judgments:
    """People's scores from the text of a file; see `read_judgments`."""
    return read_judgments(_rows_of(text, where), LABEL_COLUMNS, where=where)


def read_verdicts(text: str, *, where: str) -> Judgments:
    """Judges' scores from the text of a file; see `read_judgments`."""
    return read_judgments(_rows_of(text, where), VERDICT_COLUMNS, where=where)


def read_judgments(
    rows: Iterable[tuple[str, Mapping[str, object]]], columns: tuple[str, ...], *, where: str
) -> Judgments:
    """Check rows and give them their types.

    Args:
        rows: Where each stands, and its cells by column.
        columns: `LABEL_COLUMNS` or `VERDICT_COLUMNS`: what may be in them.
        where: The table, for errors.

    Raises:
        InputError: Names the row and the column.
    """
    rater_column = columns[2]
    seen: dict[str, None] = {}
    read: list[Judgment] = []
    for place, given in rows:
        cells = {_column(name, columns): cell for name, cell in given.items()}
        if not read:
            _refuse_lacking(cells, columns, where)
        seen.update(dict.fromkeys(cells))
        item = _word(cells.get("item"), "item", place)
        if not item:
            raise InputError(
                "the column `item` is empty",
                expected="what was judged: any name, the same in labels and verdicts",
                fix="fill it in, or take the row out",
                where=place,
            )
        chance = _word(cells.get("probability"), "probability", place)
        read.append(
            Judgment(
                item,
                _word(cells.get("score"), "score", place) or None,
                _word(cells.get(rater_column), rater_column, place) or rater_column,
                _word(cells.get("group"), "group", place) or item,
                _word(cells.get("system"), "system", place),
                _word(cells.get("opponent"), "opponent", place),
                _word(cells.get("order"), "order", place),
                _chance(chance, place) if chance else None,
                place,
            )
        )
    if not read:
        raise InputError(
            "there is not one row",
            expected=f"a header and rows: {', '.join(columns)}",
            fix="only item and score must be there",
            where=where,
        )
    return Judgments(
        tuple(read), frozenset(seen.keys() & set(columns)), tuple(_misspelt(seen, columns, where))
    )


def _column(name: object, columns: tuple[str, ...]) -> str:
    """A column's name; spreadsheets begin theirs with a capital."""
    text = str(name).strip()
    return text.lower() if text.lower() in columns else text


def _misspelt(seen: Iterable[str], columns: tuple[str, ...], where: str) -> Iterator[str]:
    there = list(seen)
    missing = [name for name in columns if name not in there]
    for name in there:
        hint = nearest_hint(name, missing) if name not in columns else ""
        if hint:
            yield f"{where}: the column {name[:60]!r} is not read; {hint}"


def rows_of_table(given: object, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Rows of a pandas or polars frame, an Arrow table, or a list of dicts.

    Raises:
        InputError: It is none of these.
    """
    for method in ("to_pylist", "to_dicts"):  # Arrow, polars
        listing = getattr(given, method, None)
        if callable(listing):
            return _numbered(cast("Iterable[object]", listing()), name)
    to_dict = getattr(given, "to_dict", None)
    if callable(to_dict) and hasattr(given, "columns"):  # pandas
        return _numbered(cast("Iterable[object]", to_dict("records")), name)
    series = callable(to_dict)  # one column of a frame
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, Mapping)) and not series:
        return _numbered(cast("Iterable[object]", given), name)
    raise InputError(
        f"`{name}` is a {type(cast('object', given)).__name__}",
        expected="a path, a data frame, or a list of dicts with `item` and `score`",
        fix=f'write {name}=[{{"item": "q1", "score": 4}}, ...], or {name}=pandas.DataFrame(...)',
    )


def _numbered(rows: Iterable[object], name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError(
                f"`{name}[{number}]` is a {type(row).__name__}",
                expected='a dict such as {"item": "q1", "score": 4}',
            )
        yield f"{name}[{number}]", cast("Mapping[str, object]", row)


def _rows_of(text: str, where: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    return _json_rows(text, where) if text.lstrip()[:1] == "{" else _csv_rows(text, where)


_object = msgspec.json.Decoder(dict[str, str | int | float | bool | None])


def _json_rows(text: str, where: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    expected = '{"item": "q1", "score": 4, ...}'
    for number, row in json_rows(text, _object, where, expected=expected):
        yield f"{where}, line {number}", row


def _csv_rows(text: str, where: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    if text.startswith(_WORKBOOK):
        raise InputError(
            "it is a workbook of a spreadsheet",
            expected="a table as text",
            fix="save the sheet as CSV",
            where=where,
        )
    head, _, rest = text.partition("\n")
    if head.strip().lower().startswith("sep="):  # what Excel is told by some programs
        text = rest
    header: list[str] | None = None
    for number, cells in csv_rows(text, where):
        place = f"{where}, line {number}"
        if header is None:
            header = [name.strip() for name in cells]
            _refuse_twice(header, place)
            known = {_column(name, _NEEDED): "" for name in header}
            _refuse_lacking(known, _NEEDED, place)
        elif any(cell.strip() for cell in cells):
            if len(cells) != len(header):
                raise InputError(
                    f"the row has {len(cells)} cells, the header {len(header)}",
                    expected=f"{len(header)} cells, separated by {separator_of(text)!r}",
                    fix="put cells that hold the separator or line breaks in double quotes",
                    where=place,
                )
            yield place, dict(zip(header, cells, strict=True))


def _refuse_twice(header: list[str], where: str) -> None:
    for name in header:
        if name and header.count(name) > 1:
            raise InputError(
                f"the header has {name!r} twice",
                expected="a name for each column",
                fix="rename or remove one",
                where=where,
            )


def _refuse_lacking(cells: Mapping[str, object], columns: tuple[str, ...], where: str) -> None:
    for name in _NEEDED:
        if name not in cells:
            near = nearest_hint(name, [str(known) for known in cells])
            raise InputError(
                f"there is no column {name!r} (there are: {', '.join(map(str, cells)) or 'none'})",
                expected=f"{', '.join(columns)}, of which item and score must be there",
                fix=near or f"rename the column that holds the {name}",
                where=where,
            )


def _word(cell: object, column: str, where: str) -> str:
    """A cell as text; numbers as pandas writes them back where a column had gaps (3.0 is 3)."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, (list, tuple, dict, set, bytes)):
        raise InputError(
            f"the column `{column}` holds a {type(cast('object', cell)).__name__}",
            expected="text or a number",
            where=where,
        )
    text = str(cell).strip()
    if text.lower() in _MISSING:
        return ""
    if len(text) > _LONGEST_NAME:
        raise InputError(
            f"the column `{column}` holds {len(text):,} characters",
            expected=f"at most {_LONGEST_NAME:,}: an id, a name or a score",
            fix="keep texts in other columns, which are not read",
            where=where,
        )
    whole = text.removesuffix(".0")
    return whole if whole != text and whole.lstrip("-").isdecimal() else text


def _chance(cell: str, where: str) -> float:
    chance = number_of(cell)
    if chance is None or not 0 < chance <= 1:
        raise InputError(
            f"the probability is {cell[:40]!r}",
            expected="a number above 0, at most 1: with which chance the item came to be labelled",
            fix="leave the column out where it is not known",
            where=where,
        )
    return chance
