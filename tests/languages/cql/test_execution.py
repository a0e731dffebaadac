"""The execution arm: finds what differs, agrees on what is the same."""

from __future__ import annotations

import random
from importlib.resources import files
from pathlib import Path

import pytest

from cql_oracle import evaluate
from cql_random import audience, chain
from cql_sampler import sample
from jurist.languages.cql.counterexamples.execution import execute
from jurist.languages.cql.counterexamples.population import population
from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.schemas.schema_file import load_schema, read_schema
from jurist.languages.cql.semantics.subjects import subject_from_json
from jurist.languages.cql.syntax import And, Not, Or
from jurist.languages.cql.text.limits import MAX_NESTING
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.documents import read_document
from jurist.records import Evidence, Method, Relation, Side

OPEN = CqlSchema(open_world=True)


def run(reference: str, candidate: str, schema: CqlSchema = OPEN) -> Evidence:
    return execute(parse(reference), parse(candidate), schema)


DIFFERENT = [
    ("event('A').count() >= 1", "event('A').count() > 0 AND event('A').count() < 2"),
    ("event('A').within(30 days).count() >= 2", "event('A').within(31 days).count() >= 2"),
    ("event('A').within(720 hours).count() >= 2", "event('A').within(719 hours).count() >= 2"),
    ("event('A').between(7 days, 10 days).count() = 0",
     "event('A').between(7 days, 11 days).count() = 0"),
    ("event('A').where(property('p') > 100).count() >= 2",
     "event('A').where(property('p') >= 100).count() >= 2"),
    ("trait('x') != 'a'", "NOT trait('x') = 'a'"),
    ("trait('seg') = 'true'", "trait('seg').exists()"),
    ("trait('x').contains('ab')", "trait('x').starts_with('ab')"),
    ("trait('x').one_of('a', 'b')", "trait('x').one_of('a', 'B')"),
    ("trait('x') = 5", "trait('x') = '5.00' AND trait('x').ends_with('5')"),
    ("NOT (event('A').count() >= 1 AND trait('x') > 2)",
     "NOT event('A').count() >= 1 AND NOT trait('x') > 2"),
    ("NOT event('A').count() = 1", "event('A').count() = 0"),
    (
        "event('A').where(NOT event('B').within(parent: 7 days).count() = 1).count() >= 1",
        "event('A').where(event('B').within(parent: 7 days).count() = 0).count() >= 1",
    ),
    (
        "event('A')"
        ".where(event('B').within(parent: 7 days).count() >= 1).within(30 days).count() >= 1",
        "event('A')"
        ".where(event('B').within(parent: 8 days).count() >= 1).within(30 days).count() >= 1",
    ),
    (
        "event('A')"
        ".where(event('B').within(parent: 7 days).count() >= 1).within(30 days).count() >= 1",
        "event('A').within(30 days).count() >= 1 AND event('B').within(30 days).count() >= 1",
    ),
    (
        "event('A').where(event('B').where(property('p') = property(parent: 'p'))"
        ".within(parent: 1 day).count() >= 1).count() >= 1",
        "event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 1",
    ),
    (
        "event('A').where(property('p') = 'x' AND property('q') = 'y').count() >= 1",
        "event('A').where(property('p') = 'x').count() >= 1 AND event('A')"
        ".where(property('q') = 'y').count() >= 1",
    ),
    ("event('A').where(property('p') > 50).sum(property('p')) > 90",
     "event('A').sum(property('p')) > 90"),
    (
        "event('A').where(property('p') = 50).sum(property('p')) >= 250",
        "event('A').where(property('p') = 51).sum(property('p')) >= 250",
    ),
    (
        "event('A').where(property('p') > 50).unique(property('p')).count() = 5",
        "event('A').where(property('p') > 51).unique(property('p')).count() = 5",
    ),
    ("event('A').avg(property('p')) > 100", "event('A').avg(property('p')) >= 100"),
    ("event('A').max(property('p')) > 100", "event('A').min(property('p')) > 100"),
    ("event('A').first(property('p')) = 'x'", "event('A').last(property('p')) = 'x'"),
    ("event('A').mode(property('p'), 2) = 'x'", "event('A').mode(property('p'), 3) = 'x'"),
    ("event('A').unique(property('p')).count() >= 2", "event('A').count() >= 2"),
    ("event('A').where(property('t.$') = 'x').count() >= 2",
     "event('A').where(property('t.$') = 'x').count() >= 1"),
    ("event('A').sources({exclude: 'web'}).count() >= 1", "event('A').count() >= 1"),
    ("event('A').where(property('p') >= trait('t')).count() >= 1",
     "event('A').where(property('p') > trait('t')).count() >= 1"),
    ("ANY (event('A').count() >= 1 AND trait('r') = 'x')",
     "ANY event('A').count() >= 1 AND ANY trait('r') = 'x'"),
    ("ALL trait('r') = 'x'", "ALL trait('r') = 'x' AND ANY trait('r') = 'x'"),
    ("ALL NOT event('A').count() >= 1", "NOT ALL event('A').count() >= 1"),
    (
        "entity('o').where(entity('p').where(property('c') = 'x').count() >= 1).count() >= 1",
        "entity('o').count() >= 1 AND entity('p').count() >= 1",
    ),
    ("entity('o').where(property('c') = '5').count() >= 1",
     "entity('o').where(property('c') = 5).count() >= 1"),
    ("trait('d').within_last(7 days)", "trait('d').within_last(8 days)"),
    ("trait('d').before_last(7 days)", "NOT trait('d').within_last(7 days)"),
    (
        "event('A').where(context('timestamp').before_date('2024-01-01')).count() >= 1",
        "event('A').where(context('timestamp').before_date('2024-01-02')).count() >= 1",
    ),
    ("event('A').count() >= 1000", "event('A').count() >= 1001"),
    ("trait('a') = '1' AND trait('b') = '2' AND trait('c') = '3'",
     "trait('a') = '1' AND trait('b') = '2'"),
]  # fmt: skip

