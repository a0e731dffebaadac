"""The arms through the pipeline: witnesses that are legal, small, replayed and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from jurist.errors import InternalContradiction
from jurist.evidence.pipeline import decide
from jurist.languages.base import Arm, Query, Schema
from jurist.languages.sql.arms import arms
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.outcomes.comparing import Agreement
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.proving.proof import Proof
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.readings import Columns, Readings
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.witnesses.legal import broken
from jurist.records import DifferenceAspect, Evidence, Method, Relation, Side
from sql_closed_judging import database_of
from sql_pairs import pairs, schema_of_pair

_DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, age INTEGER);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id), amount INTEGER);
"""


class Sql:
    """As much of the language as the pipeline asks for."""

    name = "sql"

    def format(self, query: Query) -> str:
        """The canonical text."""
        assert isinstance(query, SqlQuery)
        return query.text

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        """Ours."""
        assert isinstance(reference, SqlQuery)
        assert isinstance(candidate, SqlQuery)
        assert isinstance(schema, SqlSchema)
        return arms(reference, candidate, schema)


def schema_of(dialect: Dialect = Dialect.SQLITE, readings: Readings | None = None) -> SqlSchema:
    """Customers and their orders."""
    tables = read_ddl(_DDL, dialect, where="test")
    return SqlSchema("shop", dialect, tables, readings or Readings())


def evidence(reference: str, candidate: str, schema: SqlSchema | None = None) -> Evidence:
    """Of two texts."""
    schema = schema or schema_of()
    left, right = parse(reference, schema), parse(candidate, schema)
    return decide(Sql(), left, right, schema)  # pyright: ignore[reportArgumentType]


DIFFERENT = [
    ("SELECT id FROM customer", "SELECT id FROM customer WHERE age > 3 OR age <= 3"),
    ("SELECT name FROM customer", "SELECT DISTINCT name FROM customer"),
    ("SELECT id FROM customer ORDER BY age, id", "SELECT id FROM customer ORDER BY age"),
    ("SELECT id FROM customer ORDER BY id LIMIT 1", "SELECT id FROM customer LIMIT 1"),
    ("SELECT id, name FROM customer", "SELECT name, id FROM customer"),
    ("SELECT id FROM customer WHERE age >= 18", "SELECT id FROM customer WHERE age > 18"),
    (
        "SELECT city FROM customer GROUP BY city HAVING count(*) > 4",
        "SELECT city FROM customer GROUP BY city HAVING count(*) > 5",
    ),
    (
        "SELECT c.name, count(*) FROM customer c JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.id",
        "SELECT c.name, count(*) FROM customer c JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.name",
    ),
    (
        "SELECT name FROM customer WHERE name LIKE 'Sm_th%'",
        "SELECT name FROM customer WHERE name LIKE 'Smith%'",
    ),
    ("SELECT max(age) FROM customer", "SELECT age FROM customer ORDER BY age DESC LIMIT 1"),
]


HIDDEN = (
    "SELECT age FROM customer GROUP BY age ORDER BY age LIMIT 1",
    "SELECT age FROM customer GROUP BY age LIMIT 1",
)
"""SQLite sorts where it groups, so that no arrangement of the rows shows what is left open."""


def test_what_is_left_open_shows_where_the_rows_can_lie_for_it() -> None:
    """And columns too many beside a row."""
    for reference, candidate in [
        ("SELECT name FROM customer ORDER BY age, id", "SELECT name FROM customer ORDER BY age"),
        ("SELECT name FROM customer ORDER BY id LIMIT 1", "SELECT name FROM customer LIMIT 1"),
        ("SELECT name FROM customer", "SELECT id, name FROM customer"),
    ]:
        (witness,) = evidence(reference, candidate).witnesses
        assert witness.reference != witness.candidate
    (witness,) = evidence(*HIDDEN).witnesses
    assert witness.reference == witness.candidate


