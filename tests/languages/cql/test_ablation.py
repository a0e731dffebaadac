"""Each fast path left out: no relation contradicts another, only limits leave more open."""

from __future__ import annotations

import random
from functools import cache

import pytest

import closed_pairs
from ablation import (
    EVERYTHING,
    Pair,
    conflict,
    drawn,
    is_decided,
    listed,
    names_a_limit,
    shipped,
)
from closed_judging import faults
from jurist.evidence import decide as decide_by_all_arms
from jurist.languages import get_language
from jurist.languages.cql.prover import decide
from jurist.languages.cql.prover.context import FastPath, without
from jurist.languages.cql.text.parser import parse
from jurist.records import Evidence
from prover_pairs import OPEN

SHARES = 3
"""Of the many pairs, each path is left out of one in so many; all paths are of every one."""


def counts(reducer: str, least: int, *, events: str = "A", changed: int = 0) -> str:
    """Several conditions of one kind, the last one of them changed."""
    asked = [f"event('{e}').where(property('p{e}') = 'x').{reducer}" for e in events]
    bounds = [least] * (len(events) - 1) + [least + changed]
    return " AND ".join(f"{a} >= {b}" for a, b in zip(asked, bounds, strict=True))


def some_of(kinds: str) -> str:
    return " AND ".join(f"event('A').where(property('p') = '{k}').count() >= 1" for k in kinds)


def where_any(kinds: str) -> str:
    joined = " OR ".join(f"property('p') = '{k}'" for k in kinds)
    return f"event('A').where({joined}).count() >= 1"


SUM = "event('A').where(property('q') = 'x').sum(property('p'))"
WIDE = " AND ".join(f"trait('t{i}').one_of('a', 'b')" for i in range(16))
FUNNEL = "event('A').where(event('B').within(parent: {}).count() >= 1).count() >= {}"

