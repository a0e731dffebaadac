"""Each reading on a database made by hand: strict by default, relaxed by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.outcomes.comparing import Agreement, Comparison
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.readings import (
    Columns,
    Names,
    Order,
    Readings,
    Rows,
    SeveralRows,
    TextAndNumbers,
    Ties,
)
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.values import Database, ValueType
from jurist.records import DifferenceAspect

_TABLES = (
    Table(
        "t",
        (
            Column("id", ValueType.INTEGER, nullable=False),
            Column("a", ValueType.INTEGER),
            Column("b", ValueType.TEXT),
            Column("x", ValueType.REAL),
        ),
        primary_key=("id",),
    ),
    Table("u", (Column("a", ValueType.INTEGER), Column("c", ValueType.TEXT))),
)
ROWS: Database = {
    "t": [(1, 1, "p", 0.5), (2, 1, "q", 1.5), (3, 2, "p", 2.5), (4, None, "r", 0.1)],
    "u": [(1, "one"), (1, "uno"), (2, "two")],
}
SAME, FINER, OPEN, DIFFERS = (
    Agreement.SAME,
    Agreement.FINER,
    Agreement.OPEN,
    Agreement.DIFFERS,
)
STRICT = Readings()


def compared(
    reference: str,
    candidate: str,
    readings: Readings = STRICT,
    dialect: Dialect = Dialect.SQLITE,
    rows: Database = ROWS,
) -> Comparison:
    """Two texts on a database."""
    schema = SqlSchema("two", dialect, _TABLES, readings)
    return Pair(parse(reference, schema), parse(candidate, schema), schema).compare(rows)


@pytest.mark.parametrize(
    ("reference", "candidate", "readings", "relaxed"),
    [
        ("SELECT a FROM t", "SELECT DISTINCT a FROM t", replace(STRICT, rows=Rows.SET), SAME),
        (
            "SELECT a FROM t ORDER BY a",
            "SELECT a FROM t ORDER BY a DESC",
            replace(STRICT, order=Order.IGNORED),
            SAME,
        ),
        (
            "SELECT id, a FROM t",
            "SELECT a, id FROM t",
            replace(STRICT, columns=Columns.ANY_ORDER),
            SAME,
        ),
        (
            "SELECT id, a FROM t",
            "SELECT b, a, id FROM t",
            replace(STRICT, columns=Columns.EXTRA_ALLOWED),
            SAME,
        ),
        (
            "SELECT b, a, id FROM t",  # the candidate may have more, never less
            "SELECT id, a FROM t",
            replace(STRICT, columns=Columns.EXTRA_ALLOWED),
            DIFFERS,
        ),
        (
            "SELECT id, a FROM t",  # rows are compared as rows: 1, 2 and 1, 1 are other rows
            "SELECT a, 5 - id FROM t WHERE a IS NOT NULL",
            replace(STRICT, columns=Columns.ANY_ORDER),
            DIFFERS,
        ),
        ("SELECT x FROM t", "SELECT x + 0.001 FROM t", replace(STRICT, tolerance=0.1), SAME),
        ("SELECT x FROM t", "SELECT x + 0.001 FROM t", replace(STRICT, round_to=1), SAME),
        (
            "SELECT id FROM t",
            "SELECT CAST(id AS TEXT) FROM t",
            replace(STRICT, text_and_numbers=TextAndNumbers.LOOSE),
            SAME,
        ),
        (
            "SELECT id FROM t ORDER BY a LIMIT 2",  # which of the two with a = 1 is taken is open
            "SELECT id FROM t ORDER BY a, id DESC LIMIT 2",
            replace(STRICT, ties=Ties.FIRST),
            DIFFERS,
        ),
    ],
)
def test_a_reading_decides_a_difference(
    reference: str, candidate: str, readings: Readings, relaxed: Agreement
) -> None:
    """Under the strict readings it is the other way round."""
    assert compared(reference, candidate, readings).agreement is relaxed
    strict = compared(reference, candidate).agreement
    assert strict is (FINER if readings.ties is Ties.FIRST else DIFFERS)


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        ("SELECT id FROM t ORDER BY a", "SELECT id FROM t ORDER BY a, id", FINER),
        ("SELECT id FROM t ORDER BY a, id", "SELECT id FROM t ORDER BY a", DIFFERS),
        ("SELECT id FROM t ORDER BY a, id", "SELECT id FROM t", DIFFERS),
        ("SELECT id FROM t", "SELECT id FROM t ORDER BY a", SAME),
        ("SELECT id FROM t LIMIT 2", "SELECT id FROM t ORDER BY id LIMIT 2", FINER),
        ("SELECT id FROM t ORDER BY id LIMIT 2", "SELECT id FROM t LIMIT 2", DIFFERS),
        ("SELECT a FROM t ORDER BY a LIMIT 3", "SELECT a FROM t ORDER BY a, id LIMIT 3", SAME),
        ("SELECT id FROM t ORDER BY a LIMIT 1 OFFSET 1", "SELECT 1", FINER),
        ("SELECT id FROM t ORDER BY a LIMIT 1 OFFSET 1", "SELECT 3", DIFFERS),
        ("SELECT id FROM t ORDER BY a LIMIT 10", "SELECT id FROM t ORDER BY a", SAME),
        ("SELECT count(*) AS n FROM t GROUP BY a ORDER BY n", "SELECT 1 UNION ALL SELECT 1 "
         "UNION ALL SELECT 2 ORDER BY 1", SAME),
        ("SELECT 1", "SELECT 1.0", SAME),
        ("SELECT 0.1 + 0.2", "SELECT 0.3", SAME),
        ("SELECT 10000000000001", "SELECT 10000000000002", DIFFERS),
        ("SELECT '5'", "SELECT 5", DIFFERS),
        ("SELECT a FROM t WHERE id = 4", "SELECT a FROM t WHERE id > 4", DIFFERS),
    ],
)  # fmt: skip
def test_order_and_limits_stand_for_all_that_they_permit(
    reference: str, candidate: str, expected: Agreement
) -> None:
    """Worked out by hand."""
    assert compared(reference, candidate).agreement is expected


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        # The reference may return any id of the group, so one of them is no difference ...
        ("SELECT id FROM t GROUP BY a", "SELECT min(id) FROM t GROUP BY a", OPEN),
        # ... but the candidate may return one that the reference never does.
        ("SELECT max(id) FROM t GROUP BY a", "SELECT id FROM t GROUP BY a", DIFFERS),
        ("SELECT b FROM t GROUP BY id", "SELECT b FROM t", SAME),
        # With a single MAX the column is that of its row; two rows have a = 1, one has id = 4.
        ("SELECT b, max(id) FROM t", "SELECT 'r', 4", SAME),
        ("SELECT id, min(a) FROM t", "SELECT 2, 1", OPEN),
        # A scalar subquery stands for any of its rows.
        ("SELECT (SELECT c FROM u WHERE a = 1)", "SELECT 'uno'", OPEN),
        ("SELECT (SELECT c FROM u WHERE a = 1)", "SELECT 'two'", DIFFERS),
        ("SELECT id FROM t WHERE a = (SELECT a FROM u WHERE u.a = t.a)",
         "SELECT id FROM t WHERE a IS NOT NULL", SAME),
        # A LIMIT inside that keys leave open.
        ("SELECT (SELECT c FROM u ORDER BY a LIMIT 1)", "SELECT 'uno'", OPEN),
        ("SELECT (SELECT c FROM u ORDER BY a LIMIT 1)", "SELECT 'two'", DIFFERS),
        ("SELECT (SELECT c FROM u ORDER BY a DESC LIMIT 1)", "SELECT 'one'", DIFFERS),
        ("WITH v AS (SELECT c FROM u ORDER BY a LIMIT 2) SELECT count(*) FROM v", "SELECT 2", SAME),
        ("SELECT c FROM (SELECT c FROM u ORDER BY a LIMIT 1) AS v", "SELECT 'none'", DIFFERS),
        ("SELECT id, row_number() OVER (ORDER BY a) FROM t WHERE a = 1",
         "SELECT id, 3 - id FROM t WHERE a = 1", OPEN),
        ("SELECT id, rank() OVER (ORDER BY a) FROM t WHERE a = 1",
         "SELECT id, id FROM t WHERE a = 1", DIFFERS),
        ("SELECT group_concat(c) FROM u WHERE a = 1", "SELECT 'uno,one'", OPEN),
        ("SELECT count(*) FROM t HAVING id > 2", "SELECT 4", OPEN),
        # Which of the keys of equal rows sorts them is not said, but only these rows can come.
        ("SELECT DISTINCT b FROM t ORDER BY id LIMIT 1", "SELECT 'q'", OPEN),
        ("SELECT DISTINCT b FROM t ORDER BY id LIMIT 1", "SELECT 'z'", DIFFERS),
        ("SELECT DISTINCT b FROM t ORDER BY id LIMIT 2", "SELECT 'p'", DIFFERS),
        ("SELECT id, b FROM t GROUP BY b ORDER BY random() LIMIT 1", "SELECT 1", OPEN),
        ("SELECT c FROM u WHERE c = (SELECT c FROM u) LIMIT 1", "SELECT 'one', 1", DIFFERS),
        # Which row depends on the row around: that cannot be gone through.
        ("SELECT id, (SELECT c FROM u WHERE u.a = t.a LIMIT 1) FROM t WHERE id = 1",
         "SELECT 1, 'uno'", OPEN),
        ("SELECT id, (SELECT c FROM u WHERE u.a = t.a LIMIT 1) FROM t WHERE id = 1",
         "SELECT 1, 'none'", OPEN),
    ],
)  # fmt: skip
def test_what_is_open_inside_is_no_difference(
    reference: str, candidate: str, expected: Agreement
) -> None:
    """Unless all that the reference permits is known, and the candidate's is none of it."""
    found = compared(reference, candidate).agreement
    assert found is expected or (expected is OPEN and found is SAME)


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        ("SELECT a FROM t WHERE id < 3", "SELECT id FROM t LIMIT 1", DIFFERS),
        ("SELECT id FROM t LIMIT 1", "SELECT 4", FINER),
        ("SELECT id FROM t LIMIT 1", "SELECT 5", DIFFERS),
        ("SELECT id FROM t LIMIT 1", "SELECT max(id) FROM t GROUP BY id > 0 ORDER BY 1", FINER),
        ("SELECT id FROM t LIMIT 1", "SELECT 4 UNION ALL SELECT 4", FINER),
        ("SELECT id FROM t LIMIT 1", "SELECT id FROM t LIMIT 1", SAME),
        # Which of several rows are alike is not gone through.
        ("SELECT a FROM t WHERE id < 3", "SELECT a FROM t LIMIT 2", OPEN),
        ("SELECT a FROM t LIMIT 2", "SELECT 1", OPEN),
    ],
)
def test_a_choice_of_one_row_is_a_set(reference: str, candidate: str, expected: Agreement) -> None:
    """Where duplicates do not count, it is open all the same which row it is."""
    found = compared(reference, candidate, replace(STRICT, rows=Rows.SET)).agreement
    assert found is expected


