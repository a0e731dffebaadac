"""Funnels, compared values and modes: what is decided, and the theorem that it rests on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest

from compiled import compile_audience
from jurist.languages.cql.operators import Coercion
from jurist.languages.cql.prover import decide
from jurist.languages.cql.prover.abstraction.translation import Translator
from jurist.languages.cql.prover.histories.problem import Pool, Problem
from jurist.languages.cql.prover.histories.small_model_bound import sufficient_sizes
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.printer import format_query
from parsed import condition
from prover_pairs import DAY, NOW, OPEN

SHOP = CqlSchema(
    title="shop",
    open_world=True,
    events={
        "Paid": EventSpec(
            properties={
                "amount": Field(Kind.NUMBER),
                "items": Field(Kind.INTEGER),
                "method": Field(Kind.STRING, enum=("paypal", "card", "gift")),
            }
        )
    },
    traits={
        "seats": Field(Kind.INTEGER),
        "used": Field(Kind.INTEGER),
        "limit": Field(Kind.NUMBER),
        "from": Field(Kind.DATE),
        "until": Field(Kind.DATE),
    },
)

NAMES = "ABC"
FUNNELS = [
    (
        "NOT event('A').where(event('B').within(parent: 1 hour).count() >= 1)"
        ".within(48 hours).count() >= 1",
        "NOT (event('A').where(event('B').within(parent: 1 hour).count() >= 1)"
        ".within(1 day).count() >= 1 OR event('A').where(event('B').within(parent: 1 hour)"
        ".count() >= 1).between(1 day, 48 hours).count() >= 1)",
        "equivalent",
    ),
    (
        "event('A').where(event('B').within(parent: 14 days).count() >= 1).count() >= 1",
        "event('A').where(event('B').within(parent: 7 days).count() >= 1"
        " OR event('B').between(parent: 7 days, 14 days).count() >= 1).count() >= 1",
        "equivalent",
    ),
    (
        "event('A').where(event('A').within(parent: 14 days).count() >= 1).count() >= 1",
        "event('A').where(event('A').within(parent: 7 days).count() >= 1"
        " OR event('A').between(parent: 7 days, 14 days).count() >= 1).count() >= 1",
        "equivalent",
    ),
    (
        "event('A').where(event('B').between(parent: 7 days, 60 days).count() >= 1)"
        ".within(30 days).count() >= 1",
        "event('A').where(event('B').between(parent: 7 days, 60 days).count() >= 1)"
        ".where(context('timestamp').within_last(30 days)).count() >= 1",
        "equivalent",
    ),
    (  # followers of recent parents are recent
        "event('A').where(event('B').within(parent: 30 days).count() >= 1)"
        ".within(7 days).count() >= 1",
        "event('A').where(event('B').within(parent: 7 days).count() >= 1)"
        ".within(7 days).count() >= 1",
        "equivalent",
    ),
    (
        "event('A').where(event('B').within(parent: 1 day).count() = 2).count() >= 1",
        "event('A').where(event('B').within(parent: 1 day).count() >= 2).count() >= 1",
        "contained",
    ),
    (  # one follower may follow many parents
        "event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 3"
        " AND event('B').count() = 1",
        "event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 3"
        " AND event('B').count() <= 1",
        "equivalent",
    ),
    (
        "event('A').where(event('B').where(property('p') = property(parent: 'p'))"
        ".within(parent: 7 days).count() >= 1).count() >= 1",
        "event('A').where(event('B').where(property('p') = property(parent: 'p'))"
        ".within(parent: 7 days).count() >= 1 AND property('p').exists()).count() >= 1",
        "equivalent",
    ),
    (
        "event('A').where(event('B').where(event('A').within(parent: 1 day).count() >= 1)"
        ".within(parent: 1 day).count() >= 1).count() >= 1",
        "event('A').count() >= 2 AND event('A').where(event('B').where(event('A')"
        ".within(parent: 1 day).count() >= 1).within(parent: 1 day).count() >= 1).count() >= 1",
        "equivalent",
    ),
    (  # ten followers that must be of different parents' windows or not
        "event('A').where(event('B').within(parent: 1 hour).count() <= 10).within(3 days)"
        ".count() >= 3",
        "event('A').where(event('B').within(parent: 1 hour).count() <= 11).within(3 days)"
        ".count() >= 3",
        "contained",
    ),
]

VALUES = [
    (
        "trait('seats') > trait('used') AND trait('used') > 5",
        "trait('seats') >= 7 AND trait('seats') > trait('used') AND trait('used') > 5",
        "equivalent",
    ),
    (
        "trait('seats') > trait('used') AND trait('used') > 5",
        "trait('seats') >= 8 AND trait('seats') > trait('used') AND trait('used') > 5",
        "contains",
    ),
    (
        "trait('seats') > trait('used') AND trait('used') >= trait('limit')",
        "trait('seats') > trait('used') AND trait('used') >= trait('limit')"
        " AND trait('seats') > trait('limit')",
        "equivalent",
    ),
    (
        "trait('from').before_date(trait('until')) AND trait('until').before_last(7 days)",
        "trait('from').before_date(trait('until')) AND trait('until').before_last(7 days)"
        " AND trait('from').before_last(7 days)",
        "equivalent",
    ),
    (
        "event('Paid').where(property('items') > trait('seats')).count() >= 2"
        " AND trait('seats') >= 5",
        "event('Paid').where(property('items') > trait('seats') AND property('items') > 5)"
        ".count() >= 2 AND trait('seats') >= 5",
        "equivalent",
    ),
    (
        "event('Paid').where(property('amount') = property('items')).count() >= 2",
        "event('Paid').where(property('amount') = property('items')"
        " AND property('items').exists()).count() >= 2",
        "equivalent",
    ),
    ("trait('x').exists()", "trait('x').exists() OR trait('x.y') = 'a'", "equivalent"),
    ("trait('x').exists()", "trait('x.y').exists()", "contains"),
]

PICKS = [
    (
        "event('Paid').mode(property('method'), 2) = 'paypal'",
        "event('Paid').mode(property('method'), 2).contains('paypal')",
        "equivalent",
    ),
    (
        "event('Paid').mode(property('method'), 1) = 'paypal'",
        "event('Paid').where(property('method') = 'paypal').count() >= 1",
        "contained",
    ),
    (
        "event('Paid').mode(property('x'), 1) = 'a'",
        "event('Paid').mode(property('x'), 1) = 'b'",
        "disjoint",
    ),
    (
        "event('Paid').max(property('x') as string).starts_with('al')",
        "event('Paid').max(property('x') as string).starts_with('al')"
        " AND event('Paid').where(property('x').starts_with('al')).count() >= 1",
        "equivalent",
    ),
    (
        "event('Paid').min(property('method') as string).omits('pay')",
        "NOT event('Paid').min(property('method') as string) = 'paypal'",
        "equivalent",
    ),
]


@pytest.mark.parametrize(("reference", "candidate", "relation"), [*FUNNELS, *VALUES, *PICKS])
def test_what_ties_several_things_together_is_decided(
    reference: str, candidate: str, relation: str
) -> None:
    """Each of these was undecided, or different in an unknown way, by regions alone."""
    evidence = decide(condition(reference), condition(candidate), SHOP, steps=20_000_000)
    assert evidence.relation == relation, evidence.reason


def test_no_bound_is_claimed_where_a_pool_feeds_itself() -> None:
    """The last A of a kind has none after it, but no number of A's shows it: open, and said so."""
    kind = "where(property('p') = 'x')"
    after = f"event('A').within(parent: 1 day).{kind}.count() >= 1"
    reference = condition(f"event('A').{kind}.where(NOT {after}).count() >= 1")
    evidence = decide(reference, condition(f"event('A').{kind}.count() >= 1"), OPEN)
    assert evidence.relation == "undecided"
    assert "neither be built nor ruled out" in evidence.reason


