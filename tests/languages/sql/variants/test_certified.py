"""Mutants are certified: what differs is shown by a legal database that an own SQLite confirms."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from jurist.languages.capabilities import Variant
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.engines.sqlite import sqlite_of
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.variants.mutations import OPERATORS, mutants
from jurist.languages.sql.variants.rewrites import rewrites
from jurist.records import Relation
from sql_queries import worlds
from sql_replaying import illegal, not_replayed

FESTIVAL = worlds()["festival"].schema
CLINIC = worlds()["clinic"].schema
QUERIES = [
    (
        FESTIVAL,
        "SELECT g.day, SUM(g.fee) FROM band AS b JOIN gig AS g ON g.band_id = b.id "
        "GROUP BY g.day HAVING COUNT(*) >= 2",
    ),
    (FESTIVAL, "SELECT name FROM stage WHERE id NOT IN (SELECT stage_id FROM gig)"),
    (CLINIC, "SELECT code FROM ward EXCEPT SELECT ward FROM shift WHERE hours > 8 OR ward IS NULL"),
]


def text_of(variant: Variant) -> str:
    assert isinstance(variant.query, SqlQuery)
    return variant.query.text


@pytest.mark.parametrize(("schema", "text"), QUERIES, ids=[text[:30] for _, text in QUERIES])
def test_each_difference_has_a_witness_that_an_own_reader_confirms(
    schema: SqlSchema, text: str
) -> None:
    query = parse(text, schema)
    made = list(mutants(query, schema))
    assert len(made) > 8
    different = 0
    for each in made:
        assert each.operator in OPERATORS
        evidence = each.evidence
        if evidence.relation is Relation.UNDECIDED:
            assert evidence.reason
            continue
        if evidence.relation is Relation.EQUIVALENT:
            continue
        different += 1
        assert evidence.witnesses
        for witness in evidence.witnesses:
            assert not illegal(schema, witness)
            assert not_replayed(schema, query.text, text_of(each), witness) == ""
    assert different > len(made) / 2


@pytest.mark.parametrize(
    ("text", "operator", "mutant"),
    [
        (
            "SELECT name FROM stage WHERE id NOT IN (SELECT stage_id FROM gig)",
            "not_exists_for_not_in",
            "SELECT name FROM stage WHERE NOT EXISTS(SELECT 1 FROM gig WHERE stage_id = stage.id)",
        ),
        ("SELECT DISTINCT genre FROM band", "distinct_dropped", "SELECT genre FROM band"),
        (
            "SELECT name FROM band WHERE founded > 1990",
            "strict_for_loose",
            "SELECT name FROM band WHERE founded >= 1990",
        ),
        (
            "SELECT band_id, COUNT(*) FROM gig GROUP BY band_id",
            "column_counted",
            "SELECT band_id, COUNT(stage_id) FROM gig GROUP BY band_id",
        ),
    ],
)
def test_mutants_that_a_few_rows_tell_apart(text: str, operator: str, mutant: str) -> None:
    made = {
        (each.operator, text_of(each)): each.evidence
        for each in mutants(parse(text, FESTIVAL), FESTIVAL)
    }
    evidence = made[operator, mutant]
    assert evidence.relation not in {Relation.EQUIVALENT, Relation.UNDECIDED}
    assert evidence.witnesses


def test_a_mutant_that_means_the_same_is_never_said_to_differ() -> None:
    """The name of a stage is unique, and a key is never NULL."""
    for text, operator in [
        ("SELECT name FROM stage", "distinct_added"),
        ("SELECT COUNT(id) FROM gig", "rows_counted"),
    ]:
        relations = {
            each.evidence.relation
            for each in mutants(parse(text, FESTIVAL), FESTIVAL)
            if each.operator == operator
        }
        assert relations
        assert relations <= {Relation.EQUIVALENT, Relation.UNDECIDED}


REWRITTEN = [
    (
        FESTIVAL,
        "SELECT b.name FROM band AS b WHERE b.id IN (SELECT band_id FROM gig WHERE fee > 5)",
        {"in_as_exists", "in_as_join", "alias_renamed", "wrapped", "comparison_flipped"},
    ),
    (
        FESTIVAL,
        "SELECT b.name FROM band AS b JOIN gig AS g ON g.band_id = b.id "
        "WHERE g.fee BETWEEN 1 AND 9 AND NOT b.founded > 1990",
        {
            "join_commuted",
            "commute",
            "de_morgan",
            "between_spelt_out",
            "condition_in_on",
            "not_resolved",
        },
    ),
    (
        FESTIVAL,
        "SELECT DISTINCT genre FROM band WHERE country IN ('Norway', 'Sweden')",
        {"distinct_as_group", "list_spelt_out", "table_wrapped", "filter_within"},
    ),
    (
        FESTIVAL,
        "WITH big AS (SELECT id FROM stage WHERE capacity > 9) SELECT COUNT(*) FROM big",
        {"common_table_inlined", "key_counted"},
    ),
    (
        CLINIC,
        "SELECT n.name FROM nurse AS n, ward AS w WHERE n.ward = w.code ORDER BY n.name",
        {"where_in_on", "order_by_position"},
    ),
]


@pytest.mark.parametrize(("schema", "text", "expected"), REWRITTEN, ids=range(len(REWRITTEN)))
def test_rewrites_are_proved_and_give_the_same_rows(
    schema: SqlSchema, text: str, expected: set[str]
) -> None:
    query = parse(text, schema)
    made = list(rewrites(query, schema))
    assert {each.operator for each in made} >= expected
    assert {each.evidence.relation for each in made} == {Relation.EQUIVALENT}
    engine = sqlite_of(schema)
    for each in made:
        other = parse(text_of(each), schema)
        for database in islice(databases(hints_of(schema, query.tree, other.tree)), 20):
            engine.load(database)
            given = [Counter(engine.run(of.text).rows) for of in (query, other)]
            assert given[0] == given[1]


def test_what_missing_values_tell_apart_is_no_rewrite() -> None:
    """`NOT IN` knows nothing beside a NULL; `NOT EXISTS` does."""
    text = "SELECT name FROM stage WHERE id NOT IN (SELECT stage_id FROM gig)"
    made = list(rewrites(parse(text, FESTIVAL), FESTIVAL))
    assert made
    assert not [each for each in made if "EXISTS" in text_of(each)]


def test_what_does_not_run_is_no_mutant() -> None:
    """Without its GROUP BY the query has HAVING beside a bare column, which SQLite refuses."""
    text = "SELECT nurse_id FROM shift GROUP BY nurse_id HAVING COUNT(DISTINCT ward) > 1"
    made = [text_of(each) for each in mutants(parse(text, CLINIC), CLINIC)]
    assert made
    assert not [each for each in made if "GROUP BY" not in each and "HAVING" in each]


def test_the_first_comes_before_the_last_is_certified() -> None:
    query = parse(QUERIES[0][1], FESTIVAL)
    assert len(list(islice(mutants(query, FESTIVAL), 3))) == 3