@pytest.mark.parametrize(("reference", "candidate"), DIFFERENT)
def test_a_witness_is_legal_small_and_replayed(reference: str, candidate: str) -> None:
    """From its stored JSON, in a new connection of a new thread's kind."""
    schema = schema_of()
    found = evidence(reference, candidate, schema)
    assert found.relation not in {Relation.EQUIVALENT, Relation.UNDECIDED, Relation.REFINES}
    (witness,) = found.witnesses
    database = database_of(witness)
    assert broken(schema, database) == ()
    assert sum(map(len, database.values())) <= 7
    again = Pair(parse(reference, schema), parse(candidate, schema), schema).compare(database)
    assert again.agreement is Agreement.DIFFERS
    assert [list(row) for row in again.reference.rows] == witness.reference
    assert [list(row) for row in again.candidate.rows] == witness.candidate
    assert witness.input["engine"] == "SQLite"
    assert witness.story
    assert found.behaviour is not None


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (DIFFERENT[0], "the age of a row of customer is NULL"),
        (DIFFERENT[1], "two rows of customer have the name"),
        (DIFFERENT[3], "and only the candidate gives"),
        (HIDDEN, "which the reference never does"),
        (DIFFERENT[4], "in other columns"),
        (DIFFERENT[7], "two rows of customer have the name"),
        (DIFFERENT[9], "customer is empty: only the reference gives (NULL)"),
    ],
)
def test_a_story_says_what_it_turns_on(pair: tuple[str, str], said: str) -> None:
    """And what comes of it."""
    assert said in evidence(*pair).witnesses[0].story


def test_a_boundary_is_shown_by_a_single_row_at_it() -> None:
    """Shrinking leaves nothing that is not needed."""
    (witness,) = evidence(*DIFFERENT[5]).witnesses
    database = database_of(witness)
    assert broken(schema_of(), database) == ()
    ((id_, _, _, age),) = database["customer"]
    assert age == 18
    assert witness.reference == [[id_]]
    assert witness.candidate == []


def test_the_same_pair_has_the_same_evidence() -> None:
    """Whatever was run before it."""
    first = evidence(*DIFFERENT[7])
    evidence(*DIFFERENT[1])
    assert replace(first, timings_ms={}) == replace(evidence(*DIFFERENT[7]), timings_ms={})


def test_the_same_query_is_identical() -> None:
    """However it is spelt."""
    found = evidence("SELECT id FROM customer", "select ID from Customer;")
    assert (found.relation, found.method) == (Relation.EQUIVALENT, Method.IDENTICAL)


@pytest.mark.parametrize("dialect", [Dialect.SQLITE, Dialect.DUCKDB])
def test_chance_runs_and_decides_nothing(dialect: Dialect) -> None:
    """What it gives is another each time, so no database counts; and it is no mistake."""
    chance = "SELECT id FROM customer ORDER BY random()"
    for other in (chance, "SELECT id FROM customer"):
        for pair in ((chance, other), (other, chance)):
            found = evidence(*pair, schema_of(dialect))
            assert found.relation is Relation.UNDECIDED
            assert "does not run" not in found.reason


def test_each_with_rows_of_its_own_overlaps() -> None:
    """Databases alone settle it."""
    found = evidence(
        "SELECT id FROM customer WHERE age > 3", "SELECT id FROM customer WHERE age < 9"
    )
    assert found.relation is Relation.OVERLAPS
    assert DifferenceAspect.ROWS in found.aspects


def test_what_does_not_run_is_a_difference_without_a_witness() -> None:
    """The engine's message is the reason; a reference that does not run is no ground truth."""
    good, bad = "SELECT id FROM customer", "SELECT id, count(*) OVER w FROM customer"
    found = evidence(good, bad)
    assert found.relation is Relation.DIFFERENT
    assert found.witnesses == ()
    assert found.reason == "the candidate does not run in SQLite: no such window: w"
    found = evidence(bad, good)
    assert found.relation is Relation.UNDECIDED
    assert found.reason == "the reference does not run in SQLite: no such window: w"


def test_what_is_never_told_apart_says_how_far_was_looked() -> None:
    """And which query gave nothing anywhere."""
    empty = "SELECT id FROM customer WHERE trim({}) = ' a'"
    found = evidence(empty.format("name"), empty.format("city"))
    assert found.relation is Relation.UNDECIDED
    assert "150 databases show no difference" in found.reason
    assert "the bounded search stopped" in found.reason
    assert found.unseen == (Side.REFERENCE, Side.CANDIDATE)
    found = evidence("SELECT id FROM customer", empty.format("city"))
    assert found.unseen == (Side.CANDIDATE,)


def test_a_relaxed_reading_takes_a_difference_away() -> None:
    """Columns in any order."""
    relaxed = schema_of(readings=Readings(columns=Columns.ANY_ORDER))
    assert evidence(*DIFFERENT[4], relaxed).relation is Relation.EQUIVALENT


_WHOLE = "SELECT id FROM customer"
_PARTS = (
    "SELECT id FROM customer WHERE age * age > 9"
    " UNION ALL SELECT id FROM customer WHERE NOT age * age > 9"
)
_REST = "SELECT id FROM customer WHERE (age * age > 9) IS NULL"