@pytest.mark.parametrize("seed", range(30))
def test_random_funnels_are_decided_as_random_histories_judge(seed: int) -> None:
    """No history contradicts a relation, and none of these pairs stays open."""
    told, wrong = judged(seed, customers=60)
    assert not wrong, told
    assert "undecided" not in told
    assert "different" not in told


def judged(seed: int, *, customers: int) -> tuple[str, bool]:
    """The relation of a random pair, and whether some history contradicts it."""
    rng = random.Random(f"judged {seed}")
    first, second, third = (_text(rng) for _ in range(3))
    reference = condition(rng.choice((first, f"NOT {first}", f"({first} OR {third})")))
    candidate = condition(rng.choice((second, _altered(first, rng), f"({first} AND {third})")))
    relation = decide(reference, candidate, OPEN, steps=20_000_000).relation
    tests = [compile_audience(q, OPEN, Customer) for q in (reference, candidate)]
    seen = {
        tuple(test(who, NOW) for test in tests) for who in (_busy(rng) for _ in range(customers))
    }
    impossible: dict[str, set[tuple[bool, ...]]] = {
        "equivalent": {(True, False), (False, True)},
        "contains": {(False, True)},
        "contained": {(True, False)},
        "disjoint": {(True, True)},
    }
    told = f"{relation}: {format_query(reference)} | {format_query(candidate)}"
    return told, bool(seen & impossible.get(relation, set()))