def test_what_the_engine_happens_to_return_is_a_reading_too() -> None:
    """The first row of a scalar subquery, and of a group."""
    first = replace(STRICT, scalar_subqueries=SeveralRows.FIRST, bare_columns=SeveralRows.FIRST)
    scalar = "SELECT (SELECT c FROM u WHERE a = 1)", "SELECT 'uno'"
    assert compared(*scalar, first).agreement is DIFFERS
    assert (
        compared("SELECT id FROM t WHERE a = 1 GROUP BY a", "SELECT 9", first).agreement is DIFFERS
    )


def test_several_rows_of_a_scalar_subquery_are_an_error_elsewhere() -> None:
    """An outcome of its own, the same for both, or a difference."""
    scalar = "SELECT (SELECT c FROM u WHERE a = 1) AS c"
    for dialect in (Dialect.POSTGRESQL, Dialect.DUCKDB, Dialect.MYSQL, Dialect.STANDARD):
        found = compared(scalar, "SELECT 'one' AS c", STRICT, dialect)
        assert found.agreement is DIFFERS
        assert found.reference.raises
        assert not found.candidate.raises
        assert compared(scalar, scalar + " WHERE 1 = 1", STRICT, dialect).agreement is SAME


def test_a_division_by_zero_is_an_error_elsewhere_and_shows_nothing() -> None:
    """Where PostgreSQL raises, SQLite's NULL is no row of the reference; else rows count."""
    queries = "SELECT 6 / (a - 1) AS q FROM t WHERE a IS NOT NULL", "SELECT 6 AS q"
    zero: Database = {"t": [(1, 1, "p", 0.5)], "u": []}
    fine: Database = {"t": [(1, 3, "p", 0.5)], "u": []}
    assert compared(*queries, STRICT, Dialect.POSTGRESQL, zero).agreement is OPEN
    assert compared(*queries, STRICT, Dialect.POSTGRESQL, fine).agreement is DIFFERS
    assert compared(*queries, STRICT, Dialect.SQLITE, zero).agreement is DIFFERS


