"""Two queries on made databases in DuckDB, where that is their dialect and SQLite cannot run them.

No probe looks inside there. So a difference counts only where the reference can never be open, its
own ORDER BY and LIMIT aside: bare columns and scalar subqueries of several rows are errors there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.duckdb import duckdb_of, has_duckdb
from jurist.languages.sql.engines.results import DoesNotRun, Runs, RunsTooLong
from jurist.languages.sql.outcomes.comparing import UNKNOWN, Agreement, Comparison, compare
from jurist.languages.sql.outcomes.moments import asks_for_now
from jurist.languages.sql.outcomes.ordering import is_cut, is_ordered, sorted_query, unwrapped
from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.outcomes.preparing import outcome_of
from jurist.languages.sql.outcomes.probes import is_settled
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.writing import canonical
from jurist.languages.sql.values import Database


def runs_natively(schema: SqlSchema, *queries: SqlQuery) -> bool:
    """Whether queries of a schema can be compared in their own engine."""
    return (
        schema.dialect is Dialect.DUCKDB
        and has_duckdb()
        and not any(query.lacks for query in queries)
    )


class NativePair:
    """A reference and a candidate of one schema, in its dialect's own engine.

    Args:
        reference: Parsed under the schema.
        candidate: Parsed under the schema.
        schema: With the readings under which they are compared.

    Raises:
        UnsupportedError: The reference may be open, so that nothing would count.
    """

    def __init__(self, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> None:
        self._schema = schema
        self._reference = _Native(reference, schema)
        self._candidate = _Native(candidate, schema)
        if not self._reference.is_settled:
            raise UnsupportedError(
                "the reference may leave something open that only SQLite can be asked",
                expected="no LIMIT inside, aggregate or window that turns on the order of rows",
                fix="settle the order, or write it without",
            )

    @property
    def _engine(self) -> Runs:
        return duckdb_of(self._schema)

    def compare(self, database: Database) -> Comparison:
        """What a database tells. See `Pair.compare`."""
        self._engine.load(database)
        try:
            reference = self._reference.observed(self._engine)
            candidate = self._candidate.observed(self._engine)
        except (DoesNotRun, RunsTooLong):
            return UNKNOWN
        comparison = compare(
            reference, candidate, self._schema.readings, ordered=self._reference.is_ordered
        )
        if comparison.agreement is Agreement.DIFFERS:
            return replace(comparison, is_determined=self._candidate.is_settled)
        if not self._candidate.is_settled:
            return replace(comparison, agreement=Agreement.OPEN, aspects=())
        return comparison

    def glance(self, database: Database) -> Comparison:
        """What a database shows at first sight: here the same."""
        return self.compare(database)

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lower-cased names of the columns of both results."""
        return self._reference.names(self._engine), self._candidate.names(self._engine)


class _Native:
    def __init__(self, query: SqlQuery, schema: SqlSchema) -> None:
        self._query = query
        self._sorted = None
        top = unwrapped(query.tree)
        self.is_ordered = is_ordered(query.tree)
        cuts_or_sorts = self.is_ordered or is_cut(top)
        if cuts_or_sorts:
            self._sorted = sorted_query(query.tree, schema)
        is_known = not cuts_or_sorts or self._sorted is not None
        self.is_settled = is_known and is_settled(query.tree) and not asks_for_now(query.tree)

    @cached_property
    def _text(self) -> str:
        tree = self._query.tree if self._sorted is None else self._sorted.tree
        return canonical(tree, self._query.dialect)

    def observed(self, engine: Runs) -> Outcome:
        """What it permits on the loaded database; of one that is not settled, what came."""
        result = engine.run(self._text)
        if self._sorted is not None:
            return outcome_of(self._sorted, result)
        rows, width = result.rows, len(result.columns)
        if not self.is_settled:
            return Outcome(tuple(Class((row,), 1) for row in rows), width)
        return Outcome((Class(rows, len(rows)),) if rows else (), width)

    def names(self, engine: Runs) -> tuple[str, ...]:
        """The lower-cased names of its result's columns."""
        return tuple(name.lower() for name in engine.run(self._query.text).columns)