TAKEN: dict[FastPath, list[tuple[str, str, str]]] = {
    FastPath.NORMAL_FORM: [
        (
            "event('A').where(property('p') > 1).where(property('q') = 'a').count() >= 1",
            "event('A').where(property('q') = 'a' AND property('p') > 1).count() > 0",
            "equivalent",
        )
    ],
    FastPath.KNOWN_VERDICTS: [("event('A').count() >= 1", "event('A').count() = 1", "contains")],
    FastPath.SHARED_TABLES: [("event('A').count() >= 1", "event('A').count() >= 3", "contains")],
    FastPath.KNOWN_FORMULAS: [(f"{SUM} >= 1 OR trait('t') = 1", f"{SUM} >= 1", "contains")],
    FastPath.KNOWN_GROUPS: [
        (FUNNEL.format("7 days", 2), FUNNEL.format("8 days", 2), "contained"),
    ],
    FastPath.UNASKED_PARTS: [("trait('t') >= 1", "trait('t') >= 2", "contains")],
    FastPath.ONE_MOMENT: [
        ("event('A').within(7 days).count() >= 1", "event('A').count() >= 1", "contained")
    ],
    FastPath.QUICK_LOOK: [
        ("trait('a') < trait('b')", "trait('a') <= trait('b')", "contained"),
        (FUNNEL.format("7 days", 1), FUNNEL.format("7 days", 2), "contains"),
    ],
    FastPath.PLAIN_TEXTS: [
        ("trait('t') < 'b'", "trait('t') < 'a' OR trait('t') = 'a'", "contains"),
        ("trait('t').one_of('a', 'b')", "trait('t') = 'a' OR trait('t') = 'b'", "equivalent"),
    ],
    FastPath.CONSTRUCTED_TEXTS: [
        (
            "trait('t').starts_with('ab')",
            "trait('t').starts_with('a') AND trait('t').contains('b')",
            "contained",
        )
    ],
    FastPath.EXISTENCE: [
        (some_of("abcdefg"), some_of("abcdef"), "contained"),
        (f"{some_of('abcdef')} AND NOT {where_any('abc')}", where_any("abcdef"), "contained"),
    ],
    FastPath.LISTED_GROUPS: [
        ("event('A').count() >= 3", "event('A').count() = 3", "contains"),
        (counts("count()", 2, events="AAA"), counts("count()", 2, events="AB"), "contains"),
        (
            "event('A').where(property('p') = 1).count() >= 2",
            "event('A').where(property('p') = 1 OR property('p') = '1').count() >= 2",
            "equivalent",
        ),
    ],
    FastPath.SMALL_GROUPS: [
        (f"NOT {SUM} >= 1", f"NOT {SUM} >= 2", "contained"),
        (f"{SUM} >= 5", f"{SUM} > 5", "contains"),
        ("event('A').avg(property('p')) > 1", "event('A').max(property('p')) > 1", "contained"),
        (
            "event('A').unique(property('p')).count() >= 3",
            "event('A').count() >= 3",
            "contained",
        ),
        (
            "event('A').last(property('p')) = 'x'",
            "event('A').where(property('p') = 'x').count() >= 1",
            "contained",
        ),
    ],
    FastPath.LISTED_POINTS: [
        ("trait('t') = 1 OR trait('u') = 1", "trait('t') = 1", "contains"),
        ("trait('t') >= 1 AND trait('t') >= 5", "trait('t') >= 5", "equivalent"),
        (f"ANY {SUM} >= 5", f"ANY {SUM} > 5", "contains"),
        (
            "event('A').where(event('B').sum(property('p')) >= 5).count() >= 1",
            "event('A').where(event('B').sum(property('p')) >= 4).count() >= 1",
            "contained",
        ),
        (
            "ANY (event('B').avg(property('p')) > 1 AND NOT event('B').max(property('p')) > 1)",
            "ANY event('B').count() < 0",
            "equivalent",
        ),
    ],
    FastPath.BRANCHING: [
        (f"{WIDE} AND trait('u') = 1", WIDE, "contained"),
        (f"{WIDE} AND {SUM} >= 2", f"{WIDE} AND {SUM} >= 1", "contained"),
    ],
    FastPath.SHARED_REFUTATIONS: [
        ("event('A').avg(property('p')) > 1", "event('A').max(property('p')) > 1", "contained"),
        (f"{some_of('abcde')}", f"{where_any('abcde')}", "contained"),
    ],
    FastPath.SMALL_HISTORIES: [
        (
            "event('A').where(event('B').within(parent: 1 hour).count() >= 2).count() >= 2",
            "event('B').count() >= 2",
            "contained",
        ),
        (
            "event('A').mode(property('p'), 3) = 'x'",
            "event('A').where(property('p') = 'x').count() >= 3",
            "contained",
        ),
    ],
}
"""Pairs of which at least the first takes a path, with their relation."""


@cache
def pairs() -> list[Pair]:
    return [*listed(), *shipped(share=9), *map(drawn, range(150))]


@cache
def usual(number: int) -> Evidence:
    return pairs()[number].usual()


def check(pair: Pair, usual: Evidence, off: frozenset[FastPath]) -> bool:
    """Whether a relation stayed as decided as it was; it must not contradict the usual one."""
    found = pair.ablated(off)
    said = f"{pair}\nwithout {', '.join(sorted(off))}: {found.relation} ({found.reason})"
    assert not conflict(usual, found), f"{conflict(usual, found)}\n{said}"
    if not is_decided(usual) or is_decided(found):
        return True
    assert names_a_limit(found), said
    return False


def test_each_path_has_a_pair_that_takes_it() -> None:
    assert set(TAKEN) == EVERYTHING


@pytest.mark.parametrize("path", FastPath)
def test_a_relation_that_is_known_stays_without_a_path(path: FastPath) -> None:
    for reference, candidate, relation in TAKEN[path]:
        pair = Pair(path, parse(reference), parse(candidate), OPEN)
        for off in (frozenset[FastPath](), frozenset((path,)), EVERYTHING):
            found = pair.ablated(off)
            is_beyond = off == frozenset((FastPath.BRANCHING,)) and names_a_limit(found)
            assert found.relation == relation or is_beyond, f"{found.relation}: {pair} {off}"


