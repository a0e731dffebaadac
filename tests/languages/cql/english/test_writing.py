"""Queries in English: all that a query says is said, and nothing else can be read."""

import random
import re
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cql_sampler import sample, sample_computed_trait
from jurist import data
from jurist.languages.capabilities import Style
from jurist.languages.cql.arms import proved
from jurist.languages.cql.english.writing.describing import describe
from jurist.languages.cql.english.writing.paraphrases import EVENTS, FIELDS
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema, read_schema
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Moment,
    Node,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Text,
    Trait,
)
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query, operand_text
from jurist.languages.cql.tree import children, transform
from jurist.records import Case, Relation
from strategies import audiences, queries
from workspaces import shipped_in

_SCHEMAS = {name: read_schema(data.schema_path(name)) for name in shipped_in("cql")}
_SHOP = _SCHEMAS["shop"]


def _say(text: str, *, style: Style = Style.CONVERSATIONAL, seed: int = 0) -> str:
    schema = _SCHEMAS["b2b"] if "ANY" in text or "ALL" in text else _SHOP
    return describe(parse(text), schema, style=style, rng=random.Random(seed))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in children(node):
        yield from _nodes(part)


def _references(name: str) -> list[CqlQuery]:
    lines = data.cases_path(name).read_bytes().splitlines()
    cases = [msgspec.json.decode(line, type=Case) for line in lines]
    return [parse(case.reference) for case in cases if case.reference is not None]


def _words(name: str) -> list[str]:
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", humps) if word]


def _names_are_said(name: str, text: str, style: Style) -> bool:
    if operand_text(Text(name)) in text:
        return True
    lower = text.lower()
    words = _words(name)
    plain = " ".join(words)
    if style is Style.INDIRECT:
        for paraphrase in [lexicon[plain] for lexicon in (EVENTS, FIELDS) if plain in lexicon]:
            # "who began" may be said as "have begun".
            if paraphrase in lower or paraphrase.split(" ", 1)[1] in lower:
                return True
    return bool(words) and all(word.removesuffix("s") in lower for word in words)


def _unsaid(query: CqlQuery, text: str, style: Style) -> list[str]:
    """The constants, names, times and comparisons of a query that its text lacks."""
    missing: list[str] = []
    for node in _nodes(query):
        match node:
            case Event(name=name) | Trait(name=name) | Property(name=name) | Entity(slug=name):
                said = _names_are_said(name, text, style)
            case Context(name=name):
                said = name == "timestamp" or _names_are_said(name, text, style)
            case Duration():
                said = re.search(rf"\b{node.amount} {node.unit}", text) is not None
            case Number(value=value):
                often = {0: ["no", "not", "never"], 1: ["once"], 2: ["twice"]}
                words = often.get(value, []) if isinstance(value, int) else []
                said = any(re.search(rf"\b{word}\b", text) for word in words)
                said = said or operand_text(node) in text or _is_existence(query, node)
            case Text(value=value):
                said = value in text or operand_text(node) in text or value == "true"
                said = said or (value == "false" and _is_said_by_a_verb(query, text))
            case Date() | Moment():
                said = operand_text(node) in text
            case _:
                said = True
        if not said:
            missing.append(format_query(node) if isinstance(node, Trait) else repr(node))
    return missing


def _is_said_by_a_verb(query: CqlQuery, text: str) -> bool:
    """Whether `= 'false'` is "known not to be", or `!= 'false'` "are"."""
    differs = any(
        isinstance(node, Comparison) and node.operator is Operator.DIFFERS for node in _nodes(query)
    )
    return "known not to" in text or differs


def _is_existence(query: CqlQuery, number: Number) -> bool:
    """Whether a number is the 1 of "at least one", which "completed an order" says alone."""
    return any(
        isinstance(node, Comparison)
        and isinstance(node.left, Reduction)
        and node.left.reducer is Reducer.COUNT
        and node.operator in (Operator.AT_LEAST, Operator.LESS_THAN)
        and node.arguments == (Number(1),)
        and number == Number(1)
        for node in _nodes(query)
    )


# --- everything is said -----------------------------------------------------------------------


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("name", _SCHEMAS)
def test_references_are_said_in_full(name: str, style: Style) -> None:
    for query in _references(name):
        text = describe(query, _SCHEMAS[name], style=style, rng=random.Random(1))
        assert _unsaid(query, text, style) == [], (text, format_query(query))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(_SCHEMAS)), st.sampled_from(Style), st.integers(0, 10**9))
def test_sampled_queries_are_said_in_full(name: str, style: Style, seed: int) -> None:
    schema = _SCHEMAS[name]
    for draw in (sample, sample_computed_trait):
        query = draw(schema, random.Random(seed))
        text = describe(query, schema, style=style, rng=random.Random(seed))
        assert _unsaid(query, text, style) == [], (text, format_query(query))