def test_the_standard_leaves_open_what_a_mean_of_integers_is() -> None:
    """And a quotient: no difference between two readings of it counts."""
    mean = "SELECT avg(a) FROM t", "SELECT sum(a) / count(a) FROM t"
    assert compared(*mean, STRICT, Dialect.STANDARD).agreement is OPEN
    assert compared(*mean, STRICT, Dialect.SQLITE).agreement is DIFFERS


CASES: Database = {"t": [], "u": [(1, "a"), (2, "A"), (3, "b"), (4, "B ")]}


@pytest.mark.parametrize(
    ("reference", "candidate", "dialect", "expected"),
    [
        ("SELECT a FROM u ORDER BY c COLLATE NOCASE LIMIT 1", "SELECT 2", Dialect.SQLITE, FINER),
        ("SELECT a FROM u ORDER BY c COLLATE NOCASE LIMIT 1", "SELECT 3", Dialect.SQLITE, DIFFERS),
        ("SELECT a FROM u ORDER BY c LIMIT 1", "SELECT 1", Dialect.SQLITE, DIFFERS),
        ("SELECT c COLLATE NOCASE AS n FROM u ORDER BY n LIMIT 1", "SELECT 'A'", Dialect.SQLITE,
         FINER),
        ("SELECT a FROM u ORDER BY lower(c COLLATE NOCASE) LIMIT 1", "SELECT 1", Dialect.SQLITE,
         OPEN),
        ("SELECT a FROM u ORDER BY c LIMIT 1", "SELECT 1 AS a", Dialect.MYSQL, FINER),
        ("SELECT a FROM u ORDER BY c LIMIT 1", "SELECT 3 AS a", Dialect.MYSQL, DIFFERS),
        # Which of two spellings stands for both is open there.
        ("SELECT DISTINCT c FROM u WHERE a < 3", "SELECT 'A' AS c", Dialect.MYSQL, SAME),
        ("SELECT c FROM u WHERE a < 3 GROUP BY c", "SELECT 'A' AS c", Dialect.MYSQL, SAME),
    ],
)  # fmt: skip
def test_keys_tie_as_they_are_compared(
    reference: str, candidate: str, dialect: Dialect, expected: Agreement
) -> None:
    """By a collation, or as the dialect does."""
    found = compared(reference, candidate, STRICT, dialect, CASES).agreement
    assert found is expected or (expected is OPEN and found is not DIFFERS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SELECT date('now')", "2024-06-15"),
        ("SELECT date()", "2024-06-15"),
        ("SELECT CURRENT_TIMESTAMP", "2024-06-15 12:00:00"),
        ("SELECT CURRENT_DATE", "2024-06-15"),
        ("SELECT CURRENT_TIME", "12:00:00"),
        ("SELECT datetime('now', '-1 year')", "2023-06-15 12:00:00"),
        ("SELECT strftime('%Y', 'now')", "2024"),
        ("SELECT strftime('%Y', CURRENT_TIMESTAMP)", "2024"),
        ("SELECT CAST(julianday('now') - julianday('2024-06-14 12:00:00') AS INTEGER)", 1),
        ("SELECT datetime()", "2024-06-15 12:00:00"),
        ("SELECT coalesce(NULL, 'now')", "now"),
        ("SELECT 'now'", "now"),
    ],
)
def test_the_present_moment_is_a_constant(text: str, value: object) -> None:
    """So that a verdict is the same tomorrow; a text that says 'now' is a text."""
    assert compared(text, text).reference.rows == ((value,),)


