"""Arrays and names such as `is_vip` in English: which entry is meant, and what is missing."""

import random
from itertools import combinations

import pytest

from closed_pairs import Queried, draw_world
from counted_calls import calls
from jurist import data
from jurist.languages.capabilities import Style
from jurist.languages.cql.arms import proved
from jurist.languages.cql.english.reading.request import read
from jurist.languages.cql.english.writing.describing import describe
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema_file import load_schema, read_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

_LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "sku": {"type": "string"},
            "price": {"type": "number"},
            "sizes": {"type": "array", "items": {"type": "string"}},
            "is_gift": {"type": "boolean"},
        },
    },
}
_TAGS = {"type": "array", "items": {"type": "string"}}
_SCHEMA = load_schema(
    {
        "name": "Arrays",
        "events": {
            "Order Completed": {
                "properties": {
                    "total": {"type": "number"},
                    "tags": _TAGS,
                    "products": _LINES,
                    "is_gift": {"type": "boolean"},
                }
            },
            "Product Added": {"properties": {"sku": {"type": "string"}}},
            "Signed In": {},
        },
        "traits": {
            "properties": {
                "tags": _TAGS,
                "pets": _LINES,
                "is_vip": {"type": "boolean"},
                "has_kids": {"type": "string", "enum": ["true", "false"]},
                "can_export": {"type": "boolean"},
                "was_referred": {"type": "boolean"},
                "has_signed_in": {"type": "boolean"},
                "is_not_active": {"type": "boolean"},
                "is_member_since": {"type": "string", "format": "date"},
            }
        },
        "entities": {"orders": {"properties": {"lines": _LINES, "total": {"type": "number"}}}},
    },
    where="here",
)
_ORDER = "event('Order Completed')"