@settings(max_examples=80, deadline=None)
@given(queries(), st.sampled_from(Style))
def test_wild_queries_are_said_in_full(query: CqlQuery, style: Style) -> None:
    """Names that no schema knows, and strings of any kind."""
    text = describe(query, _SHOP, style=style, rng=random.Random(0))
    assert _unsaid(query, text, style) == [], (text, format_query(query))
    assert len(text) < 40 * len(format_query(query)) + 100
    assert text.isprintable() or any(char > "\x7f" for char in text)


# --- different queries, different texts ---------------------------------------------------------


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("name", _SCHEMAS)
def test_queries_that_mean_different_things_get_different_texts(name: str, style: Style) -> None:
    schema, rng = _SCHEMAS[name], random.Random(5)
    meant: dict[str, CqlQuery] = {}
    for query in [*_references(name), *(sample(schema, rng) for _ in range(250))]:
        text = describe(query, schema, style=style, rng=random.Random(0))
        assert _mean_the_same(meant.setdefault(text, query), query, schema), text


def _mean_the_same(one: CqlQuery, other: CqlQuery, schema: CqlSchema) -> bool:
    """By their normal forms, or by proof: `!= 'true'` of a boolean is `= 'false'`."""
    if normalize(one, schema) == normalize(other, schema):
        return True
    return proved(one, other, schema).relation is Relation.EQUIVALENT


@settings(max_examples=80, deadline=None)
@given(audiences(), audiences(), st.sampled_from(Style))
def test_wild_texts_are_alike_only_where_the_queries_are(
    one: CqlQuery, other: CqlQuery, style: Style
) -> None:
    def say(query: CqlQuery) -> str:
        return describe(query, _SHOP, style=style, rng=random.Random(0))

    alike = format_query(normalize(one, _SHOP)) == format_query(normalize(other, _SHOP))
    assert alike or say(one) != say(other)


def _with(query: CqlQuery, old: Node, new: Node) -> CqlQuery:
    return transform(query, lambda node: new if node is old else node)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("name", _SCHEMAS)
def test_one_number_more_or_less_is_heard(name: str, style: Style) -> None:
    schema, rng = _SCHEMAS[name], random.Random(9)

    def say(query: CqlQuery) -> str:
        return describe(query, schema, style=style, rng=random.Random(0))

    tried = 0
    for query in [*_references(name), *(sample(schema, rng) for _ in range(60))]:
        for node in _nodes(query):
            match node:
                case Number(value=value):
                    put: Node = Number(value + 1)
                case Duration():
                    put = replace(node, amount=node.amount + 1)
                case _:
                    continue
            other = _with(query, node, put)
            assert say(other) != say(query), (format_query(query), operand_text(node))
            tried += 1
    assert tried > 100


_ORDERED = "event('Order Completed').within(30 days).count()"
_FREE = "trait('loyalty_tier') = 'gold'"
_VIP = "trait('vip_customers') = 'true'"


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{_FREE} AND ({_VIP} OR {_ORDERED} >= 1)", f"{_FREE} AND {_VIP} OR {_ORDERED} >= 1"),
        (f"NOT ({_FREE} AND {_VIP})", f"NOT {_FREE} AND NOT {_VIP}"),
        (f"NOT ({_FREE} OR {_VIP})", f"NOT {_FREE} OR {_VIP}"),
        ("trait('loyalty_tier') != 'gold'", "NOT trait('loyalty_tier') = 'gold'"),
        (f"NOT {_ORDERED} = 1", f"{_ORDERED} = 0"),
        (f"{_VIP}", "trait('vip_customers').exists()"),
        ("trait('vip_customers') = 'false'", f"NOT {_VIP}"),
        (
            "event('Product Added').where(event('Order Completed').count() >= 1).count() >= 1",
            "event('Product Added').count() >= 1 AND event('Order Completed').count() >= 1",
        ),
        (
            "event('Product Added').where(event('Order Completed').count() >= 1).count() >= 1",
            "event('Order Completed').where(event('Product Added').count() >= 1).count() >= 1",
        ),
        (
            "event('Product Added').where(NOT event('Order Completed').count() >= 1).count() >= 1",
            "NOT event('Product Added').where(event('Order Completed').count() >= 1).count() >= 1",
        ),
        (
            "event('Order Completed').where(property('total') > 5).sum(property('total')) > 9",
            "event('Order Completed').sum(property('total')) > 9",
        ),
        (
            "event('Order Completed').where(property('total') > 5 AND property('coupon').exists())"
            ".count() >= 1",
            "event('Order Completed').where(property('total') > 5).count() >= 1"
            " AND event('Order Completed').where(property('coupon').exists()).count() >= 1",
        ),
        ("ANY trait('role') = 'admin'", "ALL trait('role') = 'admin'"),
        ("ALL NOT trait('role') = 'admin'", "NOT ALL trait('role') = 'admin'"),
        (
            "ANY (trait('role') = 'admin' AND trait('is_champion') = 'true')",
            "ANY trait('role') = 'admin' AND ANY trait('is_champion') = 'true'",
        ),
        (
            "event('Page Viewed').between(3 days, 9 days).count() >= 1",
            "event('Page Viewed').within(9 days).count() >= 1",
        ),
    ],
)
def test_known_traps_sound_different(one: str, other: str, style: Style) -> None:
    assert _say(one, style=style) != _say(other, style=style)


