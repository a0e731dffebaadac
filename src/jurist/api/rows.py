"""A run's verdicts as tables: Arrow, Parquet, pandas, polars."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from jurist.errors import UnsupportedError
from jurist.languages.texts import explained
from jurist.report.rows import COLUMNS, Row

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_BATCH: Final = 5_000


def arrow_table(rows: Iterator[Row]) -> pa.Table:
    """The rows as an Arrow table.

    Raises:
        UnsupportedError: pyarrow is not installed.
    """
    arrow = _module("pyarrow", "an Arrow table")
    schema = _arrow_schema(arrow)
    return arrow.Table.from_batches(_batches(arrow, schema, rows), schema)


def write_parquet(rows: Iterator[Row], path: Path) -> None:
    """Write the rows to a Parquet file, in flat memory.

    Raises:
        InputError: The file cannot be written.
        UnsupportedError: pyarrow is not installed.
    """
    arrow = _module("pyarrow", "a Parquet file")
    parquet = importlib.import_module("pyarrow.parquet")
    schema = _arrow_schema(arrow)
    with explained(path), parquet.ParquetWriter(path, schema) as writer:
        for batch in _batches(arrow, schema, rows):
            writer.write_batch(batch)


def pandas_frame(rows: Iterator[Row]) -> pd.DataFrame:
    """The rows as a pandas data frame.

    Raises:
        UnsupportedError: pandas is not installed.
    """
    pandas = _module("pandas", "a pandas data frame")
    kinds = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
    frame = pandas.DataFrame(list(rows), columns=list(COLUMNS), dtype=object)
    return frame.astype({name: kinds[column.kind] for name, column in COLUMNS.items()})


def polars_frame(rows: Iterator[Row]) -> pl.DataFrame:
    """The rows as a polars data frame.

    Raises:
        UnsupportedError: polars is not installed.
    """
    polars = _module("polars", "a polars data frame")
    kinds = {str: polars.String, int: polars.Int64, float: polars.Float64, bool: polars.Boolean}
    schema = {name: kinds[column.kind] for name, column in COLUMNS.items()}
    return polars.DataFrame(list(rows), schema=schema, orient="row")


def _arrow_schema(arrow: ModuleType) -> pa.Schema:
    kinds = {
        str: arrow.string(),
        int: arrow.int64(),
        float: arrow.float64(),
        bool: arrow.bool_(),
    }
    return arrow.schema([(name, kinds[column.kind]) for name, column in COLUMNS.items()])


def _batches(arrow: ModuleType, schema: pa.Schema, rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    while some := list(islice(rows, _BATCH)):
        yield arrow.RecordBatch.from_pylist(some, schema=schema)


def _module(name: str, wanted: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            f"{wanted} needs {name}, which is not installed",
            expected=f"the package {name}",
            fix=f"pip install {name}, or use rows(), which needs nothing",
        ) from error
