"""Two queries on one database after the other: what it tells of them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.results import DoesNotRun, RunsTooLong
from jurist.languages.sql.engines.sqlite import SqliteEngine, sqlite_of
from jurist.languages.sql.outcomes.choices import alternatives
from jurist.languages.sql.outcomes.comparing import UNKNOWN, Agreement, Comparison, compare, listed
from jurist.languages.sql.outcomes.outcome import Outcome
from jurist.languages.sql.outcomes.preparing import prepared
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Columns, Names, SeveralRows, Ties
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Database
from jurist.records import DifferenceAspect

_CUT_OFF: Final = 1e-4
"""What MySQL may leave out of a quotient or a mean of integers: it has four digits there
(`div_precision_increment`)."""
_SHUFFLES: Final = 2


class Pair:
    """A reference and a candidate of one schema.

    Args:
        reference: Parsed under the schema.
        candidate: Parsed under the schema.
        schema: With the readings under which they are compared.
    """

    def __init__(self, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> None:
        self.schema = schema
        self.reference = prepared(reference, schema)
        self.candidate = prepared(candidate, schema)
        divides = any(
            side.tree.find(exp.Div, exp.Avg) is not None
            for side in (self.reference, self.candidate)
        )
        self._absolute = _CUT_OFF if schema.dialect is Dialect.MYSQL and divides else 0.0
        readings = schema.readings
        self._takes_first = Ties.FIRST is readings.ties or SeveralRows.FIRST in {
            readings.scalar_subqueries,
            readings.bare_columns,
        }

    @property
    def engine(self) -> SqliteEngine:
        """This thread's tables of the schema."""
        return sqlite_of(self.schema)

    def glance(self, database: Database) -> Comparison:
        """What a database shows at first sight: what is open inside is not looked at.

        It counts how alike two queries are of which a difference is known, and proves nothing.
        """
        engine = self.engine
        engine.load(database)
        try:
            reference = self.reference.observed(engine)
            candidate = self.candidate.observed(engine)
        except (DoesNotRun, RunsTooLong):
            return UNKNOWN
        return self._with_names(self._compared(reference, candidate))

    def compare(self, database: Database) -> Comparison:
        """What a database tells.

        A candidate differs by one outcome that the reference certainly does not permit: what the
        reference leaves open must be known, what else the candidate permits need not be.
        """
        comparison = self.glance(database)
        engine = self.engine
        try:
            if comparison.agreement is Agreement.FINER:
                return comparison if not self.candidate.is_open(engine) else self._open(comparison)
            if comparison.agreement is not Agreement.DIFFERS:
                return comparison
            return self._held(comparison, database, engine)
        except (DoesNotRun, RunsTooLong):
            return UNKNOWN

    def _compared(self, reference: Outcome, candidate: Outcome) -> Comparison:
        return compare(
            reference,
            candidate,
            self.schema.readings,
            ordered=self.reference.is_ordered,
            absolute=self._absolute,
        )

    def _with_names(self, comparison: Comparison) -> Comparison:
        """The comparison, in which other names are a difference where they must match."""
        if self.schema.readings.names is Names.IGNORED:
            return comparison
        names, others = self.names()
        if names == others:
            return comparison
        aspects = tuple(dict.fromkeys((*comparison.aspects, DifferenceAspect.COLUMNS)))
        return replace(comparison, agreement=Agreement.DIFFERS, aspects=aspects)

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lower-cased names of the columns of both results."""
        return self.reference.names(self.engine), self.candidate.names(self.engine)

    def _open(self, comparison: Comparison) -> Comparison:
        return replace(comparison, agreement=Agreement.OPEN, aspects=())

    def _held(self, comparison: Comparison, database: Database, engine: SqliteEngine) -> Comparison:
        """A difference, if no freedom of the reference explains it."""
        if self.reference.is_volatile or self.candidate.is_volatile:
            return self._open(comparison)
        if self._takes_first:
            return comparison
        by_position = self.schema.readings.columns is Columns.BY_POSITION
        if by_position and comparison.reference.width != comparison.candidate.width:
            return comparison  # whatever the rows are
        is_open = self.reference.is_open(engine)
        permitted = self._permitted(engine) if is_open else (comparison.reference,)
        if permitted is None:
            return self._open(comparison)
        seen = listed(comparison.candidate)
        if is_open and any(self._permits(each, seen) for each in permitted):
            return self._open(comparison)
        is_determined = not is_open and not self.candidate.is_open(engine)
        if not self._is_stable(permitted, database, engine):
            return self._open(comparison)
        return replace(comparison, is_determined=is_determined)

    def _permitted(self, engine: SqliteEngine) -> tuple[Outcome, ...] | None:
        """All that an open reference permits, or more; `None` where that is not known."""
        several = alternatives(self.reference, engine)
        if several is None:
            at_most = self.reference.at_most(engine)
            return None if at_most is None else (at_most,)
        return several

    def _permits(self, outcome: Outcome, other: Outcome) -> bool:
        return self._compared(outcome, other).agreement is not Agreement.DIFFERS

    def _is_stable(
        self, permitted: tuple[Outcome, ...], database: Database, engine: SqliteEngine
    ) -> bool:
        """Whether the reference keeps to what it permits when the rows come in another order.

        It should; where it does not, something is open that was not foreseen.
        """
        chance = random.Random(len(database))  # noqa: S311 - nothing here is secret
        for turn in range(_SHUFFLES):
            moved = {name: list(rows) for name, rows in database.items()}
            for rows in moved.values():
                if turn:
                    chance.shuffle(rows)
                else:
                    rows.reverse()
            engine.load(moved)
            outcome = self.reference.observed(engine)
            if not any(
                self._compared(each, outcome).agreement in {Agreement.SAME, Agreement.FINER}
                for each in permitted
            ):
                return False
        return True