@pytest.mark.parametrize("number", range(len(FastPath)), ids=list(FastPath))
def test_no_relation_contradicts_another_without_a_path(number: int) -> None:
    off = frozenset((list(FastPath)[number],))
    chosen = range(number % SHARES, len(pairs()), SHARES)
    kept = [check(pairs()[i], usual(i), off) for i in chosen]
    assert kept.count(False) <= len(kept) * 0.05


@pytest.mark.parametrize("share", range(SHARES))
def test_no_relation_contradicts_another_without_any_path(share: int) -> None:
    chosen = range(share, len(pairs()), SHARES)
    kept = [check(pairs()[i], usual(i), EVERYTHING) for i in chosen]
    assert kept.count(False) <= len(kept) * 0.1


def test_the_arms_before_the_proof_say_what_it_says() -> None:
    language = get_language("cql")
    for pair in listed():
        early = decide_by_all_arms(language, pair.reference, pair.candidate, pair.schema)
        proof = pair.ablated(EVERYTHING)
        assert not conflict(early, proof), str(pair)
        assert is_decided(proof) or names_a_limit(proof), str(pair)


@pytest.mark.parametrize("reducer", ["sum(property('p'))", "unique(property('p')).count()"])
def test_the_solver_bears_a_group_without_members(reducer: str) -> None:
    asked = parse(f"NOT event('A').{reducer} >= 1"), parse(f"event('A').{reducer} >= 2")
    pair = Pair("empty", *asked, OPEN)
    found = pair.ablated(frozenset((FastPath.SMALL_GROUPS,)))
    assert found.relation == "disjoint"
    assert found.witnesses[0].input["customer"] == {"events": []}


def test_a_path_is_off_only_inside() -> None:
    pair = Pair("twice", parse("event('A').count() >= 1"), parse("trait('t') = 1"), OPEN)
    first = decide(pair.reference, pair.candidate, pair.schema)
    with without(FastPath.KNOWN_VERDICTS):
        again = decide(pair.reference, pair.candidate, pair.schema)
    assert decide(pair.reference, pair.candidate, pair.schema).timings_ms != first.timings_ms
    assert again.timings_ms != first.timings_ms


def check_world(seed: str, number: int) -> tuple[int, int]:
    """How many relations of a closed world are less decided; all customers agree with each.

    Without one path, and without any: there whether a witness is met is a matter of luck.
    """
    world = closed_pairs.draw_world(seed)
    rng = random.Random(seed)
    lost = [0, 0]
    for i, drawn_ in enumerate(world.pairs(number)):
        pair = Pair(f"{seed}/{i}", drawn_.reference, drawn_.candidate, world.schema)
        known = pair.usual()
        paths = frozenset((rng.choice(list(FastPath)),)), EVERYTHING
        for which, off in enumerate(paths):
            lost[which] += not check(pair, known, off)
            assert not list(faults(world, drawn_, pair.ablated(off))), str(pair)
    return lost[0], lost[1]


@pytest.mark.parametrize("number", [0, 2, pytest.param(6, marks=pytest.mark.long), 8, 11])
def test_all_customers_of_a_closed_world_agree_without_paths(number: int) -> None:
    without_one, without_any = check_world(f"ablation-{number}", 12)
    assert without_one <= 1
    assert without_any <= 6


@pytest.mark.long
@pytest.mark.parametrize("share", range(20))
def test_all_customers_of_closed_worlds_agree_without_paths(share: int) -> None:
    lost = [check_world(f"ablation-long-{share}-{i}", 25) for i in range(20)]
    assert sum(map(sum, lost)) <= 100


@pytest.mark.long
@pytest.mark.parametrize("share", range(20))
def test_no_relation_contradicts_another_without_some_paths(share: int) -> None:
    lost = 0
    for seed in range(1_000 + share, 11_000, 20):
        rng = random.Random(seed)
        pair = drawn(seed)
        known = pair.usual()
        several = frozenset(rng.sample(list(FastPath), rng.randint(2, len(FastPath) - 1)))
        for off in (several, frozenset((rng.choice(list(FastPath)),)), EVERYTHING):
            lost += not check(pair, known, off)
    assert lost <= 75