def test_none_in_the_rows_that_a_theorem_asks_for_is_a_proof() -> None:
    """The normal forms of the two have nothing in common."""
    found = evidence(_WHOLE, " UNION ALL ".join((_PARTS, _REST)))
    assert (found.relation, found.method) == (Relation.EQUIVALENT, Method.PROOF)
    assert "small models: products" in found.notes[0]


def test_what_a_theorem_is_about_and_a_row_tells_apart_is_no_proof() -> None:
    """A customer of no age is in neither part."""
    found = evidence(_WHOLE, _PARTS)
    assert found.relation in {Relation.DIFFERENT, Relation.CONTAINS}
    assert found.witnesses


def _claiming(relation: Relation) -> Callable[..., Proof]:
    def prove(*pair: object, possible: frozenset[Relation]) -> Proof:
        del pair, possible
        return Proof(relation, (), "a test")

    return prove


def _silent(*pair: object) -> None:
    del pair


@pytest.mark.parametrize("relation", [Relation.CONTAINS, Relation.CONTAINED, Relation.DISJOINT])
def test_what_holds_of_equal_queries_too_is_no_difference(
    relation: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is a witness that they are not equal."""
    monkeypatch.setattr("jurist.languages.sql.arms.prove", _claiming(relation))
    monkeypatch.setattr("jurist.languages.sql.arms.prove_by_small_models", _silent)
    nothing = "SELECT id FROM customer WHERE age > 5 AND age < {}"
    found = evidence(nothing.format(3), nothing.format(2))
    assert found.relation is Relation.UNDECIDED
    assert "whether they are equal" in found.reason


@pytest.mark.parametrize(
    ("pair", "relation"),
    [
        (DIFFERENT[0], Relation.EQUIVALENT),
        (DIFFERENT[0], Relation.REFINES),
        (DIFFERENT[0], Relation.CONTAINED),
        (tuple(reversed(DIFFERENT[0])), Relation.CONTAINS),
        (DIFFERENT[1], Relation.DISJOINT),  # whichever it was asked for
    ],
)
def test_a_proof_that_a_database_rules_out_fails_loudly(
    pair: tuple[str, str], relation: Relation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a bug of ours, never a verdict."""
    monkeypatch.setattr("jurist.languages.sql.arms.prove", _claiming(relation))
    with pytest.raises(InternalContradiction, match="execution found a database"):
        evidence(*pair)


def test_a_proof_says_how_a_difference_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the witness that shows it."""
    monkeypatch.setattr("jurist.languages.sql.arms.prove", _claiming(Relation.CONTAINS))
    found = evidence(*DIFFERENT[0])
    assert (found.relation, found.method) == (Relation.CONTAINS, Method.PROOF)
    assert found.witnesses


@pytest.mark.parametrize(
    ("dialect", "engine"),
    [
        (Dialect.DUCKDB, "DuckDB"),
        (Dialect.STANDARD, "DuckDB"),
        (Dialect.POSTGRESQL, "not confirmed in PostgreSQL"),
        (Dialect.MYSQL, "not confirmed in MySQL"),
    ],
)
def test_a_witness_says_which_engine_confirmed_it(
    dialect: Dialect, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or that none of its dialect is at hand."""
    monkeypatch.delenv("JURIST_SQL_POSTGRESQL", raising=False)
    found = evidence(*DIFFERENT[5], schema_of(dialect))
    assert found.witnesses[0].input["engine"] == engine


def test_a_column_that_is_no_key_does_not_run_in_duckdb() -> None:
    """SQLite takes any row's; DuckDB says why not."""
    bare = "SELECT name, count(*) FROM customer GROUP BY city"
    found = evidence("SELECT count(*) FROM customer GROUP BY city", bare, schema_of(Dialect.DUCKDB))
    assert found.relation is Relation.DIFFERENT
    assert "does not run in DuckDB" in found.reason


@pytest.mark.parametrize("name", ["traps", "lss_neq"])
def test_witnesses_of_recorded_pairs_are_legal_and_replayed(name: str) -> None:
    """Every fifth of them."""
    shown = 0
    for pair in pairs(name)[::5]:
        schema = schema_of_pair(pair)
        queries = parse(pair["reference"], schema), parse(pair["candidate"], schema)
        found = decide(Sql(), *queries, schema)  # pyright: ignore[reportArgumentType]
        assert pair.get("relation") != "equivalent" or found.relation in {
            Relation.EQUIVALENT,
            Relation.UNDECIDED,
        }
        for witness in found.witnesses:
            database = database_of(witness)
            assert broken(schema, database) == ()
            assert Pair(*queries, schema).compare(database).agreement is Agreement.DIFFERS
            shown += 1
    assert shown > 5
