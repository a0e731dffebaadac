"""Reading logs into the store: streamed, idempotent, and nothing dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Final

from jurist.errors import InputError
from jurist.languages.texts import nearest_hint
from jurist.production.layout import COLUMNS
from jurist.production.rows import RowReader
from jurist.production.sources import Row
from jurist.store import Store
from jurist.store.interactions import (
    ContradictionError,
    Interaction,
    joined,
    known_interactions,
    write_interactions,
)

_BATCH: Final = 5_000
_MOST_REASONS: Final = 50
"""Reasons that are told apart; whatever else there is counts together."""
_OTHERS: Final = "another reason"
_MOST_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Unusable:
    """Rows that tell nothing, for one reason."""

    reason: str
    expected: str
    fix: str
    rows: int
    places: tuple[str, ...]
    """The first few."""


@dataclass(slots=True)
class _Reason:
    expected: str
    fix: str
    rows: int = 0
    places: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a log's rows: each is `used` or in one of `unusable`."""

    rows: int
    used: int
    new: int
    """Attempts that were not there."""
    changed: int
    """Attempts of which more is known now."""
    same: int
    """Attempts of which all was known: they have been read before."""
    unusable: tuple[Unusable, ...]
    lacking: dict[str, int]
    """Of the attempts that are new or changed, how many still lack what figures need."""


class _Tally:
    def __init__(self) -> None:
        self.rows = self.used = self.new = self.changed = self.same = 0
        self.reasons: dict[str, _Reason] = {}
        self.lacking: Counter[str] = Counter()

    def lost(self, place: str, error: InputError) -> None:
        """Count a row that cannot be used."""
        reason = error.problem[:200]
        if reason not in self.reasons and len(self.reasons) >= _MOST_REASONS:
            reason = _OTHERS
        known = self.reasons.setdefault(reason, _Reason(error.expected, error.fix))
        known.rows += 1
        if len(known.places) < _MOST_PLACES:
            known.places.append(place)

    def result(self) -> Ingested:
        unusable = (
            Unusable(reason, known.expected, known.fix, known.rows, tuple(known.places))
            for reason, known in sorted(self.reasons.items(), key=lambda entry: -entry[1].rows)
        )
        return Ingested(
            self.rows,
            self.used,
            self.new,
            self.changed,
            self.same,
            tuple(unusable),
            dict(self.lacking),
        )


def ingest_rows(
    store: Store,
    rows: Iterable[Row],
    reader: RowReader,
    *,
    advance: Callable[[int], None],
) -> Ingested:
    """Read rows into a store, a batch at a time, each batch whole or not at all.

    Args:
        store: Where.
        rows: See `sources`.
        reader: Says what each tells.
        advance: Told after each batch how many rows it had.

    Raises:
        InputError: A named column, or any known one, stands in none of the first rows.
    """
    return _ingested(store, rows, reader, advance, lambda columns: _refuse_foreign(columns, reader))


def ingest_portion(store: Store, rows: Iterable[Row], reader: RowReader) -> Ingested:
    """Read what came to a log that grows: few rows, which need not have all of its columns."""
    return _ingested(store, rows, reader, lambda _read: None, lambda _columns: None)


def absent_columns(columns: Container[str], reader: RowReader) -> list[str]:
    """The named columns that a log has not."""
    return [name for name in reader.layout.columns.values() if name not in columns]


def _ingested(
    store: Store,
    rows: Iterable[Row],
    reader: RowReader,
    advance: Callable[[int], None],
    check: Callable[[Iterable[str]], None],
) -> Ingested:
    tally = _Tally()
    columns: dict[str, None] = {}
    batch: list[tuple[str, Interaction]] = []
    begun = 0
    for place, row in rows:
        tally.rows += 1
        if isinstance(row, InputError):
            tally.lost(place, row)
            continue
        if not begun:
            columns.update(dict.fromkeys(row))
        try:
            batch.append((place, reader.read(row)))
        except InputError as error:
            tally.lost(place, error)
        if tally.rows - begun == _BATCH:
            if not begun:
                check(columns)
            _write(store, batch, tally)
            advance(tally.rows - begun)
            batch, begun = [], tally.rows
    if not begun and columns:
        check(columns)
    _write(store, batch, tally)
    advance(tally.rows - begun)
    return tally.result()


def _write(store: Store, batch: list[tuple[str, Interaction]], tally: _Tally) -> None:
    keys = [told.key for _, told in batch]
    before = known_interactions(store, list(dict.fromkeys(keys)))
    after = dict(before)
    for key, (place, told) in zip(keys, batch, strict=True):
        try:
            after[key] = joined(after[key], told) if key in after else told
        except ContradictionError as error:
            tally.lost(place, error)
        else:
            tally.used += 1
    new = [told for key, told in after.items() if key not in before]
    changed = [told for key, told in after.items() if key in before and told != before[key]]
    if new or changed:
        write_interactions(store, new, changed)
    tally.new += len(new)
    tally.changed += len(changed)
    tally.same += len(after) - len(new) - len(changed)
    for told in (*new, *changed):
        tally.lacking.update(_lacks(told))


def _lacks(told: Interaction) -> Iterable[str]:
    if told.began_at is None:
        yield "when the person asked"
    if told.saved is not None and told.saved_at is None:
        yield "when its query was saved"
    if told.saved_at is not None and told.saved is None:
        yield "the query that was saved"
    if not told.user and not told.account:
        yield "whose it is"


def _refuse_foreign(columns: Iterable[str], reader: RowReader) -> None:
    """Raise where a log has none of the columns that it is to have, before any of it is stored."""
    there = list(columns)
    listed = ", ".join(there)[:300]
    absent = absent_columns(there, reader)
    if absent:
        raise InputError(
            f"the log has no column {absent[0][:80]!r} (there are: {listed})",
            expected="the columns that are named",
            fix=nearest_hint(absent[0], there) or "name another one",
        )
    if not any(reader.layout.column(meaning) in there for meaning in COLUMNS):
        raise InputError(
            f"no column of the log is known (there are: {listed})",
            expected=f"some of {', '.join(COLUMNS)}",
            fix="say which column means what, such as question=prompt,user=user_id",
        )
