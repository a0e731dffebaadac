"""A run's verdicts as flat rows: dicts, Arrow, Parquet, pandas, polars."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Final

from jurist.analysis.leaderboard import proved_right
from jurist.errors import UnsupportedError
from jurist.languages.texts import explained
from jurist.runs.results import Result

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Cell = str | int | float | bool | None
Row = dict[str, Cell]

_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `Run.rows`."""

    kind: type[str] | type[int] | type[float] | type[bool]
    """Of its values; any may be `None`."""
    meaning: str


COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "run": Column(str, "the run's id"),
        "dataset": Column(str, "the dataset's name"),
        "case": Column(str, "the case's id"),
        "tags": Column(str, "the case's tags, with commas between them"),
        "question_id": Column(str, "the question's id"),
        "question": Column(str, "the request"),
        "origin": Column(str, "authored, synthetic or real"),
        "style": Column(str, "the style of a synthetic question"),
        "generator": Column(str, "who answered"),
        "sample": Column(int, "which of the generator's answers to the question, from 1"),
        "reference": Column(str, "the right query; none: a refusal is right"),
        "candidate": Column(str, "the answer; none: a refusal or a failure"),
        "refusal": Column(str, "why the generator declined"),
        "failure": Column(str, "why there is no answer"),
        "judge": Column(str, "who judged"),
        "score": Column(float, "1 to 5; none: no score"),
        "unscored": Column(str, "the kind of reason for no score"),
        "reason": Column(str, "why there is no score, or why a relation is open"),
        "reasoning": Column(str, "the judge's reasons"),
        "relation": Column(str, "what the evidence says: equivalent, contains, ..."),
        "method": Column(str, "how the evidence was come by"),
        "proved_right": Column(bool, "whether the answer is certainly right"),
        "witness": Column(str, "who tells the two queries apart, in a sentence"),
        "confidence": Column(float, "the judge's own, 0 to 1"),
        "ms": Column(float, "milliseconds that the verdict took"),
        "usd": Column(float, "US dollars that the verdict cost"),
        "answer_ms": Column(float, "milliseconds that the answer took"),
        "answer_usd": Column(float, "US dollars that the answer cost"),
        "task": Column(str, "the answer's key, the same for all judges"),
    }
)


def row_of(run: str, result: Result) -> Row:
    """A verdict as a flat row, with the columns `COLUMNS` in their order."""
    case, question, candidate, verdict = (
        result.case,
        result.question,
        result.candidate,
        result.verdict,
    )
    evidence, unscored = verdict.evidence, verdict.unscored
    witnesses = () if evidence is None else evidence.witnesses
    reason = unscored.reason if unscored else evidence.reason if evidence else ""
    return {
        "run": run,
        "dataset": result.dataset,
        "case": case.id,
        "tags": ",".join(case.tags),
        "question_id": question.id,
        "question": question.text,
        "origin": question.origin.value,
        "style": question.style or None,
        "generator": result.generator,
        "sample": result.sample,
        "reference": case.reference,
        "candidate": candidate.query,
        "refusal": candidate.refusal,
        "failure": candidate.failure.reason if candidate.failure else None,
        "judge": result.judge,
        "score": verdict.score,
        "unscored": unscored.kind.value if unscored else None,
        "reason": reason or None,
        "reasoning": verdict.reasoning or None,
        "relation": evidence.relation.value if evidence else None,
        "method": evidence.method.value if evidence else None,
        "proved_right": proved_right(result),
        "witness": witnesses[0].story if witnesses else None,
        "confidence": verdict.confidence,
        "ms": verdict.cost.ms,
        "usd": verdict.cost.usd,
        "answer_ms": candidate.cost.ms,
        "answer_usd": candidate.cost.usd,
        "task": result.task,
    }


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
