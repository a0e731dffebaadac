"""Two queries on made databases: the first that tells them apart as a witness, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from jurist.errors import UnsupportedError
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.outcomes.comparing import Agreement, Comparison
from jurist.languages.sql.outcomes.moments import NOW, asks_for_now
from jurist.languages.sql.outcomes.native import NativePair, runs_natively
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.outcomes.tallying import Tally
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Columns
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.collating import refuse_other_order, sorts_alike
from jurist.languages.sql.values import Database
from jurist.languages.sql.witnesses.confirming import Ruling, confirmed
from jurist.languages.sql.witnesses.legal import broken
from jurist.languages.sql.witnesses.showing import witness_of
from jurist.languages.sql.witnesses.shrinking import shrunk
from jurist.languages.sql.witnesses.story import story
from jurist.languages.sql.witnesses.visible import arrangements, is_visible
from jurist.records import Witness


@dataclass
class Seen:
    """What the databases said of the two, beside the tally."""

    databases: int = 0
    finer: int = 0
    """On which the candidate permits less than the reference, and nothing else."""
    open: int = 0
    """That do not tell."""
    has_reference: bool = False
    """Whether the reference gave a row anywhere."""
    has_candidate: bool = False
    reference_only: bool = False
    """Whether a row was the reference's alone, with nothing open on either side."""
    candidate_only: bool = False
    both: bool = False
    is_denied: bool = False
    """Whether the dialect's own engine did not confirm what SQLite showed."""


class Trials:
    """A pair, tried on one database after the other.

    Args:
        reference: Parsed under the schema.
        candidate: Parsed under the schema.
        schema: Of both.
    """

    def __init__(self, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> None:
        self._reference = reference
        self._candidate = candidate
        self._schema = schema
        self.seen = Seen()
        self.tally = Tally()
        self.witness: Witness | None = None
        self._is_hidden = False
        """Whether the witness shows the same of both, and another one is welcome."""

    @cached_property
    def pair(self) -> Pair | NativePair:
        """Both queries, ready to be run: in their own engine what SQLite cannot.

        Raises:
            UnsupportedError: SQLite has nothing that means the same as one of them, or sorts
                texts otherwise, and no other engine can be asked.
        """
        refuse_other_order(self._schema, self._reference, self._candidate)
        both = self._reference, self._candidate
        try:
            return Pair(*both, self._schema)
        except UnsupportedError:
            if not runs_natively(self._schema, *both):
                raise
        return NativePair(*both, self._schema)

    @cached_property
    def _stream(self) -> Iterator[Database]:
        trees = (self._reference.tree, self._candidate.tree)
        return databases(hints_of(self._schema, *trees))

    def run_to(self, number: int, *, further: int) -> None:
        """Try databases until there were so many, or a witness and a few further ones.

        Args:
            number: Of databases in all.
            further: How many to look at beyond the first that tells the two apart, for how alike
                they are and whether each has rows of its own.
        """
        left = further
        while self.seen.databases < number and left > 0:
            database = next(self._stream, None)
            if database is None:
                return
            if self.witness is None:
                self.differs(database)
                continue
            left -= 1
            if self._is_hidden:
                self.differs(database)
            else:
                needs_more = not (self.seen.reference_only and self.seen.candidate_only)
                see = self.pair.compare if needs_more else self.pair.glance
                self._count(see(database))

    def differs(self, database: Database) -> bool:
        """Whether a database is a witness, after it was counted; the first to be seen is kept."""
        comparison = self.pair.compare(database)
        self._count(comparison)
        if comparison.agreement is not Agreement.DIFFERS or broken(self._schema, database):
            return False
        texts = (cell for of in database.values() for row in of for cell in row)
        texts = (cell for cell in texts if isinstance(cell, str))
        if not sorts_alike(self._schema, texts, self._reference, self._candidate):
            return False
        if not self._is_confirmed(database, comparison):
            self.seen.is_denied = True
            self._ask_its_own_engine()
            return False
        if self.witness is None or self._is_hidden:
            visible = self._visible(database)
            if self.witness is None or visible is not None:
                self._is_hidden = visible is None
                self._keep(database if visible is None else visible)
        return True

    def _ask_its_own_engine(self) -> None:
        """From now on, where it does not confirm what SQLite shows."""
        both = self._reference, self._candidate
        if isinstance(self.pair, Pair) and runs_natively(self._schema, *both):
            with suppress(UnsupportedError):
                self.pair = NativePair(*both, self._schema)

    def _visible(self, database: Database) -> Database | None:
        """The rows in an order in which both results are seen to differ, if there is one."""
        for arranged in arrangements(database):
            comparison = self.pair.compare(arranged)
            if comparison.agreement is Agreement.DIFFERS and is_visible(comparison):
                return arranged
        return None

    def _keep(self, database: Database) -> None:
        small = shrunk(database, self._schema, self._only_compares)
        comparison = self.pair.compare(small)
        ruling = confirmed(self._reference, self._candidate, self._schema, small, comparison)
        if ruling.ruling is Ruling.DENIED:  # asked at the end alone, since its engine is slow
            small = shrunk(database, self._schema, self._tells_apart)
            comparison = self.pair.compare(small)
        told = story(small, self._schema, comparison, self._only_compares)
        asks = any(map(asks_for_now, (self._reference.tree, self._candidate.tree)))
        self.witness = witness_of(
            small,
            self._schema,
            comparison,
            names=self.pair.names(),
            story=f"as of {NOW}, {told}" if asks else told,
            engine=ruling.engine,
            now=NOW if asks else "",
        )

    def _only_compares(self, database: Database) -> bool:
        return self._shows(self.pair.compare(database))

    def _shows(self, comparison: Comparison) -> bool:
        differs = comparison.agreement is Agreement.DIFFERS
        return differs and (self._is_hidden or is_visible(comparison))

    def _tells_apart(self, database: Database) -> bool:
        comparison = self.pair.compare(database)
        return self._shows(comparison) and self._is_confirmed(database, comparison)

    def _is_confirmed(self, database: Database, comparison: Comparison) -> bool:
        asked = confirmed(self._reference, self._candidate, self._schema, database, comparison)
        return asked.ruling is not Ruling.DENIED

    def _count(self, comparison: Comparison) -> None:
        seen = self.seen
        seen.databases += 1
        reference, candidate = comparison.reference, comparison.candidate
        seen.has_reference |= reference.size > 0
        seen.has_candidate |= candidate.size > 0
        if comparison.agreement is Agreement.OPEN:
            seen.open += 1
            return
        self.tally.add(comparison)
        if comparison.agreement is not Agreement.DIFFERS:
            seen.finer += comparison.agreement is Agreement.FINER
            seen.both |= reference.size > 0
            return
        is_closed = not (reference.is_open or candidate.is_open)
        by_position = self._schema.readings.columns is Columns.BY_POSITION
        if comparison.is_determined and is_closed and by_position:
            seen.reference_only |= bool(comparison.only_in_reference)
            seen.candidate_only |= bool(comparison.only_in_candidate)
            seen.both |= bool(comparison.in_both)
