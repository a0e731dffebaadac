# ruff: noqa: S608 - no data from outside
"""Mutants and rewrites: each operator does what it says, and what it makes runs."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.variants.making import MOST_OF_AN_EDIT, valid_variants
from jurist.languages.sql.variants.mutating import MUTATIONS
from jurist.languages.sql.variants.rewriting import REORDERINGS, REWRITES

DDL = """
CREATE TABLE band (
  id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, genre TEXT, founded INTEGER, country TEXT
);
CREATE TABLE stage (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, capacity INTEGER NOT NULL);
CREATE TABLE gig (
  id INTEGER PRIMARY KEY NOT NULL, band_id INTEGER NOT NULL REFERENCES band(id),
  stage_id INTEGER REFERENCES stage(id), day DATE NOT NULL, fee INTEGER, audience INTEGER NOT NULL
);
CREATE TABLE ticket (
  holder TEXT NOT NULL, day DATE NOT NULL, price REAL, PRIMARY KEY (holder, day)
);
CREATE TABLE refund (
  holder TEXT NOT NULL, day DATE NOT NULL, price REAL, PRIMARY KEY (holder, day)
);
"""
SCHEMA = load_schema(
    {"name": "festival", "language": "sql", "dialect": "sqlite", "ddl": DDL}, where="the test"
)
EDITS = {edit.name: edit for edit in (*MUTATIONS, *REWRITES)}
BAND, GIG = "SELECT name FROM band", "SELECT id FROM gig"
BOTH = "SELECT b.name FROM band AS b JOIN gig AS g ON g.band_id = b.id"
OUTER = "SELECT b.name FROM band AS b LEFT JOIN gig AS g ON g.band_id = b.id"
FEES = "SELECT band_id, COUNT(*) FROM gig GROUP BY band_id"
REFUNDED = "SELECT t.holder FROM ticket AS t JOIN refund AS r ON r.holder = t.holder"

EXAMPLES: dict[str, tuple[str, str]] = {
    # mutants
    "join_kind": (BOTH, OUTER),
    "join_key_dropped": (f"{REFUNDED} AND r.day = t.day", REFUNDED),
    "join_condition_dropped": (
        "SELECT name FROM band, gig WHERE band.id = gig.band_id AND fee > 3",
        "SELECT name FROM band CROSS JOIN gig WHERE fee > 3",
    ),
    "join_wrong_column": (BOTH, BOTH.replace("g.band_id", "g.id")),
    "join_dropped": (BOTH, "SELECT b.name FROM band AS b"),
    "on_for_where": (f"{OUTER} WHERE g.fee > 5", f"{OUTER} AND g.fee > 5"),
    "where_for_on": (f"{OUTER} AND g.fee > 5", f"{OUTER} WHERE g.fee > 5"),
    "distinct_added": (BAND, "SELECT DISTINCT name FROM band"),
    "distinct_dropped": ("SELECT DISTINCT name FROM band", BAND),
    "aggregate_distinct_added": ("SELECT SUM(fee) FROM gig", "SELECT SUM(DISTINCT fee) FROM gig"),
    "aggregate_distinct_dropped": (
        "SELECT COUNT(DISTINCT fee) FROM gig",
        "SELECT COUNT(fee) FROM gig",
    ),
    "rows_counted": ("SELECT COUNT(fee) FROM gig", "SELECT COUNT(*) FROM gig"),
    "column_counted": (FEES, FEES.replace("COUNT(*)", "COUNT(stage_id)")),
    "null_test_reversed": (f"{BAND} WHERE genre IS NULL", f"{BAND} WHERE NOT genre IS NULL"),
    "not_null_test_reversed": (
        f"{BAND} WHERE genre IS NOT NULL",
        f"{BAND} WHERE genre IS NULL",
    ),
    "null_compared": (f"{BAND} WHERE genre IS NULL", f"{BAND} WHERE genre = NULL"),
    "default_dropped": ("SELECT COALESCE(fee, 0) FROM gig", "SELECT fee FROM gig"),
    "not_exists_for_not_in": (
        "SELECT s.name FROM stage AS s WHERE s.id NOT IN (SELECT g.stage_id FROM gig AS g)",
        "SELECT s.name FROM stage AS s WHERE NOT EXISTS("
        "SELECT 1 FROM gig AS g WHERE g.stage_id = s.id)",
    ),
    "not_in_for_not_exists": (
        "SELECT name FROM stage WHERE NOT EXISTS (SELECT 1 FROM gig WHERE stage_id = stage.id)",
        "SELECT name FROM stage WHERE NOT stage.id IN (SELECT stage_id FROM gig)",
    ),
    "off_by_one": (f"{GIG} WHERE fee > 10", f"{GIG} WHERE fee > 11"),
    "strict_for_loose": (f"{GIG} WHERE fee > 10", f"{GIG} WHERE fee >= 10"),
    "edge_excluded": (
        f"{GIG} WHERE fee BETWEEN 1 AND 9",
        f"{GIG} WHERE fee > 1 AND fee <= 9",
    ),
    "bound_reversed": (f"{GIG} WHERE fee >= 10", f"{GIG} WHERE fee <= 10"),
    "exact_for_bound": (f"{GIG} WHERE fee >= 10", f"{GIG} WHERE fee = 10"),
    "other_for_equal": (f"{GIG} WHERE fee <> 10", f"{GIG} WHERE fee = 10"),
    "literal_case": (f"{BAND} WHERE genre = 'Jazz'", f"{BAND} WHERE genre = 'JAZZ'"),
    "other_value": (
        f"{BAND} WHERE genre = 'jazz' AND country = 'Norway'",
        f"{BAND} WHERE genre = 'Norway' AND country = 'Norway'",
    ),
    "like_for_equal": (f"{BAND} WHERE genre = 'jazz'", f"{BAND} WHERE genre LIKE '%jazz%'"),
    "equal_for_like": (f"{BAND} WHERE genre LIKE '%jazz'", f"{BAND} WHERE genre = 'jazz'"),
    "other_pattern": (f"{BAND} WHERE genre LIKE '%jazz%'", f"{BAND} WHERE genre LIKE 'jazz%'"),
    "element_dropped": (f"{GIG} WHERE fee IN (1, 2)", f"{GIG} WHERE fee IN (2)"),
    "branch_dropped": (
        "SELECT CASE WHEN fee > 1 THEN 'a' WHEN fee > 0 THEN 'b' END FROM gig",
        "SELECT CASE WHEN fee > 0 THEN 'b' END FROM gig",
    ),
    "results_swapped": (
        "SELECT CASE WHEN fee > 1 THEN 'a' ELSE 'b' END FROM gig",
        "SELECT CASE WHEN fee > 1 THEN 'b' ELSE 'a' END FROM gig",
    ),
    "other_arithmetic": ("SELECT fee + audience FROM gig", "SELECT fee - audience FROM gig"),
    "other_aggregate": ("SELECT MAX(fee) FROM gig", "SELECT MIN(fee) FROM gig"),
    "having_dropped": (f"{FEES} HAVING COUNT(*) > 1", FEES),
    "where_for_having": (
        f"{FEES} HAVING AVG(fee) > 5",
        "SELECT band_id, COUNT(*) FROM gig WHERE fee > 5 GROUP BY band_id",
    ),
    "having_for_where": (
        "SELECT band_id, COUNT(*) FROM gig WHERE fee > 5 GROUP BY band_id",
        f"{FEES} HAVING MAX(fee) > 5",
    ),
    "group_key_dropped": (
        "SELECT COUNT(*) FROM gig GROUP BY day, fee",
        "SELECT COUNT(*) FROM gig GROUP BY fee",
    ),
    "group_key_added": (FEES, f"{FEES}, id"),
    "group_dropped": ("SELECT SUM(fee) FROM gig GROUP BY day", "SELECT SUM(fee) FROM gig"),
    "direction_reversed": (f"{BAND} ORDER BY founded", f"{BAND} ORDER BY founded DESC"),
    "other_sort_key": (f"{BAND} ORDER BY country", f"{BAND} ORDER BY genre"),
    "sort_keys_changed": (f"{BAND} ORDER BY genre, founded", f"{BAND} ORDER BY founded, genre"),
    "order_dropped": (f"{BAND} ORDER BY founded LIMIT 3", f"{BAND} LIMIT 3"),
    "limit_changed": (f"{BAND} ORDER BY founded LIMIT 3", f"{BAND} ORDER BY founded LIMIT 4"),
    "limit_dropped": (f"{BAND} ORDER BY founded LIMIT 3", f"{BAND} ORDER BY founded"),
    "limit_added": (f"{BAND} ORDER BY founded", f"{BAND} ORDER BY founded LIMIT 1"),
    "offset_changed": (f"{BAND} LIMIT 3 OFFSET 1", f"{BAND} LIMIT 3 OFFSET 2"),
    "union_duplicates": (
        f"{BAND} UNION SELECT name FROM stage",
        f"{BAND} UNION ALL SELECT name FROM stage",
    ),
    "other_set_operation": (
        f"{BAND} UNION SELECT name FROM stage",
        f"{BAND} INTERSECT SELECT name FROM stage",
    ),
    "set_sides_swapped": (
        f"{BAND} EXCEPT SELECT name FROM stage",
        f"SELECT name FROM stage EXCEPT {BAND}",
    ),
    "set_side_dropped": (f"{BAND} EXCEPT SELECT name FROM stage", BAND),
    "similar_column": (f"{GIG} WHERE fee > 10", f"{GIG} WHERE audience > 10"),
    "namesake_column": (
        "SELECT b.name FROM band AS b JOIN stage AS s ON b.id = s.id",
        "SELECT s.name FROM band AS b JOIN stage AS s ON b.id = s.id",
    ),
    "similar_table": ("SELECT holder FROM ticket", "SELECT holder FROM refund AS ticket"),
    "outputs_swapped": ("SELECT name, genre FROM band", "SELECT genre, name FROM band"),
    "output_added": (BAND, "SELECT id, name FROM band"),
    "output_dropped": ("SELECT name, genre FROM band", BAND),
    "all_columns": (BAND, "SELECT * FROM band"),
    "or_for_and": (
        f"{GIG} WHERE fee > 1 AND audience > 2",
        f"{GIG} WHERE fee > 1 OR audience > 2",
    ),
    "and_for_or": (
        f"{GIG} WHERE fee > 1 OR audience > 2",
        f"{GIG} WHERE fee > 1 AND audience > 2",
    ),
    "condition_dropped": (f"{GIG} WHERE fee > 1 AND audience > 2", f"{GIG} WHERE audience > 2"),
    "alternative_dropped": (f"{GIG} WHERE fee > 1 OR audience > 2", f"{GIG} WHERE audience > 2"),
    "condition_negated": (f"{GIG} WHERE fee > 1", f"{GIG} WHERE NOT fee > 1"),
    "not_dropped": (f"{BAND} WHERE NOT id IN (1)", f"{BAND} WHERE id IN (1)"),
    # rewrites
    "commute": (
        f"{GIG} WHERE fee > 1 AND audience > 2",
        f"{GIG} WHERE audience > 2 AND fee > 1",
    ),
    "comparison_flipped": (f"{GIG} WHERE fee > 1", f"{GIG} WHERE 1 < fee"),
    "not_of_opposite": (f"{GIG} WHERE fee > 1", f"{GIG} WHERE NOT (fee <= 1)"),
    "not_resolved": (f"{GIG} WHERE NOT fee > 1", f"{GIG} WHERE fee <= 1"),
    "de_morgan": (
        f"{GIG} WHERE fee > 1 AND audience > 2",
        f"{GIG} WHERE NOT (NOT fee > 1 OR NOT audience > 2)",
    ),
    "between_spelt_out": (
        f"{GIG} WHERE fee BETWEEN 1 AND 9",
        f"{GIG} WHERE fee >= 1 AND fee <= 9",
    ),
    "as_between": (f"{GIG} WHERE fee >= 1 AND fee <= 9", f"{GIG} WHERE fee BETWEEN 1 AND 9"),
    "list_spelt_out": (f"{GIG} WHERE fee IN (1, 2)", f"{GIG} WHERE fee = 1 OR fee = 2"),
    "as_list": (f"{GIG} WHERE fee = 1 OR fee = 2", f"{GIG} WHERE fee IN (1, 2)"),
    "condition_implied": (f"{GIG} WHERE fee > 5", f"{GIG} WHERE fee > 5 AND fee > 4"),
    "absorbed": (
        f"{GIG} WHERE fee > 1 AND audience > 2",
        f"{GIG} WHERE (fee > 1 OR (fee > 1 AND audience > 2)) AND audience > 2",
    ),
    "join_commuted": (BOTH, "SELECT b.name FROM gig AS g JOIN band AS b ON g.band_id = b.id"),
    "on_in_where": (
        BOTH,
        "SELECT b.name FROM band AS b CROSS JOIN gig AS g WHERE g.band_id = b.id",
    ),
    "where_in_on": (
        "SELECT b.name FROM band AS b, gig AS g WHERE g.band_id = b.id AND g.fee > 1",
        f"{BOTH} WHERE g.fee > 1",
    ),
    "condition_in_on": (f"{BOTH} WHERE g.fee > 1", f"{BOTH} AND g.fee > 1"),
    "alias_renamed": (BOTH, "SELECT b_x.name FROM band AS b_x JOIN gig AS g ON g.band_id = b_x.id"),
    "alias_added": (BAND, "SELECT name FROM band AS b_x"),
    "qualified": (BAND, "SELECT band.name FROM band"),
    "order_by_position": (f"{BAND} ORDER BY name", f"{BAND} ORDER BY 1"),
    "order_by_alias": (
        f"{BAND} ORDER BY name",
        "SELECT name AS sorted_by FROM band ORDER BY sorted_by",
    ),
    "key_counted": (FEES, FEES.replace("COUNT(*)", "COUNT(id)")),
    "key_count_dropped": (FEES.replace("COUNT(*)", "COUNT(id)"), FEES),
    "in_as_exists": (
        "SELECT b.name FROM band AS b WHERE b.id IN (SELECT band_id FROM gig WHERE fee > 1)",
        "SELECT b.name FROM band AS b WHERE "
        "EXISTS(SELECT 1 FROM gig WHERE fee > 1 AND band_id = b.id)",
    ),
    "exists_as_in": (
        "SELECT name FROM band AS b WHERE EXISTS (SELECT 1 FROM gig WHERE band_id = b.id)",
        "SELECT name FROM band AS b WHERE b.id IN (SELECT band_id FROM gig)",
    ),
    "in_as_join": (
        "SELECT b.name FROM band AS b WHERE b.id IN (SELECT band_id FROM gig)",
        "SELECT b.name FROM band AS b "
        "JOIN (SELECT DISTINCT band_id AS v FROM gig) AS t1 ON t1.v = b.id",
    ),
    "table_wrapped": (BAND, "SELECT name FROM (SELECT * FROM band) AS band"),
    "filter_within": (
        f"{GIG} WHERE fee > 1",
        "SELECT id FROM (SELECT * FROM gig WHERE fee > 1) AS gig",
    ),
    "wrapped": (BAND, f"SELECT * FROM ({BAND}) AS t1"),
    "as_common_table": (
        f"SELECT x.name FROM ({BAND}) AS x",
        f"WITH x AS ({BAND}) SELECT x.name FROM x",
    ),
    "common_table_inlined": (
        f"WITH x AS ({BAND}) SELECT x.name FROM x",
        f"SELECT x.name FROM ({BAND}) AS x",
    ),
    "distinct_as_group": (
        "SELECT DISTINCT genre FROM band",
        "SELECT genre FROM band GROUP BY genre",
    ),
    "group_as_distinct": (
        "SELECT genre FROM band GROUP BY genre",
        "SELECT DISTINCT genre FROM band",
    ),
}

RICH = [
    "SELECT b.name, COUNT(*) AS n FROM band AS b JOIN gig AS g ON g.band_id = b.id AND "
    "g.day > '2024-01-01' LEFT JOIN stage AS s ON s.id = g.stage_id AND s.capacity > 10 WHERE "
    "b.country = 'Norway' AND (b.genre = 'metal' OR b.genre = 'jazz') AND s.name IS NULL AND "
    "g.fee BETWEEN 3 AND 50 AND b.id IN (SELECT g2.band_id FROM gig AS g2 WHERE g2.fee > 100) "
    "GROUP BY b.id, b.name HAVING COUNT(*) >= 2 AND AVG(g.fee) > 5 ORDER BY n DESC, b.name LIMIT 3",
    "SELECT DISTINCT country FROM band WHERE NOT EXISTS (SELECT 1 FROM gig WHERE gig.band_id = "
    "band.id) AND NOT genre IS NULL AND name LIKE '%a%' AND founded IN (1990, 2000)",
    "SELECT name FROM band WHERE founded > 1990 EXCEPT SELECT name FROM stage LIMIT 2 OFFSET 1",
    "SELECT COUNT(DISTINCT band_id), SUM(fee) / COUNT(*), CASE WHEN MAX(fee) > 3 THEN 'a' WHEN "
    "MAX(fee) > 1 THEN 'c' ELSE 'b' END, COALESCE(MIN(fee), 0) FROM gig, stage "
    "WHERE gig.stage_id = stage.id AND gig.id NOT IN (SELECT id FROM band)",
    "WITH big AS (SELECT id, name FROM stage WHERE capacity > 100) SELECT name FROM big",
    "SELECT holder FROM ticket WHERE price > (SELECT AVG(price) FROM ticket) ORDER BY day DESC",
]


def variants(text: str) -> list[tuple[str, SqlQuery]]:
    return [*valid_variants(parse(text, SCHEMA), SCHEMA, EDITS.values())]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_operator_does_what_it_says(name: str) -> None:
    before, after = EXAMPLES[name]
    made = [query.text for _, query in valid_variants(parse(before, SCHEMA), SCHEMA, [EDITS[name]])]
    assert parse(after, SCHEMA).text in made


def test_every_operator_has_an_example() -> None:
    assert EXAMPLES.keys() == EDITS.keys()
    assert len(EDITS) == len(MUTATIONS) + len(REWRITES)
    assert EDITS.keys() >= REORDERINGS


@pytest.mark.parametrize("text", RICH)
def test_variants_are_new_in_order_read_back_and_nearly_all_run(text: str) -> None:
    """Those that do not run (an alias that is gone) are left out where evidence is asked for."""
    original = parse(text, SCHEMA)
    tree = original.tree.copy()
    made = [*valid_variants(original, SCHEMA, EDITS.values())]
    places = [list(EDITS).index(name) for name, _ in made]
    assert places == sorted(places)
    texts = [query.text for _, query in made]
    assert len(set(texts)) == len(texts) > 5
    assert original.text not in texts
    assert max(Counter(name for name, _ in made).values()) <= MOST_OF_AN_EDIT
    for query in (query for _, query in made):
        assert parse(query.text, SCHEMA) == query
    assert original.tree == tree
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(DDL)
        failed = [each for each in texts if not _runs(connection, each)]
    assert len(failed) <= len(made) // 20, failed


def _runs(connection: sqlite3.Connection, text: str) -> bool:
    try:
        connection.execute(text)
    except sqlite3.Error:
        return False
    return True


def test_the_order_is_always_the_same() -> None:
    first, again = variants(RICH[3]), variants(RICH[3])
    assert len(first) > 50
    assert first == again


def test_few_of_many_are_spread_over_the_places() -> None:
    """Of three bounds each is wrong by one before the first is wrong the other way."""
    text = f"{GIG} WHERE fee > 10 AND audience > 20 AND band_id > 30 AND stage_id > 40"
    made = [query.text for name, query in variants(text) if name == "off_by_one"]
    assert len(made) == MOST_OF_AN_EDIT
    assert [number for each in made for number in ("11", "21", "31", "41") if number in each] == [
        "11",
        "21",
        "31",
        "41",
    ]


def test_a_negation_within_a_comparison_keeps_its_parentheses() -> None:
    text = f"{BAND} WHERE (genre = 'a' OR genre = 'b') AND founded > 1"
    made = {query.text for name, query in variants(text) if name == "condition_negated"}
    assert f"{BAND} WHERE NOT (genre = 'a' OR genre = 'b') AND founded > 1" in made


POSTGRESQL = load_schema(
    {"name": "festival", "language": "sql", "dialect": "postgresql", "ddl": DDL}, where="the test"
)


@pytest.mark.parametrize("schema", [SCHEMA, POSTGRESQL], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        (
            "not_null_test_reversed",
            f"{BAND} WHERE genre IS NOT NULL",
            f"{BAND} WHERE genre IS NULL",
        ),
        ("null_test_reversed", f"{BAND} WHERE genre IS NULL", f"{BAND} WHERE genre IS NOT NULL"),
        ("not_dropped", f"{BAND} WHERE genre NOT LIKE 'a%'", f"{BAND} WHERE genre LIKE 'a%'"),
        ("condition_negated", f"{BAND} WHERE genre NOT LIKE 'a%'", f"{BAND} WHERE genre LIKE 'a%'"),
        ("equal_for_like", f"{BAND} WHERE genre NOT LIKE 'a%'", f"{BAND} WHERE genre <> 'a'"),
        ("other_pattern", f"{BAND} WHERE genre NOT LIKE 'a%'", f"{BAND} WHERE genre NOT LIKE '%a'"),
    ],
)
def test_a_not_is_heeded_wherever_a_tree_keeps_it(
    schema: SqlSchema, operator: str, before: str, after: str
) -> None:
    made = [query for _, query in valid_variants(parse(before, schema), schema, [EDITS[operator]])]
    said = {query.text.replace("NOT genre IS NULL", "genre IS NOT NULL") for query in made}
    said = {text.replace("NOT (genre IS NULL)", "genre IS NOT NULL") for text in said}
    assert parse(after, schema).text.replace("NOT genre IS NULL", "genre IS NOT NULL") in said


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "duckdb", "mysql", "standard"])
def test_the_other_direction_is_all_that_is_reversed(dialect: str) -> None:
    document = {"name": "festival", "language": "sql", "dialect": dialect, "ddl": DDL}
    schema = load_schema(document, where="the test")
    for text, other in [("founded", "founded DESC"), ("founded DESC", "founded")]:
        query = parse(f"{BAND} ORDER BY {text}", schema)
        made = [*valid_variants(query, schema, [EDITS["direction_reversed"]])]
        assert [each.text for _, each in made] == [f"{BAND} ORDER BY {other}"]


def test_what_is_not_null_is_not_compared_with_null() -> None:
    query = parse(f"{BAND} WHERE genre IS NOT NULL", POSTGRESQL)
    assert not [*valid_variants(query, POSTGRESQL, [EDITS["null_compared"]])]


def test_names_that_need_quotes_have_them() -> None:
    ddl = 'CREATE TABLE t ("first name" TEXT, "last name" TEXT)'
    schema = load_schema(
        {"name": "t", "language": "sql", "dialect": "sqlite", "ddl": ddl}, where="the test"
    )
    query = parse('SELECT "first name" FROM t', schema)
    made = [each.text for _, each in valid_variants(query, schema, [EDITS["similar_column"]])]
    assert made == [parse('SELECT "last name" FROM t', schema).text]