# --- how it reads -------------------------------------------------------------------------------


def test_reads_as_people_write() -> None:
    schema = load_schema(
        {
            "name": "Readme",
            "events": {"Order Completed": {"properties": {"total": {"type": "number"}}}},
            "traits": {"properties": {"plan": {"type": "string", "enum": ["free", "pro"]}}},
        },
        where="here",
    )
    query = parse(
        "event('Order Completed').within(30 days).count() >= 2 AND NOT trait('plan') = 'free'"
    )
    said = {
        describe(query, schema, style=Style.CONVERSATIONAL, rng=random.Random(seed))
        for seed in range(9)
    }
    expected = (
        "who completed an order at least twice in the last 30 days and who are not on the free plan"
    )
    openers = ("customers", "all customers", "people", "find customers")
    assert said == {f"{opener} {expected}" for opener in openers}
    terse = describe(query, schema, style=Style.TERSE, rng=random.Random(1))
    assert re.fullmatch(
        r"completed an order (2\+|at least 2) times in the last 30 days and plan not free", terse
    )
    indirect = describe(query, schema, style=Style.INDIRECT, rng=random.Random(1))
    assert "placed an order at least twice" in indirect


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("NOT event('Order Completed').count() >= 1", "completed an order"),
        ("event('Signed Up').count() >= 1", "who signed up"),
        ("event('Payment Failed').count() >= 1", "who had a failed payment"),
        ("event('Email Opened').count() >= 1", "who opened an email"),
        ("event('Products Searched').count() >= 3", "who searched products at least 3 times"),
        ("trait('vip_customers') = 'true'", "who are in the vip customers audience"),
        ("trait('address.country') = 'US'", "whose address country is 'US'"),
        ("trait('phone').absent()", "whose phone is unknown"),
        (
            "event('Cart Viewed').where(event('Order Completed').within(parent: 4 hours).count()"
            " >= 1).within(7 days).count() >= 1",
            "who viewed a cart in the last 7 days and afterwards completed an order within 4 hours"
            " of it",
        ),
        (
            "event('Order Completed').where(property('products.$.category') = 'a').count() >= 1",
            "who completed an order with an entry in products whose category is 'a'",
        ),
        ("ALL NOT event('Signed In').count() >= 1", "where no user signed in"),
        ("ALL event('Signed In').count() = 0", "where no user signed in"),
        ("event('Signed In').count() >= 1 AND ANY trait('role') = 'admin'", "at least one user"),
    ],
)
def test_phrases(query: str, said: str) -> None:
    assert said in _say(query)


def test_names_that_sound_alike_are_said_as_they_are() -> None:
    schema = load_schema(
        {
            "name": "Twins",
            "events": {
                "Order Completed": {"properties": {}},
                "order_completed": {"properties": {}},
                "Cart Viewed": {"properties": {}},
            },
            "traits": {"properties": {"plan_name": {"type": "string"}, "plan name": {}}},
        },
        where="here",
    )
    for name in ("Order Completed", "order_completed"):
        query = parse(f"event('{name}').count() >= 1")
        assert repr(name) in describe(query, schema, style=Style.TERSE, rng=random.Random(0))
    one, other = (
        describe(parse(f"trait('{name}') = 'x'"), schema, style=Style.TERSE, rng=random.Random(0))
        for name in ("plan_name", "plan name")
    )
    assert one != other
    assert "viewed a cart" in describe(
        parse("event('Cart Viewed').count() >= 1"), schema, style=Style.TERSE, rng=random.Random(0)
    )


def test_the_same_seed_says_the_same_and_others_vary() -> None:
    query = parse(f"{_FREE} AND NOT ({_VIP} OR {_ORDERED} >= 2)")
    texts = [
        describe(query, _SHOP, style=Style.CONVERSATIONAL, rng=random.Random(seed))
        for seed in (1, 1, 2, 3, 4, 5)
    ]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1


def test_styles_differ() -> None:
    query = parse(f"{_ORDERED} >= 2")
    assert len({_say(format_query(query), style=style) for style in Style}) == len(Style)
