"""Logs into the store as they grow: each line once, whatever happens to the file or to us.

Lines are read into the store first, and only then is it noted how far was read: a process that
dies between the two reads them again, which changes nothing.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jurist.errors import InputError
from jurist.production.ingesting import Ingested, absent_columns, ingest_portion
from jurist.production.rows import RowReader
from jurist.production.sources import Row, rows_of_json
from jurist.production.tailing import Tail, decode_place, encode_place, name_of_log
from jurist.store import Store
from jurist.store.online_verdicts import keep_places, place_in_log


class Following:
    """Reads what came to some logs into a store.

    Args:
        store: Where.
        logs: JSON Lines; they need not be there yet.
        reader: Says what rows tell.
    """

    def __init__(self, store: Store, logs: Sequence[Path], reader: RowReader) -> None:
        self._store, self._reader = store, reader
        self._tails: list[tuple[str, Tail]] = []
        for path in logs:
            name = name_of_log(path)
            kept = place_in_log(store, name)
            self._tails.append((name, Tail(path, None if kept is None else decode_place(kept))))
        self.rows = 0
        self.used = 0
        self.unusable: Counter[str] = Counter()
        """Rows that tell nothing, by reason."""
        self._columns: set[str] = set()

    @property
    def gaps(self) -> int:
        """How often a log was gone before it was seen to be read to its end."""
        return sum(tail.gaps for _, tail in self._tails)

    @property
    def absent(self) -> list[str]:
        """Named columns that no row had so far; events may have them that are yet to come."""
        return absent_columns(self._columns, self._reader) if self.rows else []

    def look(self) -> int:
        """Read what came; how many rows."""
        before = self.rows
        for name, tail in self._tails:
            for place, lines in tail.read():
                if lines:
                    self._count(self._ingest(lines, tail.path))
                keep_places(self._store, [(name, encode_place(place))])
        return self.rows - before

    def _ingest(self, lines: Sequence[bytes], path: Path) -> Ingested:
        rows = rows_of_json(io.BytesIO(b"\n".join(lines)), str(path))
        return ingest_portion(self._store, self._noted(rows), self._reader)

    def _noted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for place, row in rows:
            if not isinstance(row, InputError):
                self._columns.update(
                    name for name in self._reader.layout.columns.values() if name in row
                )
            yield place, row

    def _count(self, done: Ingested) -> None:
        self.rows += done.rows
        self.used += done.used
        for lost in done.unusable:
            self.unusable[lost.reason] += lost.rows