SAME = [
    ("event('A').count() >= 1", "NOT event('A').count() = 0"),
    ("event('A').within(1 day).count() > 0", "event('A').within(24 hours).count() >= 1"),
    ("trait('x').one_of('a', 'b')", "trait('x') = 'b' OR trait('x') = 'a'"),
    ("trait('x').omits('a')", "NOT trait('x').contains('a')"),
    ("ALL NOT trait('x') = 'a'", "NOT ANY trait('x') = 'a'"),
    ("event('A').where(property('p') > 1).where(property('p') < 5).count() >= 1",
     "event('A').where(property('p') > 1 AND property('p') < 5).count() >= 1"),
    ("event('A').within(7 days).within(30 days).count() = 0",
     "event('A').within(7 days).count() < 1"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "candidate"), DIFFERENT)
def test_differences_are_found_and_replay_in_the_oracle(reference: str, candidate: str) -> None:
    evidence = run(reference, candidate)
    assert evidence.relation in {Relation.DIFFERENT, Relation.OVERLAPS}
    assert evidence.method is Method.EXECUTION
    assert evidence.witnesses
    for witness in evidence.witnesses:
        subject, now = subject_from_json(witness.input)
        one = evaluate(parse(reference), subject, now, OPEN.readings)
        other = evaluate(parse(candidate), subject, now, OPEN.readings)
        assert (one, other) == (witness.reference, witness.candidate)
        assert one != other


@pytest.mark.parametrize(("reference", "candidate"), SAME)
def test_nothing_is_found_where_nothing_is(reference: str, candidate: str) -> None:
    evidence = run(reference, candidate)
    assert evidence.relation is Relation.UNDECIDED
    assert not evidence.witnesses
    overlap = evidence.overlap
    assert overlap is not None
    assert overlap.both > 5
    assert overlap.neither > 5
    assert overlap.reference_only == overlap.candidate_only == 0
    assert str(overlap.both + overlap.neither) in evidence.reason


def test_three_witnesses_make_an_overlap() -> None:
    evidence = run("trait('x') = 'a'", "trait('y') = 'b'")
    assert evidence.relation is Relation.OVERLAPS
    assert [(w.reference, w.candidate) for w in evidence.witnesses] == [
        (True, False),
        (False, True),
    ]
    assert evidence.overlap is not None
    assert evidence.overlap.both > 0
    assert evidence.assumptions == OPEN.assumptions


def test_what_no_subject_showed_leaves_the_kind_of_a_difference_open() -> None:
    evidence = run("trait('x') = 'a'", "trait('x') = 'a' AND trait('y') = 'b'")
    assert evidence.relation is Relation.DIFFERENT
    assert evidence.reason.startswith("the kind of the difference is open: none of ")
    assert evidence.reason.endswith(" is in the candidate only, which proves nothing")
    assert run("event('A').sum(property('p'))", "event('A').max(property('p'))").reason == ""


def test_an_empty_audience_is_noted() -> None:
    empty = "event('A').count() >= 1 AND event('A').count() = 0"
    evidence = run("event('A').count() >= 1", empty)
    assert evidence.unseen == (Side.CANDIDATE,)
    evidence = run(empty, f"{empty} AND trait('x') = 'a'")
    assert evidence.unseen == (Side.REFERENCE, Side.CANDIDATE)


def test_the_schema_s_facts_hide_differences() -> None:
    schema = CqlSchema(events={"A": EventSpec({"n": Field(Kind.INTEGER, required=True)})})
    pair = (
        "event('A').where(property('n') > 1).count() >= 1",
        "event('A').where(property('n') >= 2).count() >= 1",
    )
    assert run(*pair).relation is not Relation.UNDECIDED
    assert run(*pair, schema).relation is Relation.UNDECIDED


def test_a_maximum_of_numbers_is_that_some_number_is_above() -> None:
    pair = "event('A').max(property('n')) > 5", "event('A').where(property('n') > 5).count() >= 1"
    schema = CqlSchema(events={"A": EventSpec({"n": Field(Kind.NUMBER)})})
    assert run(*pair, schema).relation is Relation.UNDECIDED
    text = run(*pair)
    assert text.relation is Relation.DIFFERENT
    assert "(n '" in text.witnesses[0].story


