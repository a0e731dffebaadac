"""The prover on pairs whose relation is known by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jurist.languages.cql.arms import proved as prove
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.text.parser import parse
from jurist.records import SIDES, Evidence, Method, Relation, Side

OPEN = CqlSchema(open_world=True)
MONEY = CqlSchema(
    title="money",
    events={
        "Buy": EventSpec(
            properties={
                "amount": Field(Kind.NUMBER, required=True, minimum=0),
                "quantity": Field(Kind.INTEGER),
                "currency": Field(Kind.STRING, enum=("USD", "EUR")),
            }
        )
    },
    traits={"plan": Field(Kind.STRING, required=True, enum=("free", "pro"))},
)

EQUIVALENT = "equivalent"
CONTAINS = "contains"
CONTAINED = "contained"
OVERLAPS = "overlaps"
DISJOINT = "disjoint"

FUNNEL = "event('Cart').where({}).count() >= 1"


def relation(reference: str, candidate: str, schema: CqlSchema = OPEN) -> str:
    return proved(reference, candidate, schema).relation.value


def proved(reference: str, candidate: str, schema: CqlSchema = OPEN) -> Evidence:
    return prove(parse(reference), parse(candidate), schema)


COUNTS = [
    ("event('Buy').within(30 days).count() >= 1", "event('Buy').within(30 days).count() > 0"),
    ("event('Buy').count() >= 1", "NOT event('Buy').count() = 0"),
    ("event('Buy').count() >= 1", "NOT event('Buy').count() < 1"),
    ("event('Buy').count() = 0", "event('Buy').count() <= 0"),
    ("event('Buy').count() = 0", "event('Buy').count() < 1"),
    (
        "NOT (event('Buy').count() >= 1 AND event('See').count() >= 2)",
        "event('Buy').count() < 1 OR event('See').count() < 2",
    ),
    ("event('Buy').within(1 day).count() >= 1", "event('Buy').within(24 hours).count() >= 1"),
    (
        "event('Buy').within(7 days).where(property('p') > 1).count() = 2",
        "event('Buy').where(property('p') > 1).within(7 days).count() = 2",
    ),
    (
        "event('Buy').where(property('p') > 1).where(property('q') = 'a').count() >= 1",
        "event('Buy').where(property('q') = 'a' AND property('p') > 1).count() >= 1",
    ),
    ("trait('a').one_of('x')", "trait('a') = 'x'"),
    ("trait('a').one_of('x', 'y')", "trait('a') = 'x' OR trait('a') = 'y'"),
    ("trait('a').contains('x', 'y')", "trait('a').contains('x') OR trait('a').contains('y')"),
    ("trait('a').omits('x')", "NOT trait('a').contains('x')"),
    ("trait('a').absent()", "NOT trait('a').exists()"),
    ("trait('a') != 'x'", "NOT (trait('a') = 'x' OR trait('a').absent())"),
    ("ALL NOT event('Buy').count() >= 1", "NOT ANY event('Buy').count() >= 1"),
    (
        "event('Buy').between(7 days, 30 days).count() >= 1",
        "event('Buy').between(168 hours, 720 hours).count() > 0",
    ),
    (
        "event('Buy').within(90 days).count() = 0 AND event('Buy').count() >= 1",
        "NOT event('Buy').within(90 days).count() >= 1 AND NOT event('Buy').count() = 0",
    ),
    (
        "event('Buy').avg(property('p')) > 0 AND event('Buy').sum(property('p')) > 0",
        "event('Buy').avg(property('p')) > 0",
    ),
    (
        "event('Buy').unique(property('p')).count() >= 1",
        "event('Buy').where(property('p').exists()).count() >= 1",
    ),
    (
        "entity('o').where(entity('p').where(property('x') = 1).count() >= 1).count() >= 1",
        "entity('o').where(NOT entity('p').where(property('x') = 1).count() = 0).count() > 0",
    ),
    (
        "event('Buy').where(trait('a') = 'x' AND property('p') = 1).count() >= 1",
        "trait('a') = 'x' AND event('Buy').where(property('p') = 1).count() >= 1",
    ),
    (
        "event('Buy').where(property('p') >= trait('t')).count() >= 1",
        "event('Buy').where(property('p') > trait('t')).count() >= 1"
        " OR event('Buy').where(property('p') = trait('t')).count() >= 1",
    ),
    (
        "event('Buy').where(context('timestamp').within_last(7 days)).count() >= 1",
        "event('Buy').within(7 days).count() >= 1",
    ),
    ("trait('d').before_last(30 days)", "trait('d').before_last(720 hours)"),
]

DIFFERENT = [
    (
        "event('Buy').count() > 0",
        "event('Buy').count() > 0 AND event('Buy').count() < 2",
        CONTAINS,
    ),
    (
        "event('Buy').within(30 days).count() >= 1",
        "event('Buy').within(7 days).count() >= 1",
        CONTAINS,
    ),
    (
        "event('Buy').within(7 days).count() >= 2 OR event('Buy').between(7 days, 30 days)"
        ".count() >= 2",
        "event('Buy').within(30 days).count() >= 2",
        CONTAINED,
    ),
    ("event('Buy').count() >= 1000", "event('Buy').count() >= 1001", CONTAINS),
    ("trait('a') != 'x'", "NOT trait('a') = 'x'", CONTAINED),
    ("NOT event('Buy').count() = 1", "event('Buy').count() = 0", CONTAINS),
    (
        "NOT (event('Buy').count() >= 1 AND event('See').count() >= 1)",
        "NOT event('Buy').count() >= 1 AND NOT event('See').count() >= 1",
        CONTAINS,
    ),
    (
        "event('Buy').where(property('p') > 50).sum(property('p')) > 50",
        "event('Buy').sum(property('p')) > 50",
        OVERLAPS,
    ),
    (
        "event('Buy').where(property('p') = 1 AND property('q') = 2).count() >= 1",
        "event('Buy').where(property('p') = 1).count() >= 1"
        " AND event('Buy').where(property('q') = 2).count() >= 1",
        CONTAINED,
    ),
    (
        "ANY (trait('a') = 'x' AND event('Buy').count() >= 1)",
        "ANY trait('a') = 'x' AND ANY event('Buy').count() >= 1",
        CONTAINED,
    ),
    (
        "entity('o').where(entity('p').count() >= 1).count() >= 1",
        "entity('o').count() >= 1 AND entity('p').count() >= 1",
        OVERLAPS,
    ),
    (
        "event('Buy').between(30 days, 90 days).count() >= 1",
        "event('Buy').within(90 days).count() >= 1",
        CONTAINED,
    ),
    ("trait('seg') = 'true'", "trait('seg').exists()", CONTAINED),
    (
        "NOT event('Buy').max(property('p')) > 50",
        "event('Buy').max(property('p')) <= 50",
        CONTAINS,
    ),
    ("event('Buy').count() >= 2", "event('Buy').count() <= 1", DISJOINT),
    ("event('Buy').count() >= 1", "event('See').count() >= 1", OVERLAPS),
    ("trait('a').contains('x')", "trait('a').starts_with('x')", CONTAINS),
    ("trait('d').before_date(2025-01-01)", "trait('d').before_last(30 days)", OVERLAPS),
    (
        "event('Buy').first(property('p')) = 'a'",
        "event('Buy').last(property('p')) = 'a'",
        OVERLAPS,
    ),
    (
        "event('Buy').last(property('p')) = 'a'",
        "event('Buy').where(property('p') = 'a').count() >= 1",
        CONTAINED,
    ),
    (
        "event('Buy').unique(property('p')).count() >= 2",
        "event('Buy').count() >= 2",
        CONTAINED,
    ),
    ("ANY event('Buy').count() >= 1", "ALL event('Buy').count() >= 1", OVERLAPS),
]

FUNNELS = [
    (
        "event('Buy').within(parent: 7 days).count() >= 1",
        "event('Buy').within(parent: 30 days).count() >= 1",
        CONTAINED,
    ),
    (
        "NOT event('Buy').within(parent: 7 days).count() = 1",
        "event('Buy').within(parent: 7 days).count() = 0",
        CONTAINS,
    ),
    (
        "NOT event('Buy').within(parent: 7 days).count() >= 1",
        "event('Buy').within(parent: 168 hours).count() < 1",
        EQUIVALENT,
    ),
    (
        "event('Buy').within(parent: 7 days).where(property('id') = property(parent: 'id'))"
        ".count() >= 1",
        "event('Buy').within(parent: 7 days).count() >= 1",
        CONTAINED,
    ),
]


@pytest.mark.parametrize(("reference", "candidate"), COUNTS)
def test_equal_audiences_are_proved_equal(reference: str, candidate: str) -> None:
    evidence = proved(reference, candidate)
    assert evidence.relation is Relation.EQUIVALENT
    assert evidence.method is Method.PROOF
    assert evidence.witnesses == ()


@pytest.mark.parametrize(("reference", "candidate", "expected"), DIFFERENT)
def test_different_audiences_have_the_relation_found_by_hand(
    reference: str, candidate: str, expected: str
) -> None:
    assert relation(reference, candidate) == expected


@pytest.mark.parametrize(("reference", "candidate", "expected"), FUNNELS)
def test_funnels(reference: str, candidate: str, expected: str) -> None:
    assert relation(FUNNEL.format(reference), FUNNEL.format(candidate)) == expected


@pytest.mark.parametrize(("reference", "candidate", "expected"), DIFFERENT)
def test_the_relation_turns_round_with_the_pair(
    reference: str, candidate: str, expected: str
) -> None:
    turned = {CONTAINS: CONTAINED, CONTAINED: CONTAINS}.get(expected, expected)
    assert relation(candidate, reference) == turned


@pytest.mark.parametrize(("reference", "candidate", "expected"), DIFFERENT)
def test_each_side_that_differs_has_a_witness(
    reference: str, candidate: str, expected: str
) -> None:
    sides = {(w.reference, w.candidate) for w in proved(reference, candidate).witnesses}
    wanted = {
        CONTAINS: {(True, False)},
        CONTAINED: {(False, True)},
    }.get(expected, {(True, False), (False, True)})
    assert sides == wanted


def test_a_funnel_entails_the_events_that_it_is_made_of() -> None:
    funnel = FUNNEL.format("event('Buy').within(parent: 7 days).count() >= 1")
    assert relation(funnel, f"{funnel} AND event('Buy').count() >= 1") == EQUIVALENT
    both = "event('Cart').count() >= 1 AND event('Buy').count() >= 1"
    assert relation(funnel, both) == CONTAINED


def test_order_matters_in_a_funnel() -> None:
    one = "event('A').where(event('B').within(parent: 7 days).count() >= 1).count() >= 1"
    other = "event('B').where(event('A').within(parent: 7 days).count() >= 1).count() >= 1"
    assert relation(one, other) == OVERLAPS


# --- facts of the schema ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (
            "event('Buy').where(property('quantity') > 1).count() >= 1",
            "event('Buy').where(property('quantity') >= 2).count() >= 1",
        ),
        ("trait('plan') != 'free'", "trait('plan') = 'pro'"),
        # without the schema the text 'a' is more than 50 by text, and no number for `max`
        (
            "event('Buy').max(property('amount')) > 50",
            "event('Buy').where(property('amount') > 50).count() > 0",
        ),
        ("NOT trait('plan') = 'free'", "trait('plan') != 'free'"),
        (
            "event('Buy').where(property('amount') >= 0).count() >= 3",
            "event('Buy').count() >= 3",
        ),
        (
            "event('Buy').within(7 days).sum(property('amount')) > 100",
            "event('Buy').within(7 days).sum(property('amount')) > 100"
            " AND event('Buy').within(30 days).sum(property('amount')) > 100",
        ),
    ],
)
def test_facts_of_the_schema_prove_what_is_not_true_without_them(
    reference: str, candidate: str
) -> None:
    with_facts = proved(reference, candidate, MONEY)
    assert with_facts.relation is Relation.EQUIVALENT
    assert any(line.startswith("schema: ") for line in with_facts.assumptions)
    assert relation(reference, candidate) != EQUIVALENT


def test_witnesses_have_what_the_schema_requires() -> None:
    evidence = proved("event('Buy').count() >= 1", "event('Buy').count() >= 2", MONEY)
    (witness,) = evidence.witnesses
    text = json.dumps(witness.input)
    assert '"plan"' in text
    assert text.count('"amount"') == text.count('"Buy"') > 0


# --- readings --------------------------------------------------------------------------------

READINGS = [
    (
        Readings(sum_of_nothing=SumOfNothing.ZERO),
        "event('Buy').sum(property('p')) < 5",
        "event('Buy').sum(property('p')) < 5 OR event('Buy').count() = 0",
        CONTAINED,
        EQUIVALENT,
    ),
    (
        Readings(none_of_missing=NoneOfMissing.TRUE),
        "trait('a').none_of('x')",
        "NOT trait('a') = 'x'",
        CONTAINED,
        EQUIVALENT,
    ),
    (
        Readings(window_edges=WindowEdges.OPEN),
        "event('Buy').within(7 days).count() = 0 AND event('Buy').between(7 days, 9 days)"
        ".count() = 0",
        "event('Buy').within(9 days).count() = 0",
        EQUIVALENT,
        CONTAINS,
    ),
    (
        Readings(parent_ties=ParentTies.INCLUDED),
        "event('A').where(event('A').within(parent: 1 day).count() >= 1).count() >= 1",
        "event('A').count() >= 1",
        CONTAINED,
        EQUIVALENT,
    ),
    (
        Readings(number_like_text=NumberLikeText.TEXT),
        "trait('a') = '5'",
        "trait('a') = '5.0'",
        EQUIVALENT,
        DISJOINT,
    ),
]


@pytest.mark.parametrize(("readings", "reference", "candidate", "usual", "other"), READINGS)
def test_each_reading_turns_a_verdict(
    readings: Readings, reference: str, candidate: str, usual: str, other: str
) -> None:
    assert relation(reference, candidate) == usual
    assert relation(reference, candidate, replace(OPEN, readings=readings)) == other


# --- empty and full, reasons, limits -----------------------------------------------------------


def test_an_audience_that_nobody_can_be_in_is_said() -> None:
    evidence = proved(
        "event('Buy').count() > 3 AND event('Buy').count() < 3", "event('Buy').count() > 3"
    )
    assert evidence.relation is Relation.CONTAINED
    cause = "it asks for event('Buy').count() > 3 and < 3 at once"
    assert evidence.empty == {Side.REFERENCE: cause}


TWICE = "event('Buy').within(7 days).count() >= 2"
ONCE = "event('Buy').count() = 1"


@pytest.mark.parametrize(
    ("empty", "cause"),
    [
        # as it is written, not as its normal form says it
        (
            "NOT event('Buy').count() <= 3 AND trait('a') = 'x' AND event('Buy').count() < 3",
            "it asks for NOT event('Buy').count() <= 3 and event('Buy').count() < 3,"
            " which are never true together",
        ),
        (
            f"trait('a') = 'x' AND ({TWICE} AND trait('b').exists()) AND {ONCE}",
            f"it asks for {TWICE} and {ONCE}, which are never true together",
        ),
        (
            "trait('a') >= 3 AND trait('b') = 1 AND trait('a') != 3 AND trait('a').one_of(1, 3)",
            "it asks for trait('a') >= 3, trait('a') != 3 and trait('a').one_of(1, 3),"
            " which are never true together",
        ),
        (  # it takes all four
            "trait('a') >= 3 AND trait('a') != 3 AND trait('a') < 4 AND trait('a').one_of(1, 3, 4)",
            "",
        ),
        (
            "event('Buy').where(property('p') > 5 AND property('p') < 3).count() >= 1"
            " AND trait('a') = 'x'",
            "it asks for event('Buy').where(property('p') > 5 AND property('p') < 3).count() >= 1,"
            " which is never true",
        ),
        ("ANY trait('a') = 1 AND ALL trait('a') = 2", "it asks for ANY trait('a') = 1 and"),
        ("event('Buy').count() < 0", ""),
        (f"({TWICE} OR {TWICE}) AND {ONCE} OR event('See').count() < 0", ""),
        (" AND ".join([TWICE, ONCE, *(f"trait('t{i}') = 1" for i in range(20))]), ""),
    ],
)
def test_what_empties_an_audience_is_named_where_it_is_little(empty: str, cause: str) -> None:
    other = "event('See').count() >= 1"
    for _ in range(2):  # the second time from what is known
        for side, pair in zip(SIDES, ((empty, other), (other, empty)), strict=True):
            found = proved(*pair).empty
            assert set(found) == {side}
            assert found[side].startswith(cause) if cause else not found[side]


def test_each_spelling_of_an_empty_audience_is_told_in_its_own_words() -> None:
    """Both have the same normal form, and so the same evidence."""
    other = "event('See').count() >= 1"
    one = proved("trait('a') = 1 AND trait('a') = 2", other).empty
    two = proved("trait('a') = 2 AND trait('a') = 1", other).empty
    assert one == {Side.REFERENCE: "it asks for trait('a') = 1 and = 2 at once"}
    assert two == {Side.REFERENCE: "it asks for trait('a') = 2 and = 1 at once"}


def test_conditions_that_each_somebody_meets_empty_nothing() -> None:
    assert not proved("event('Buy').count() > 3 AND trait('a') = 1", "trait('a') = 1").empty


def test_nobody_behaves_like_an_empty_audience() -> None:
    """At the first moment that is looked at nobody is in the other either."""
    evidence = proved(
        "event('A').where(property('due').after_date('2027-01-01') AND event('B')"
        ".where(property(parent: 'due').within_next(30 days)).count() >= 1).count() >= 1",
        "event('A').count() < 0",
    )
    assert (evidence.relation, evidence.behaviour) == (Relation.CONTAINS, 0.0)


def test_a_difference_of_unknown_kind_says_what_is_open() -> None:
    evidence = proved(
        "event('A').where(context('timestamp').after_date('2025-12-30')"
        " AND context('timestamp').before_date('2026-01-01') AND event('B')"
        ".between(parent: 30 days, 60 days).within(10 days).count() >= 1).count() >= 1",
        "event('A').count() >= 1 AND event('A').count() = 0",
    )
    assert evidence.relation is Relation.DIFFERENT
    assert evidence.reason.startswith("the kind of the difference is open: dates, and windows")


def test_two_empty_audiences_are_equal() -> None:
    evidence = proved("trait('a') = 1 AND trait('a') = 2", "event('Buy').count() < 0")
    assert evidence.relation is Relation.EQUIVALENT
    assert set(evidence.empty) == set(SIDES)


def test_an_audience_that_everybody_is_in_is_said() -> None:
    evidence = proved("event('Buy').count() >= 0", "event('Buy').count() >= 1")
    assert evidence.relation is Relation.CONTAINS
    assert set(evidence.full) == {Side.REFERENCE}


@pytest.mark.parametrize(
    ("reference", "candidate", "named"),
    [
        (
            "event('A').expires_after(2 days).count() >= 1",
            "event('A').expires_after(3 days).count() >= 1",
            "does not look into `expires_after`",
        ),
        (
            "ANY event('A').count().ends_with('1')",
            "ANY event('A').count() = 1",
            "does not look into a number compared as text",
        ),
    ],
)
def test_what_a_proof_does_not_look_into_is_named(
    reference: str, candidate: str, named: str
) -> None:
    evidence = proved(reference, candidate)
    assert evidence.relation is Relation.UNDECIDED
    assert evidence.reason.endswith(named)


def test_no_steps_is_undecided_with_a_reason() -> None:
    evidence = prove(
        parse("event('Buy').sum(property('p')) > 5"),
        parse("event('Buy').sum(property('p')) > 6 OR event('See').count() > 3"),
        CqlSchema(open_world=True),
        steps=0,
    )
    assert evidence.relation in {Relation.UNDECIDED, Relation.DIFFERENT, Relation.OVERLAPS}
    if evidence.relation is Relation.UNDECIDED:
        assert "steps" in evidence.reason


def test_what_is_not_looked_into_is_equal_to_itself_only() -> None:
    session = "event('Buy').where(property('p.$.a') = property('q.$.b')).count() >= 1"
    assert relation(session, f"NOT (NOT {session})") == EQUIVALENT
    assert relation(session, f"{session} AND event('Buy').count() >= 0") == EQUIVALENT


def test_a_known_pair_is_answered_from_the_cache() -> None:
    first = proved("event('Buy').count() >= 5", "event('Buy').count() >= 6")
    assert proved("event('Buy').count() >= 5", "event('Buy').count() >= 6") is first


def test_timings_tell_the_share_of_the_solver() -> None:
    timings = proved(
        "event('Buy').where(property('p') >= 0).sum(property('p')) > 77",
        "event('Buy').where(property('p') >= 0).within(7 days).sum(property('p')) > 77",
    ).timings_ms
    assert 0 < timings["proof_solver"] < timings["proof"]


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        (
            "event('Buy').within(7 days).sum(property('p'))",
            "event('Buy').within(168 hours).sum(property('p'))",
            Relation.EQUIVALENT,
        ),
        ("event('Buy').count()", "event('Buy').within(7 days).count()", Relation.DIFFERENT),
        ("trait('a')", "trait('b')", Relation.DIFFERENT),
    ],
)
def test_computed_traits(reference: str, candidate: str, expected: Relation) -> None:
    assert proved(reference, candidate).relation is expected


def test_now_is_split_where_dates_and_windows_meet() -> None:
    fixed = "event('Buy').where(context('timestamp').after_date(2026-01-01)).count() >= 1"
    window = "event('Buy').within(30 days).count() >= 1"
    assert relation(fixed, window) == OVERLAPS
    in_june = replace(OPEN, now=1_780_315_200_000)
    assert relation(fixed, window, in_june) == CONTAINS


def test_what_opposes_itself_over_sums_is_found() -> None:
    # the mean lies between the least and the greatest value
    assert (
        relation(
            "event('Buy').avg(property('p')) > 10 AND event('Buy').max(property('p')) <= 10",
            "event('Buy').count() < 0",
        )
        == EQUIVALENT
    )
    assert (
        relation(
            "event('Buy').sum(property('amount')) >= 10",
            "event('Buy').max(property('amount')) >= 10",
            MONEY,
        )
        == CONTAINS
    )


def test_the_first_of_a_row_s_values_is_read_as_a_reduction_is() -> None:
    """A row's own value is compared in its own type, the first of them is not."""
    evidence = proved(
        "entity('rows').where(property('x').one_of('a', 'ab', '1')).first(property('x')) != 1",
        "NOT (trait('y').one_of('b', 0, 1.5) OR trait('x').absent())",
    )
    assert evidence.relation.value in {OVERLAPS, "different"}
    assert evidence.witnesses


@pytest.mark.parametrize(
    ("operator", "edge"),
    [("before_date", "0001-01-01T00:00:00Z"), ("after_date", "9999-12-31T23:59:59Z")],
)
def test_two_dates_at_the_calendar_s_end_are_put_in_order(operator: str, edge: str) -> None:
    pair = f"trait('x').{operator}(trait('y'))", f"NOT trait('y').ends_with({edge})"
    assert relation(*pair) in {OVERLAPS, "different"}
