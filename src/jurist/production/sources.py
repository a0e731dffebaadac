"""Logs as rows with their places: files, queries on a database, data frames. All are streamed."""

from __future__ import annotations

import codecs
import csv
import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final, cast

import msgspec
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from jurist.errors import InputError, UnsupportedError
from jurist.languages.lines import decode_line, is_blank, lines_of
from jurist.languages.texts import explained

Row = tuple[str, Mapping[str, object] | InputError]
"""Where a row stands, and its cells by column, or why it cannot be read."""

_BATCH: Final = 5_000
_EXPECTED: Final = '{"id": "1", "question": "...", "answer": "...", "saved": "...", ...}'
_NULLS: Final = frozenset({"NULL", "null", "\\N", "NaN", "nan", "NaT", "None", "<NA>", "#N/A"})
"""What databases and data frames write into CSV where there is nothing."""
_object = msgspec.json.Decoder(dict[str, object])
_ENDINGS: Final = {
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}


def rows_of_file(path: Path) -> Iterator[Row]:
    """The rows of a JSON Lines, CSV or Parquet file, told by its ending.

    Raises:
        InputError: It is none of these, or cannot be read.
        UnsupportedError: What reads it is not installed.
    """
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise InputError(
            f"{path} is called like no log",
            expected=f"a file that ends with {', '.join(_ENDINGS)}",
            fix="rename it, or give its rows by --database and --query",
        )
    if kind == "parquet":
        yield from _of_parquet(path)
        return
    with explained(path), path.open("rb") as file:
        yield from (rows_of_json if kind == "json" else _of_csv)(file, str(path))


def rows_of_json(file: IO[bytes], where: str) -> Iterator[Row]:
    """The rows of JSON Lines."""
    for number, line in enumerate(lines_of(file, where), 1):
        if is_blank(line):
            continue
        place = f"{where}, line {number}"
        try:
            row = decode_line(line, _object, where=place, expected=_EXPECTED)
        except InputError as error:
            yield place, error
        else:
            yield place, row


def _of_csv(file: IO[bytes], where: str) -> Iterator[Row]:
    lines = codecs.iterdecode(file, "utf-8-sig")
    head = next(lines, "")
    separator = max(",;\t", key=head.count)
    header = next(csv.reader([head], delimiter=separator), list[str]())
    if len(set(header)) < len(header):
        raise InputError(
            "the header has a name twice",
            expected="a name for each column",
            fix="rename or remove one",
            where=f"{where}, line 1",
        )
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        place = f"{where}, line {reader.line_num + 2}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield place, InputError(f"it is no CSV: {error}", expected="cells between separators")
            continue
        if cells is None:
            return
        if len(cells) == len(header):
            there = ("" if cell in _NULLS else cell for cell in cells)
            yield place, dict(zip(header, there, strict=True))
        elif cells:
            problem = f"it has {len(cells)} cells, the header {len(header)}"
            yield place, InputError(problem, expected=f"{len(header)} cells")


def _of_parquet(path: Path) -> Iterator[Row]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
        arrow = importlib.import_module("pyarrow")
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            f"{path}: Parquet needs pyarrow, which is not installed",
            expected="the package pyarrow",
            fix="pip install pyarrow, or write the log as JSON Lines or CSV",
        ) from error
    with explained(path):
        try:
            with parquet.ParquetFile(path) as file:
                yield from _of_batches(file.iter_batches(_BATCH), str(path))
        except arrow.ArrowInvalid as error:
            raise InputError(
                f"{path} is no Parquet file: {error}"[:500], expected="a whole Parquet file"
            ) from None


def _of_batches(batches: Iterable[object], where: str) -> Iterator[Row]:
    number = 0
    for batch in batches:
        for row in batch.to_pylist():  # pyright: ignore
            number += 1
            yield f"{where}, row {number}", cast("Mapping[str, object]", row)


def rows_of_query(database: str, query: str) -> Iterator[Row]:
    """The rows of a query on a database.

    Args:
        database: An SQLAlchemy URL; what it holds of a password stands in no error.
        query: In the database's own SQL, run as it is.

    Raises:
        InputError: The database cannot be reached, or refuses the query.
    """
    try:
        engine = create_engine(database, poolclass=NullPool)
        with engine.connect() as connection:
            # The driver gets the text as it is: neither colons nor percent signs mean parameters.
            streamed = connection.execution_options(yield_per=_BATCH, no_parameters=True)
            for number, row in enumerate(streamed.exec_driver_sql(query).mappings(), 1):
                yield f"the query's row {number}", dict(row)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(
            f"the database's log cannot be read: {said[:300]}",
            expected="a URL such as postgresql://host/name or sqlite:///file, and a query of rows",
            fix="try both with the database's own program",
        ) from None


def rows_of_table(given: object) -> Iterator[Row]:
    """The rows of a pandas or polars frame, an Arrow table, or an iterable of dicts.

    Raises:
        InputError: It is none of these.
    """
    batches = getattr(given, "to_batches", None)
    sliced = getattr(given, "iter_slices", None)
    by_columns = getattr(given, "itertuples", None)
    if callable(batches):  # Arrow
        yield from _of_batches(cast("Iterable[object]", batches(max_chunksize=_BATCH)), "the table")
    elif callable(sliced):  # polars
        numbered = (row for part in sliced(_BATCH) for row in part.to_dicts())  # pyright: ignore
        yield from _numbered(cast("Iterable[object]", numbered))
    elif callable(by_columns):  # pandas
        header = [str(name) for name in given.columns]  # pyright: ignore
        rows = cast("Iterable[tuple[object, ...]]", by_columns(index=False, name=None))
        yield from _numbered(dict(zip(header, row, strict=True)) for row in rows)
    elif isinstance(given, Iterable) and not isinstance(given, (str, bytes, Mapping)):
        yield from _numbered(cast("Iterable[object]", given))
    else:
        raise InputError(
            f"the log is a {type(cast('object', given)).__name__}",
            expected="a path, a data frame, an Arrow table, or dicts",
            fix="give it as one of these",
        )


def _numbered(rows: Iterable[object]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if isinstance(row, Mapping):
            yield f"row {number}", cast("Mapping[str, object]", row)
        else:
            yield f"row {number}", InputError(f"it is a {type(row).__name__}", expected="a dict")