def test_names_count_where_they_must_match() -> None:
    """Whatever their case."""
    named = replace(STRICT, names=Names.MUST_MATCH)
    assert compared("SELECT id AS n FROM t", "SELECT id AS N FROM t", named).agreement is SAME
    found = compared("SELECT id AS n FROM t", "SELECT id AS m FROM t", named)
    assert found.agreement is DIFFERS
    assert found.aspects == (DifferenceAspect.COLUMNS,)


def test_exact_order_accepts_nothing_finer() -> None:
    """The reading for who wants the reference's freedom too."""
    exact = replace(STRICT, order=Order.EXACT)
    queries = "SELECT id FROM t ORDER BY a", "SELECT id FROM t ORDER BY a, id"
    assert compared(*queries).agreement is FINER
    assert compared(*queries, exact).agreement is DIFFERS


@pytest.mark.parametrize(
    ("reference", "candidate", "aspects"),
    [
        ("SELECT a FROM t", "SELECT DISTINCT a FROM t", "duplicates"),
        ("SELECT a FROM t", "SELECT a, b FROM t", "columns"),
        ("SELECT a, id FROM t", "SELECT id, a FROM t", "columns"),
        ("SELECT id FROM t ORDER BY id", "SELECT id FROM t ORDER BY id DESC", "order"),
        ("SELECT a FROM t", "SELECT a FROM t WHERE a > 0", "rows, missing values"),
        ("SELECT a FROM t", "SELECT a + 5 FROM t", "rows"),
        ("SELECT id FROM t ORDER BY a, id LIMIT 2", "SELECT id FROM t ORDER BY a LIMIT 2", "ties"),
    ],
)
def test_what_differs_is_named(reference: str, candidate: str, aspects: str) -> None:
    """For reports."""
    found = compared(reference, candidate)
    assert found.agreement is DIFFERS
    assert ", ".join(found.aspects) == aspects