def _say(text: str, style: Style = Style.CONVERSATIONAL) -> str:
    opened = describe(parse(text), _SCHEMA, style=style, rng=random.Random(0))
    return opened.removeprefix("find customers ")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            f"{_ORDER}.where(property('tags.$') = 'a').count() >= 2",
            "who have at least 2 entries in tags where (the entry is 'a')"
            " over the times they completed an order",
        ),
        (
            f"NOT {_ORDER}.where(property('tags.$') = 'a').count() = 1",
            "who do not have exactly 1 entry in tags where (the entry is 'a')"
            " over the times they completed an order",
        ),
        (
            f"{_ORDER}.where(property('tags.$') = 'a').count() >= 1",
            "who completed an order with an entry in tags that is 'a'",
        ),
        (
            f"{_ORDER}.where(property('products.$.sku') = 'a' AND property('products.$.price') > 5)"
            ".within(7 days).count() >= 1",
            "who completed an order in the last 7 days with an entry in products where"
            " (the sku of the entry is 'a' and the price of the entry is over 5)",
        ),
        (
            f"{_ORDER}.where(property('products.$.sku') = 'a' AND property('total') > 5)"
            ".count() >= 1",
            "who completed an order with an entry in products where"
            " (the sku of the entry is 'a' and the total is over 5)",
        ),
        (
            f"{_ORDER}.where(property('products.$.sizes.$') = 'XL').count() >= 1",
            "who completed an order with an entry in sizes of an entry in products where"
            " (the entry in sizes is 'XL')",
        ),
        (
            f"{_ORDER}.where(property('products.$.sku') = 'a' AND property('tags.$') = 'b')"
            ".count() >= 3",
            "who have at least 3 combinations of an entry in products and an entry in tags where"
            " (the sku of the entry in products is 'a' and the entry in tags is 'b')"
            " over the times they completed an order",
        ),
        (
            f"{_ORDER}.within(9 days).sum(property('products.$.price')) > 100",
            "for whom the sum of price of the entries in products"
            " over the times they completed an order in the last 9 days is over 100",
        ),
        (
            f"{_ORDER}.where(property('products.$.sku') = 'a').sum(property('total')) > 9",
            "for whom the sum of total, once for each of the entries in products where"
            " (the sku of the entry is 'a'), over the times they completed an order is over 9",
        ),
        (
            f"{_ORDER}.where(event('Product Added').where("
            "property('sku') = property(parent: 'products.$.sku')).count() >= 1).count() >= 1",
            "who completed an order with an entry in products and before or afterwards"
            " added a product where (the sku is the same as the sku of that event's entry)",
        ),
        (
            "entity('orders').where(property('lines.$.sku') = 'a').count() >= 2",
            "who have at least 2 entries in lines where (the sku of the entry is 'a')"
            " over their orders",
        ),
        (
            f"{_ORDER}.where(property('tags.$').absent()).count() >= 1",
            "who completed an order with no entry in tags",
        ),
        (
            f"{_ORDER}.where(property('products.$.is_gift') = 'true'"
            " AND property('is_gift') = 'true').count() >= 1",
            "who completed an order with an entry in products where"
            " (the entry is gift and the item itself is gift)",
        ),
        (
            f"{_ORDER}.last(property('tags.$')) = 'a'",
            "for whom the latest of the entries in tags over the times they completed an order"
            " is 'a'",
        ),
        ("trait('tags.$') = 'a'", "who have an entry in tags that is 'a'"),
        ("NOT trait('tags.$') = 'a'", "who have no entry in tags that is 'a'"),
        ("trait('tags.$') != 'a'", "who have an entry in tags but none that is 'a'"),
        ("NOT trait('tags.$') != 'a'", "who have, if any entry in tags at all, one that is 'a'"),
        ("trait('tags.$').omits('a')", "who have no entry in tags that contains 'a'"),
        ("trait('tags.$').exists()", "who have an entry in tags"),
        (
            "trait('pets.$.sku') = 'a' AND trait('pets.$.price') > 3",
            "who have an entry in pets whose sku is 'a'"
            " and who have an entry in pets whose price is over 3",
        ),
    ],
)
def test_which_entries_are_meant(query: str, said: str) -> None:
    assert _say(query) == said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("trait('is_vip') = 'true'", "who are vip"),
        ("NOT trait('is_vip') = 'true'", "who are not vip"),
        ("trait('is_vip') = 'false'", "who are known not to be vip"),
        ("trait('is_vip') != 'true'", "who are known not to be vip"),
        ("NOT trait('is_vip') = 'false'", "who are not known not to be vip"),
        ("trait('is_vip').exists()", "for whom it is known whether they are vip"),
        ("trait('is_vip').absent()", "for whom it is unknown whether they are vip"),
        ("trait('has_kids') = 'true'", "who have kids"),
        ("NOT trait('has_kids') = 'true'", "who do not have kids"),
        ("trait('can_export') = 'true'", "who can export"),
        ("NOT trait('can_export') = 'true'", "who cannot export"),
        ("trait('was_referred') = 'false'", "who are known not to have been referred"),
        # What is told of events is "have signed in".
        ("trait('has_signed_in') = 'true'", "who are known to have signed in"),
        # "Who are not active" would be somebody else.
        ("trait('is_not_active') = 'true'", "whose trait 'is_not_active' is true"),
        (
            "trait('is_member_since').before_date(2026-01-01)",
            "whose trait 'is_member_since' is before 2026-01-01",
        ),
        (f"{_ORDER}.where(property('is_gift') = 'true').count() >= 1", "where it is gift"),
        (
            f"{_ORDER}.where(property('products.$.is_gift') = 'false').count() >= 1",
            "with an entry in products where (the entry is known not to be gift)",
        ),
        (f"{_ORDER}.where(trait('is_vip') = 'true').count() >= 1", "where the customer is vip"),
    ],
)
def test_flags_are_said_as_they_are_called(query: str, said: str) -> None:
    assert said in _say(query)


@pytest.mark.parametrize("style", Style)
def test_what_differs_in_meaning_differs_in_words(style: Style) -> None:
    """All pairs of many conditions on entries and flags; a proof says which of them are alike."""
    leaves = [f"property('products.$.sku') = '{x}'" for x in "ab"]
    inside = [
        "property('products.$.price') > 5",
        "property('total') > 5",
        "property('tags.$') = 'a'",
    ]
    streams = [
        f"{_ORDER}.where({one} AND {other})" for one, other in combinations([*leaves, *inside], 2)
    ]
    streams += [f"{_ORDER}.where({one} OR {other})" for one, other in combinations(inside, 2)]
    streams += [f"{_ORDER}.where({one})" for one in [*leaves, *inside]]
    queries = [
        f"{stream}.count() {bound}" for stream in streams for bound in (">= 1", ">= 2", "= 0")
    ]
    queries += [
        f"{stream}.sum(property('{p}')) > 7"
        for stream in streams[-5:]
        for p in ("total", "products.$.price")
    ]
    for name in ("tags.$", "pets.$.sku", "is_vip", "has_kids", "has_signed_in"):
        for test in (" = 'true'", " != 'true'", " = 'false'", ".exists()", ".omits('true')"):
            queries += [f"trait('{name}'){test}", f"NOT trait('{name}'){test}"]
    queries += ["event('Signed In').count() = 0", "event('Signed In').count() >= 1"]
    said: dict[str, str] = {}
    for query in queries:
        before = said.setdefault(_say(query, style), query)
        if before != query:
            relation = proved(parse(before), parse(query), _SCHEMA).relation
            assert relation is Relation.EQUIVALENT, (before, query, _say(query, style))


