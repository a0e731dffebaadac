"""The part of pyarrow.parquet that Jurist uses."""

from pathlib import Path
from types import TracebackType
from typing import Self

from pyarrow import RecordBatch, Schema, Table

class ParquetWriter:
    def __init__(self, where: Path, schema: Schema) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def write_batch(self, batch: RecordBatch) -> None: ...

def read_table(source: Path) -> Table: ...
