"""Bounded search: z3 looks for a database of so many rows on which two queries differ."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from jurist.errors import UnsupportedError
from jurist.languages.effort import OutOfSteps
from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.converting import converted
from jurist.languages.sql.algebra.nodes import Query
from jurist.languages.sql.algebra.walking import all_expressions, all_queries
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.decoding import Decoder
from jurist.languages.sql.searching.differing import Difference
from jurist.languages.sql.searching.evaluation import Evaluation
from jurist.languages.sql.searching.tables import unknown_tables
from jurist.languages.sql.smt.encoding import Encoder, Products
from jurist.languages.sql.smt.solver import Answer, Solver
from jurist.languages.sql.smt.terms import Term, Terms
from jurist.languages.sql.smt.texts import Texts
from jurist.languages.sql.smt.values import Values
from jurist.languages.sql.text.collating import folded_schema
from jurist.languages.sql.values import Database, ValueType

_UNITS: Final = 12_000_000
"""Of z3's own counting, for one number of rows: about 1.5 s."""
_MOST_REPLAYS: Final = 4
"""Models that may turn out to be no witness, for one number of rows."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """A database on which, replayed, the queries differ."""

    database: Database
    rows: int
    """How many rows a table might have."""


@dataclass(frozen=True, slots=True)
class NoneUpTo:
    """No database of so many rows tells the queries apart."""

    rows: int
    complete: bool
    """Whether that is so of all of them. Else of those that leave nothing open, or that were
    looked at, see `reason`."""
    reason: str = ""
    """What was left out; empty where nothing was."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was not found out."""

    reason: str
    rows: int = 0
    """Up to how many there are none, as far as was looked."""


SearchResult: TypeAlias = Refuted | NoneUpTo | Stopped
Replay: TypeAlias = Callable[[Database], bool]
"""Whether a database tells the two queries apart."""


def tables_of(queries: Iterable[Query]) -> tuple[str, ...]:
    """The lower-cased names of the tables that queries name, in order."""
    named = {
        source.of: None
        for query in queries
        for below in all_queries(query)
        if isinstance(below, nodes.Select)
        for source in below.sources
        if isinstance(source.of, str)
    }
    return tuple(sorted(named))


def search(
    reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema, rows: int, replay: Replay
) -> SearchResult:
    """`search_algebra` of two queries that `check` accepts under the schema."""
    try:
        left, right = converted(schema, reference, candidate)
    except UnsupportedError as error:
        return Stopped(error.problem)
    return search_algebra(left, right, folded_schema(schema), rows, replay)


