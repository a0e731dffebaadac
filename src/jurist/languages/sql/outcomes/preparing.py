"""Queries made ready to be run often, in SQLite, with what it takes to see what they permit."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.engines.results import DoesNotRun, Result, RunsTooLong
from jurist.languages.sql.engines.sqlite import Sqlite
from jurist.languages.sql.outcomes.canonical import folded
from jurist.languages.sql.outcomes.moments import with_fixed_now
from jurist.languages.sql.outcomes.ordering import (
    Sorted,
    is_cut,
    is_ordered,
    limit_and_offset,
    sorted_query,
    unwrapped,
)
from jurist.languages.sql.outcomes.outcome import Class, Outcome, closed, sorted_outcome
from jurist.languages.sql.outcomes.probes import Probes, is_scalar, is_volatile, probes_of
from jurist.languages.sql.outcomes.texts import sqlite_text, sqlite_tree
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Ties
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Value

_KEPT: Final = 512


class Prepared:
    """A query of a schema, to be run on one database after the other.

    Args:
        tree: The query, as SQLite reads it.
        schema: Whose tables the engine holds, and whose dialect it was written in.
        text: Of the tree, where it is known.
    """

    def __init__(self, tree: exp.Query, schema: SqlSchema, text: str = "") -> None:
        self._text = text
        self.tree = tree
        self.schema = schema
        self.is_ordered = is_ordered(tree)
        self.is_volatile = is_volatile(tree)
        self.is_cut = is_cut(unwrapped(tree))
        """Whether it has a LIMIT of its own."""
        self._cuts_or_sorts = self.is_ordered or self.is_cut
        self._raises = not habits(schema.dialect).scalar_takes_first_row and any(
            is_scalar(subquery) for subquery in tree.find_all(exp.Subquery)
        )

    @cached_property
    def text(self) -> str:
        """As SQLite runs it."""
        return self._text or sqlite_text(self.tree)

    def observed(self, engine: Sqlite) -> Outcome:
        """What the query permits on the loaded database, as far as nothing inside is open.

        Raises:
            DoesNotRun: An error ends it.
            RunsTooLong: It takes too long.
        """
        if self._sorted is None:
            outcome = self._as_it_comes(engine.run(self.text))
        else:
            query, text = self._sorted
            outcome = outcome_of(query, engine.run(text))
            if self.schema.readings.ties is Ties.FIRST:
                outcome = closed(outcome)
        if self._raises and self.saw_several(engine):
            return Outcome((), outcome.width, raises=True)
        return outcome

    def names(self, engine: Sqlite) -> tuple[str, ...]:
        """The names of its result's columns, lower-cased."""
        return tuple(name.lower() for name in engine.run(self.text).columns)

    def is_open(self, engine: Sqlite) -> bool:
        """Whether something inside, or that cannot be looked at, leaves the result open."""
        return self.is_always_open or self._is_open_inside(engine)

    def at_most(self, engine: Sqlite) -> Outcome | None:
        """More than the query permits: its rows, cut at any place, where their keys are not known.

        `None` where something else is open too, or nothing is.
        """
        top = unwrapped(self.tree)
        cut = limit_and_offset(top)
        if not self._is_unsorted or self.probes.is_always_open or self._divides or cut is None:
            return None
        if isinstance(top, exp.Subquery) or self._is_open_inside(engine):
            return None
        bare = top.copy()
        for part in ("order", "limit", "offset"):
            bare.set(part, None)
        return outcome_of(Sorted(bare, (), 0, *cut), engine.run(sqlite_text(bare)))

    def _is_open_inside(self, engine: Sqlite) -> bool:
        if not self._raises and self.saw_several(engine):
            return True
        try:
            return any(outcome_of(cut, engine.run(text)).is_open for cut, text in self.cuts)
        except (DoesNotRun, RunsTooLong):
            return True

    def saw_several(self, engine: Sqlite) -> bool:
        """Whether probes inside saw several values where there should be one, or do not run."""
        if self._inside is None:
            return False
        engine.saw_several()
        try:
            engine.run(self._inside)
        except (DoesNotRun, RunsTooLong):
            return True
        return engine.saw_several()

    @cached_property
    def is_always_open(self) -> bool:
        """Whether it may be open in a way that cannot be looked at."""
        return self.probes.is_always_open or self._is_unsorted or self._divides

    @property
    def _is_unsorted(self) -> bool:
        """Whether it has an ORDER BY or a LIMIT that cannot be looked at."""
        return self._cuts_or_sorts and self._sorted is None

    @property
    def _divides(self) -> bool:
        """Whether it divides integers, or takes their mean, in the standard's dialect.

        How many digits that leaves after the point is up to the implementation there.
        """
        return self.schema.dialect is Dialect.STANDARD and (
            self.tree.find(exp.Div, exp.Avg) is not None
        )

    @cached_property
    def _sorted(self) -> tuple[Sorted, str] | None:
        query = sorted_query(self.tree, self.schema) if self._cuts_or_sorts else None
        return None if query is None else (query, sqlite_text(query.tree))

    @cached_property
    def probes(self) -> Probes:
        """What is to be looked at before a result counts."""
        return probes_of(self.tree, self.schema)

    @cached_property
    def _inside(self) -> str | None:
        inside = self.probes.inside
        return None if inside is None else sqlite_text(inside)

    @cached_property
    def cuts(self) -> tuple[tuple[Sorted, str], ...]:
        """The queries inside that have a LIMIT, with their texts."""
        return tuple((cut, sqlite_text(cut.tree)) for cut in self.probes.cuts)

    def _as_it_comes(self, result: Result) -> Outcome:
        rows, width = result.rows, len(result.columns)
        if not rows:
            return Outcome((), width)
        if self._cuts_or_sorts:  # one of the lists that are permitted
            return Outcome(tuple(Class((row,), 1) for row in rows), width)
        return Outcome((Class(rows, len(rows)),), width)


def outcome_of(query: Sorted, result: Result) -> Outcome:
    """The outcome of a query whose keys stand beside its outputs."""
    width = len(result.columns) - query.added
    keys = [tuple(row[place] for place in query.keys) for row in result.rows]
    if any(query.collations):
        keys = [tuple(map(_collated, key, query.collations)) for key in keys]
    rows = [row[:width] for row in result.rows] if query.added else result.rows
    return sorted_outcome(rows, keys, width, query.limit, query.offset)


def _collated(value: Value, collation: str) -> Value:
    """A key as its collation compares it (sqlite.org/datatype3.html, 7)."""
    if not isinstance(value, str):
        return value
    if collation == "nocase":
        return folded(value)
    return value.rstrip(" ") if collation == "rtrim" else value


_prepared: OrderedDict[tuple[str, SqlQuery], Prepared] = OrderedDict()
_lock: Final = Lock()


def prepared(query: SqlQuery, schema: SqlSchema) -> Prepared:
    """A query made ready, once for all pairs that it stands in.

    Raises:
        UnsupportedError: SQLite has nothing that means the same.
    """
    key = (schema.digest, query)
    with _lock:
        known = _prepared.get(key)
        if known is None:
            tree = with_fixed_now(sqlite_tree(query, schema))
            text = query.text if tree is query.tree else ""
            known = _prepared[key] = Prepared(tree, schema, text)
            if len(_prepared) > _KEPT:
                _prepared.popitem(last=False)
        else:
            _prepared.move_to_end(key)
    return known