def _altered(text: str, rng: random.Random) -> str:
    """The text with one piece changed, or none."""
    old, new = rng.choice(
        (
            ("1 day)", "2 days)"),
            (">= 1", ">= 2"),
            ("= 1", "= 2"),
            (" AND ", " OR "),
            ("NOT ", ""),
            ("within(parent: 1 day)", "between(parent: 0 days, 1 day)"),
        )
    )
    return text.replace(old, new, 1)


# --- the theorem --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_a_history_shrinks_to_the_theorems_size(seed: int) -> None:
    """Some part of a random history, no larger than the bound, keeps both truths."""
    rng = random.Random(f"shrinks {seed}")
    queries = (_counted(rng), _counted(rng))
    customer = _busy(rng)
    tests = [compile_audience(query, OPEN, Customer) for query in queries]
    truths = [test(customer, NOW) for test in tests]
    bound = _bound(queries, truths)
    assert any([test(part, NOW) for test in tests] == truths for part in _parts(customer, bound)), (
        queries,
        customer,
        bound,
    )


def _bound(queries: tuple[Condition, ...], truths: list[bool]) -> dict[Pool, int]:
    translator = Translator(OPEN, Customer, NOW)
    atoms = [translator.audience(query).formula for query in queries]
    numbers = [atom for atom in atoms if isinstance(atom, int)]
    true = [n for n, truth in zip(atoms, truths, strict=True) if truth and isinstance(n, int)]
    problem = Problem(translator.root, numbers, Coercion.NUMBER)
    return sufficient_sizes(problem, true, NOW) or {}


def _counted(rng: random.Random) -> Condition:
    return condition(_text(rng))


def _text(rng: random.Random) -> str:
    """At least so many events that pass a random condition on those that follow."""
    at = rng.choice((0, 0, 1))
    least = rng.choice((1, 1, 2))
    return f"event('{NAMES[at]}').where({_passing(rng, at, 2)}).count() >= {least}"


def _passing(rng: random.Random, at: int, depth: int) -> str:
    roll = rng.random()
    if depth and roll < 0.3:
        joined = rng.choice((" AND ", " OR ")).join(_passing(rng, at, depth - 1) for _ in range(2))
        return f"({joined})"
    if roll < 0.4:
        return f"NOT {_passing(rng, at, max(0, depth - 1))}"
    if at + 1 == len(NAMES) or roll < 0.5:
        return f"property('p') {rng.choice(('=', '>='))} {rng.choice((0, 1))}"
    inner = _passing(rng, at + 1, max(0, depth - 1))
    window = rng.choice(("within(parent: 1 day)", "between(parent: 1 day, 2 days)"))
    asked = f"{rng.choice(('>=', '<=', '=', '<'))} {rng.choice((1, 1, 2))}"
    return f"event('{NAMES[at + 1]}').where({inner}).{window}.count() {asked}"


def _busy(rng: random.Random) -> Customer:
    events = [
        CustomerEvent(
            rng.choice(NAMES),
            NOW - rng.choice((0, 1, 1, 2, 3)) * DAY - rng.choice((0, 0, 1)) * DAY // 2,
            {"p": rng.choice((0, 1))},
        )
        for _ in range(9)
    ]
    return Customer({}, tuple(events), {})


def _parts(customer: Customer, bound: dict[Pool, int]) -> Iterator[Customer]:
    most = {pool.path[-1]: size for pool, size in bound.items()}
    for size in range(len(customer.events) + 1):
        for events in combinations(customer.events, size):
            names = Counter(event.name for event in events)
            if all(count <= most.get(name, 0) for name, count in names.items()):
                yield Customer({}, events, {})