def test_rows_on_either_side_are_counted_with_their_duplicates() -> None:
    """As bags."""
    found = compared("SELECT a FROM t", "SELECT a FROM u")
    assert found.only_in_reference == {(None,): 1}
    assert not found.only_in_candidate
    assert found.in_both == {(1,): 2, (2,): 1}


def test_dozens_of_columns_in_any_order_are_paired_at_once() -> None:
    """By what they hold: 26! orders are never tried (a known hang of another tool)."""
    columns = tuple(Column(f"c{place}", ValueType.INTEGER) for place in range(26))
    readings = replace(STRICT, columns=Columns.ANY_ORDER)
    schema = SqlSchema("wide", Dialect.SQLITE, (Table("w", columns),), readings)
    names = [column.name for column in columns]
    texts = (f"SELECT {', '.join(order)} FROM w" for order in (names, names[::-1]))  # noqa: S608
    reference, candidate = (parse(text, schema) for text in texts)
    pair = Pair(reference, candidate, schema)
    rows = [tuple((place * 7 + row) % 26 for place in range(26)) for row in range(5)]
    assert pair.compare({"w": rows}).agreement is SAME
    assert pair.compare({"w": [(0,) * 26]}).agreement is SAME
    first_again = f"SELECT {', '.join(['c0'] * 26)} FROM w"  # noqa: S608
    other = Pair(reference, parse(first_again, schema), schema)
    assert other.compare({"w": rows}).agreement is DIFFERS


@pytest.mark.parametrize(
    ("candidate", "in_mysql"),
    [
        ("SELECT ROUND(AVG(a), 4) FROM t", SAME),
        ("SELECT ROUND(SUM(a) / COUNT(a), 4) FROM t", SAME),
        ("SELECT ROUND(AVG(a), 2) FROM t", DIFFERS),
        ("SELECT AVG(a) + 0.001 FROM t", DIFFERS),
    ],
)
def test_mysql_leaves_digits_of_a_mean_out(candidate: str, in_mysql: Agreement) -> None:
    """By its manual, 14.6.1: a mean of integers, and a quotient, has four behind the point."""
    thirds: Database = {"t": [(1, 1, "p", 0.5), (2, 1, "p", 0.5), (3, 3, "p", 0.5)], "u": []}
    for dialect, expected in ((Dialect.MYSQL, in_mysql), (Dialect.DUCKDB, DIFFERS)):
        found = compared("SELECT AVG(a) FROM t", candidate, STRICT, dialect, thirds)
        assert found.agreement is expected