def _require_reading_back(query: str) -> None:
    meant = parse(query)
    said = describe(meant, _SCHEMA, style=Style.CONVERSATIONAL, rng=random.Random(1))
    assert normalize(read(said, _SCHEMA), _SCHEMA) == normalize(meant, _SCHEMA), said


@pytest.mark.parametrize("name", ["is_vip", "has_kids", "can_export", "was_referred"])
@pytest.mark.parametrize(
    "query",
    [
        "trait('{}') = 'true'",
        "NOT trait('{}') = 'true'",
        "trait('{}') = 'false'",
        "NOT trait('{}') = 'false'",
    ],
)
def test_flags_are_read_back(query: str, name: str) -> None:
    _require_reading_back(query.format(name))


@pytest.mark.parametrize(
    "query",
    [
        "trait('tags.$') = 'a'",
        "trait('tags.$') != 'a'",
        "NOT trait('tags.$') = 'a'",
        "NOT trait('tags.$') != 'a'",
        "trait('tags.$').none_of('a', 'b')",
        "trait('tags.$').contains('a')",
        "trait('tags.$').omits('a')",
        "trait('tags.$').absent()",
        "NOT trait('pets.$.price') > 3",
        f"{_ORDER}.where(property('tags.$') = 'a').within(7 days).count() >= 2",
        f"{_ORDER}.where(property('tags.$') = 'a').count() = 0",
        f"{_ORDER}.where(property('products.$.sku') = 'a' AND property('products.$.price') > 5)"
        ".count() >= 1",
        f"{_ORDER}.within(9 days).sum(property('products.$.price')) > 100",
    ],
)
def test_entries_are_read_back(query: str) -> None:
    _require_reading_back(query)


@pytest.mark.parametrize("seed", range(4))
def test_sentences_of_closed_worlds_are_alike_only_where_the_audiences_are(seed: int) -> None:
    """Held against who is in each audience, by the naive reading of all customers there are."""
    world = draw_world(f"english {seed}")
    for style in Style:
        said: dict[str, Queried] = {}
        for queried in world.queries():
            text = describe(queried.query, world.schema, style=style, rng=random.Random(0))
            assert said.setdefault(text, queried).members == queried.members, text


# --- how it reads -------------------------------------------------------------------------------

_SHOP = read_schema(data.schema_path("shop"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("trait('vip_customers') = 'false'", "who are known not to be in the vip customers"),
        ("trait('vip_customers').exists()", "for whom it is known whether they are in the vip"),
        ("trait('interests').contains('hiking')", "whose interests contain 'hiking'"),
        ("trait('loyalty_points') > 5", "whose loyalty points are over 5"),
        ("NOT trait('interests').contains('hiking')", "whose interests do not contain 'hiking'"),
        ("event('Cart Viewed').count() != 5", "who viewed a cart not exactly 5 times"),
        (
            "entity('a').where(entity('b').count() != 1).count() >= 2",
            "who have at least 2 'a' records where it does not have exactly 1 'b' record",
        ),
    ],
)
def test_sentences_are_grammatical(query: str, said: str) -> None:
    text = describe(parse(query), _SHOP, style=Style.CONVERSATIONAL, rng=random.Random(0))
    assert said in text


def test_work_grows_with_the_conditions_alone() -> None:
    """Counted, not timed: ten times the conditions are ten times the calls."""

    def work(size: int) -> int:
        leaf = "event('Order Completed').where(property('total') > {}).within(3 days).count() >= 2"
        query = parse(" AND ".join(f"({leaf.format(n)} OR {leaf.format(-n)})" for n in range(size)))

        def say() -> None:
            describe(query, _SHOP, style=Style.CONVERSATIONAL, rng=random.Random(0))

        return calls(say)

    work(1)  # the names of the schema are put into words once
    small = work(40)  # before the large one, of whose conditions some things are remembered
    assert work(400) < 11 * small
