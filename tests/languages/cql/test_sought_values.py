"""Searches for values that are read, sessions of a parent, traits of who did it: by brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from compiled import compile_audience, compile_scalar
from jurist.evidence.pipeline import decide
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.semantics.readings import ParentTies, Readings
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation
from parsed import condition, scalar

NOW = 1_780_315_200_000
HOUR = 3_600_000
_TEXTS = (None, "", "a", "ab", "ba", "b", 1, 12, "1")
_FOUND: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "starts_with": lambda text, part: text[: len(part)] == part,
    "ends_with": lambda text, part: text[len(text) - len(part) :] == part,
}


def customer(**traits: str | int | None) -> Customer:
    return Customer({name: value for name, value in traits.items() if value is not None})


# --- searches -------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", _FOUND)
def test_a_search_for_a_trait_is_one_for_its_text(operator: str) -> None:
    is_in = compile_audience(condition(f"trait('x').{operator}(trait('y'))"), Readings(), Customer)
    for x, y in itertools.product(_TEXTS, _TEXTS):
        found = x is not None and y is not None and _FOUND[operator](str(x), str(y))
        assert is_in(customer(x=x, y=y), NOW) is found, (x, y)


def test_of_several_any_is_enough_and_omits_is_the_complement() -> None:
    contains = condition("trait('x').contains('b', trait('y'), trait('z'))")
    omits = condition("trait('x').omits('b', trait('y'), trait('z'))")
    tests = [compile_audience(query, Readings(), Customer) for query in (contains, omits)]
    for x, y, z in itertools.product(_TEXTS, repeat=3):
        sought = ["b", *(str(part) for part in (y, z) if part is not None)]
        found = x is not None and any(part in str(x) for part in sought)
        assert [test(customer(x=x, y=y, z=z), NOW) for test in tests] == [found, not found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trait('x').contains('a', trait('y'))", "trait('x').contains(trait('y'), 'a', 'a')"),
        (
            "trait('x').contains(trait('y'), 'a')",
            "trait('x').contains('a') OR trait('x').contains(trait('y'))",
        ),
        ("trait('x').omits(trait('y'))", "NOT trait('x').contains(trait('y'))"),
        ("trait('x').contains(trait('x'))", "trait('x').exists()"),
        ("trait('x').starts_with(trait('x'))", "trait('x').exists()"),
        ("trait('x').contains(trait('y'), '')", "trait('x').exists()"),
    ],
)
def test_searches_have_one_normal_form(one: str, other: str) -> None:
    assert normalize(parse(one), CqlSchema()) == normalize(parse(other), CqlSchema())


LISTED = CqlSchema(
    title="Listed",
    traits={
        "x": Field(Kind.STRING),
        "y": Field(Kind.STRING, enum=("a", "ab")),
        "z": Field(Kind.STRING),
        "flag": Field(Kind.BOOLEAN),
        "code": Field(Kind.STRING, enum=("010", "7.0")),
        "small": Field(Kind.INTEGER, minimum=0, maximum=2),
    },
)


X, Y, Z = "trait('x')", "trait('y')", "trait('z')"
CODE, SMALL = "trait('code')", "trait('small')"


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (f"{X}.starts_with({Z})", f"{X}.contains({Z})", Relation.CONTAINED),
        (
            f"{X}.starts_with({Z}) AND {X}.contains({Z})",
            f"{X}.starts_with({Z})",
            Relation.EQUIVALENT,
        ),
        (f"{X}.contains({Z}) AND {Z}.exists()", f"{X}.contains({Z})", Relation.EQUIVALENT),
        (
            f"{X}.contains({Y})",
            f"{X}.contains('a') AND ({Y} = 'a' OR {X}.contains('ab') AND {Y}.exists())",
            Relation.EQUIVALENT,
        ),
        (
            f"{Y}.contains({Z})",
            f"{Z}.one_of('', 'a') AND {Y}.exists() OR {Y} = 'ab' AND {Z}.one_of('b', 'ab')",
            Relation.EQUIVALENT,
        ),
        (f"{Y}.ends_with({Z})", f"{Y}.contains({Z})", Relation.CONTAINED),
        (f"{X}.contains({Z})", f"{X}.starts_with({Z}) OR {X}.ends_with({Z})", Relation.CONTAINS),
        (f"{X}.contains({Z}) AND {X} != {Z}", f"{X} = {Z}", Relation.DISJOINT),
        (
            f"{CODE}.contains({SMALL})",
            f"{CODE} = '010' AND {SMALL} <= 1 OR {CODE} = '7.0' AND {SMALL} = 0",
            Relation.EQUIVALENT,
        ),
        (f"{SMALL}.ends_with({CODE})", f"{SMALL} < 0", Relation.EQUIVALENT),
        (
            f"{X}.contains(trait('flag'))",
            f"{X}.contains('true') AND trait('flag') = 'true'",
            Relation.CONTAINS,
        ),
    ],
)
def test_searches_are_proved(one: str, other: str, relation: Relation) -> None:
    evidence = decide(CqlLanguage(), parse(one), parse(other), LISTED)
    assert evidence.relation is relation, evidence.reason


# --- sessions of a parent ---------------------------------------------------------------------


def _followers(parent: int, times: Sequence[int], gap: int, *, tie: bool) -> int:
    """How many events follow a parent without a gap, one after the other."""
    last, kept = parent, 0
    for time in sorted(time for time in times if time > parent or (tie and time == parent)):
        if time - last > gap:
            return kept
        last, kept = time, kept + 1
    return kept


@pytest.mark.parametrize("ties", list(ParentTies))
def test_a_session_of_a_parent_ends_at_the_first_gap(ties: ParentTies) -> None:
    query = scalar("event('P').where(event('B').expires_after(parent: 1 hour).count() = 2).count()")
    worth = compile_scalar(query, Readings(parent_ties=ties), Customer)
    steps = (0, 1, HOUR // 2, HOUR, HOUR + 1, 2 * HOUR, 3 * HOUR)
    for times in itertools.product(steps, repeat=3):
        start = NOW - 10 * HOUR
        events = [CustomerEvent("B", start + time) for time in times]
        expected = sum(
            _followers(parent, times, HOUR, tie=ties is ParentTies.INCLUDED) == 2
            for parent in (0, HOUR)
        )
        parents = (CustomerEvent("P", start), CustomerEvent("P", start + HOUR))
        assert worth(Customer({}, (*events, *parents)), NOW) == expected, times


def test_a_session_is_one_of_all_events_of_the_name_whatever_else_is_filtered() -> None:
    query = scalar(
        "event('P').where(event('B').where(property('n') = 1).expires_after(parent: 1 hour)"
        ".count() = 1).count()"
    )
    start = NOW - 10 * HOUR
    between, last = (
        CustomerEvent("B", start + HOUR, {"n": 0}),
        CustomerEvent("B", start + 2 * HOUR, {"n": 1}),
    )
    worth = compile_scalar(query, Readings(), Customer)
    assert worth(Customer({}, (CustomerEvent("P", start), between, last)), NOW) == 1
    assert worth(Customer({}, (CustomerEvent("P", start), last)), NOW) == 0


def test_two_sessions_of_a_parent_have_the_normal_form_of_the_shorter() -> None:
    inner = "event('B').expires_after(parent: {}).expires_after(parent: {}).count()"
    both, shorter = (
        parse(f"event('P').where({inner.format(*gaps)} > 0).count()")
        for gaps in (("2 hours", "1 hour"), ("1 hour", "3600 seconds"))
    )
    assert normalize(both, CqlSchema()) == normalize(shorter, CqlSchema())


# --- traits of those who did it -----------------------------------------------------------------

TEAMS = CqlSchema(
    title="Teams",
    audience_type=AudienceType.ACCOUNTS,
    events={"A": EventSpec({"n": Field(Kind.NUMBER)})},
    traits={"name": Field(Kind.STRING)},
    account_traits={"name": Field(Kind.STRING), "seats": Field(Kind.NUMBER)},
)


def _accounts() -> list[Account]:
    names = (None, "ann", "bob")
    histories = ((), (1,), (2,), (1, 3), (2, 3))
    users = [
        Customer(
            {} if name is None else {"name": name},
            tuple(CustomerEvent("A", NOW - age) for age in ages),
        )
        for name, ages in itertools.product(names, histories)
    ]
    return [Account({"name": "acme"}, pair) for pair in itertools.combinations(users, 2)]


def test_of_an_account_it_is_the_user_who_did_it_first_last_or_most() -> None:
    queries = ("first(trait('name'))", "last(trait('name'))", "mode(trait('name'), 2)")
    first, last, most = (
        compile_scalar(scalar(f"event('A').{query}"), TEAMS, Account) for query in queries
    )
    for account in _accounts():
        done = [
            (event.time, str(user.traits["name"]))
            for user in account.users
            for event in user.events
            if "name" in user.traits
        ]
        in_order = [name for _, name in sorted(done, key=lambda each: each[0])]
        counts = Counter(in_order)
        often = max(counts.values(), default=0)
        top = min((name for name, n in counts.items() if n == often), default=None)
        assert first(account, NOW) == (in_order[0] if in_order else None)
        assert last(account, NOW) == (in_order[-1] if in_order else None)
        assert most(account, NOW) == (top if often >= 2 else None)


def test_in_an_audience_it_is_the_users_own() -> None:
    reduced = condition("event('A').first(trait('name')) = 'ann'")
    spelled = condition("ANY (event('A').count() >= 1 AND trait('name') = 'ann')")
    tests = [compile_audience(query, TEAMS, Account) for query in (reduced, spelled)]
    for account in _accounts():
        assert tests[0](account, NOW) is tests[1](account, NOW)


def test_only_accounts_have_users_whose_trait_it_is() -> None:
    text = "event('A').first(trait('name')) = 'ann'"
    assert check(parse(text), TEAMS, text=text) == ()
    people = CqlSchema(title="People", events=TEAMS.events, traits=TEAMS.traits)
    (issue,) = check(parse(text), people, text=text)
    assert (issue.kind, issue.column) == ("reduced_trait", 18)


def test_the_account_s_own_trait_is_none_of_its_users() -> None:
    text = "event('A').first(trait('seats')) = 3"
    (issue,) = check(parse(text), TEAMS, text=text)
    assert issue.kind == "unknown_trait"