def search_algebra(
    reference: Query,
    candidate: Query,
    schema: SqlSchema,
    rows: int,
    replay: Replay,
    *,
    units: int = _UNITS,
) -> SearchResult:
    """Look for a database of up to so many rows a table, beginning with one.

    Args:
        reference: The query that is right.
        candidate: The other one; its sources have other numbers.
        schema: Tables, facts and readings.
        rows: The most rows of a table that a query names. What foreign keys ask for in other
            tables comes on top.
        replay: Runs both on a database, and decides.
        units: What z3 may spend for one number of rows.

    Returns:
        A database that `replay` found to tell them apart, or how far there is none.

    Raises:
        StoppedByClock: Where the clock ends what its steps did not.
    """
    tables = tables_of((reference, candidate))
    search = Search(reference, candidate, schema, replay, units)
    result: SearchResult = NoneUpTo(0, complete=True)
    for bound in range(1, rows + 1):
        latest = search.within(dict.fromkeys(tables, bound))
        if isinstance(latest, Refuted):
            return latest
        if isinstance(latest, Stopped):
            return Stopped(latest.reason, result.rows)
        result = latest
    return result


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is asked of the solver about unknown tables."""

    differ: Term
    closed: tuple[Term, ...]
    """That the reference leaves nothing open."""
    determined: tuple[Term, ...]
    """That neither of them does."""
    facts: tuple[Term, ...]
    left_out: tuple[str, ...]
    decoder: Decoder
    rows: int
    """The most of a table."""


class Search:
    """A search for what tells two queries apart: what is built for few rows serves for more.

    Args:
        reference: The query that is right.
        candidate: The other one.
        schema: Tables, facts and readings.
        replay: Runs both on a database, and decides.
        units: What z3 may spend on one bound.
    """

    def __init__(
        self,
        reference: Query,
        candidate: Query,
        schema: SqlSchema,
        replay: Replay,
        units: int = _UNITS,
    ) -> None:
        self._reference = reference
        self._candidate = candidate
        self._schema = schema
        self._replay = replay
        self._units = units
        terms = Terms()
        constants = _texts((reference, candidate), schema)
        self._encoder = Encoder(Values(terms, Texts(constants)), Products.EXACT)
        self._terms = terms
        self._solver = Solver(terms)
        self._asserted = 0

    def within(self, bounds: Mapping[str, int]) -> SearchResult:
        """Look within so many rows of each table.

        Args:
            bounds: The most rows, by lower-cased names of all tables that a query names.
        """
        try:
            return self._within(bounds)
        except UnsupportedError as error:
            return Stopped(error.problem)
        except OutOfSteps:
            return Stopped("out of steps")

    def none_within(self, bounds: Mapping[str, int]) -> bool:
        """Whether it is known that no legal database of so many rows tells them apart at all.

        Raises:
            OutOfSteps: Where the steps that are left end it.
        """
        try:
            problem = self._problem(bounds)
        except UnsupportedError:
            return False
        with self._level(problem):
            answer = self._solver.check((problem.differ,), units=self._units)
            return answer is Answer.UNSATISFIABLE and not self._left_out(problem)

    def _within(self, bounds: Mapping[str, int]) -> SearchResult:
        problem = self._problem(bounds)
        with self._level(problem):
            found = self._counterexample(problem)
            if found is not None:
                return found
            left_out = self._left_out(problem)
            return NoneUpTo(problem.rows, complete=not left_out, reason=", ".join(left_out))

    def _problem(self, bounds: Mapping[str, int]) -> _Problem:
        terms = self._terms
        tables = unknown_tables(self._encoder.values, self._schema, bounds)
        evaluation = Evaluation(self._encoder, tables, self._schema.dialect)
        left = evaluation.rows(self._reference)
        # what the candidate may choose it may choose so; what the reference may, must be known
        closed = dict(evaluation.choices)
        right = evaluation.rows(self._candidate)
        difference = Difference(
            self._encoder.values,
            (left, self._reference),
            (right, self._candidate),
            self._schema.readings,
        )
        differ = difference.condition()
        evaluation.must_hold([terms.negation(failure) for failure in self._encoder.failures])
        return _Problem(
            differ,
            tuple({**evaluation.closed, **closed}),
            tuple({**evaluation.closed, **evaluation.choices}),
            tables.facts,
            (*difference.left_out, *(f"the order in {name}" for name in evaluation.open_functions)),
            Decoder(self._encoder, tables, self._schema),
            max(bounds.values(), default=1),
        )

    @contextmanager
    def _level(self, problem: _Problem) -> Generator[None]:
        """What holds of the unknown tables, for as long as they are asked about."""
        facts = self._encoder.facts()
        self._solver.add(*facts[self._asserted :])
        self._asserted = len(facts)
        self._solver.push()
        try:
            self._solver.add(*problem.facts, *problem.decoder.definitions)
            yield
        finally:
            self._solver.pop()

    def _left_out(self, problem: _Problem) -> list[str]:
        """What was not looked at."""
        left_out = list(problem.left_out)
        if problem.determined and not self._always(problem.determined):
            left_out.append("databases that leave an outcome open")
        return left_out

    def _counterexample(self, problem: _Problem) -> SearchResult | None:
        """A witness, or why none was found; `None`: there is none."""
        terms = self._terms
        blocked: list[Term] = []
        for _ in range(_MOST_REPLAYS):
            asked = (problem.differ, *problem.closed, *blocked)
            answer = self._solver.solve(asked, units=self._units)
            if answer is Answer.UNSATISFIABLE:
                if blocked:
                    return Stopped("a difference that could not be replayed")
                return None
            if answer is Answer.UNKNOWN:
                return Stopped(f"the solver gave up at {problem.rows} rows a table")
            database = problem.decoder.database(self._solver)
            if self._replay(database):
                return Refuted(database, problem.rows)
            shape = problem.decoder.shape()
            values = self._solver.values(shape)
            blocked.append(
                terms.disjunction(
                    terms.negation(unknown) if value else unknown
                    for unknown, value in zip(shape, values, strict=True)
                )
            )
        return Stopped("differences that could not be replayed")

    def _always(self, conditions: Sequence[Term]) -> bool:
        """Whether conditions hold on every database within the bounds."""
        some_fails = self._terms.negation(self._terms.conjunction(conditions))
        return self._solver.check((some_fails,), units=self._units) is Answer.UNSATISFIABLE


def _texts(queries: Iterable[Query], schema: SqlSchema) -> list[str]:
    """The text constants of queries, and of the tables that they name."""
    queries = tuple(queries)
    texts = {
        str(expression.value)
        for query in queries
        for expression in all_expressions(query)
        if isinstance(expression, nodes.Constant) and expression.type is ValueType.TEXT
    }
    for name in tables_of(queries):
        for column in schema.by_name[name].columns:
            if column.type in {ValueType.TEXT, ValueType.OTHER}:
                texts.update(str(value) for value in column.values or () if value is not None)
    return sorted(texts)