def test_many_distinct_texts_are_made_up() -> None:
    schema = CqlSchema(events={"A": EventSpec({"p": Field(Kind.STRING)})})
    pair = "event('A').unique(property('p')).count() {} 10"
    evidence = run(pair.format(">="), pair.format(">"), schema)
    assert evidence.relation is Relation.DIFFERENT
    assert evidence.witnesses[0].reference is True


def test_computed_traits_differ_by_value() -> None:
    evidence = run("event('A').sum(property('p'))", "event('A').max(property('p'))")
    assert evidence.relation is Relation.DIFFERENT
    (witness,) = evidence.witnesses
    given = f"the reference gives {witness.reference}, the candidate gives {witness.candidate}"
    assert witness.story.endswith(f": {given}")
    assert (evidence.notes, evidence.unseen) == ((), ())
    same = run("event('A').count()", "event('A').within(9000 days).count()")
    assert same.relation is Relation.DIFFERENT
    same = run("event('A').avg(property('p'))", "event('A').avg(property('p'))")
    assert same.relation is Relation.UNDECIDED


def test_an_audience_is_no_computed_trait() -> None:
    evidence = run("event('A').count() >= 1", "event('A').count()")
    assert evidence.relation is Relation.DIFFERENT
    assert evidence.overlap is not None
    assert evidence.overlap.both == 0
    assert evidence.overlap.reference_only > 0


@pytest.mark.parametrize("seed", range(4))
def test_rewrites_agree_and_witnesses_replay(seed: int) -> None:
    """Equal by construction: nothing found. Any two: what is found, the oracle sees too."""
    rng = random.Random(seed)
    for _ in range(6):
        one, other = audience(rng), chain(rng)
        both = And((one, other))
        assert execute(both, Not(Or((Not(other), Not(one)))), OPEN).relation is Relation.UNDECIDED
        for witness in execute(both, one, OPEN).witnesses:
            subject, now = subject_from_json(witness.input)
            assert evaluate(both, subject, now, OPEN.readings) is False
            assert evaluate(one, subject, now, OPEN.readings) is True


def test_hostile_queries_are_run_in_bounded_work() -> None:
    deep = "event('A').count() >= 2"
    for _ in range((MAX_NESTING - 4) // 2):
        deep = f"event('A').where(NOT {deep}).count() >= 2"
    assert run(deep, f"NOT {deep}").relation is not Relation.UNDECIDED
    wide = " AND ".join(f"trait('t{i}') = 'x'" for i in range(2_000))
    assert run(wide, f"{wide} AND trait('u') = 'x'").overlap is not None
    counts = " OR ".join(f"event('A').count() = {i}" for i in range(1_000))
    assert run(counts, f"{counts} OR trait('u') = 'x'").overlap is not None
    listed = ", ".join(f"'{i}'" for i in range(5_000))
    assert run(f"trait('t').one_of({listed})", f"trait('t').one_of({listed}, 'a')").overlap


def test_the_longest_windows_stay_in_the_calendar() -> None:
    for text in (
        "event('A').within(1000000 days).count() >= 1",
        "trait('t').within_next(1000000 days)",
        "event('A').where(event('B').within(parent: 1000000 days).count() >= 1).count() >= 1",
        "event('A').where(context('timestamp').after_date('9999-12-31')).count() >= 1",
        "event('A').where(context('timestamp').before_date('0001-01-01')).count() >= 1",
    ):
        for witness in run(text, f"{text} AND trait('x') = 'a'").witnesses:
            subject_from_json(witness.input)


@pytest.mark.parametrize("workspace", ["shop", "b2b", "streaming"])
def test_sampled_queries_are_read_as_the_oracle_reads_them(workspace: str) -> None:
    """On the very subjects that are seeded with their constants."""
    path = Path(str(files("jurist"))) / "data" / workspace / "schema.yaml"
    schema, document = read_schema(path), read_document(path)
    assert isinstance(schema, CqlSchema)
    rng = random.Random(11)
    members = 0
    for _ in range(25):
        query = sample(schema, rng)
        people = population(query, query, schema)
        is_in, _ = evaluators(query, query, schema)
        for subject in people.subjects[::6]:
            expected = evaluate(query, subject, people.now, schema.readings, document)
            assert is_in(subject, people.now) == expected, (format_query(query), subject)
            members += expected is True
    assert members > 50


def test_objects_of_an_account_s_users_are_put_together() -> None:
    """Values that no table can hold as keys: what lies in a trait may be an object."""
    day = {"type": "string", "format": "date"}
    lat = {"type": "object", "properties": {"n": day}}
    document = {
        "name": "Objects",
        "language": "cql",
        "audience_type": "ACCOUNTS",
        "traits": {"properties": {"lat": lat}, "required": ["lat"]},
        "events": {"E": {"properties": {"n": {"type": "integer"}}, "required": ["n"]}},
    }
    schema = load_schema(document, where="here")
    evidence = run("event('E').min(property('n'))", "event('E').mode(trait('lat'), 2)", schema)
    assert evidence.relation is Relation.DIFFERENT
