"""`check`: every kind of issue, with its place, and what is no mistake."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from jurist.languages.cql.checking.checker import MAX_ISSUES, check
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import infer_schema, load_schema
from jurist.languages.cql.syntax import (
    AllUsers,
    AnyUser,
    Comparison,
    CqlQuery,
    Event,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Stream,
    Text,
    Trait,
    Where,
)
from jurist.languages.cql.text.parser import parse
from shared_data import shared_data
from strategies import queries

_PROPERTIES = {
    "total": {"type": "number", "minimum": 0},
    "quantity": {"type": "integer", "minimum": 1, "maximum": 99},
    "currency": {"type": "string", "enum": ["USD", "EUR"]},
    "coupon": {"type": "string"},
    "gift": {"type": "boolean"},
    "shipped_at": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "products": {
        "type": "array",
        "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
    },
    "address": {"type": "object", "properties": {"city": {"type": "string"}}},
    "anything": {},
}
SHOP = load_schema(
    {
        "events": {
            "Order Completed": {"properties": _PROPERTIES},
            "Page Viewed": {
                "properties": {"page_name": {"type": "string"}},
                "context": {"page.url": {"type": "string"}},
            },
        },
        "traits": {"properties": {"plan": {"type": "string"}, "age": {"type": "integer"}}},
    },
    where="shop.yaml",
)
B2B = load_schema(
    {
        "audience_type": "ACCOUNTS",
        "events": {"Signed In": {}},
        "traits": {"properties": {"role": {"type": "string"}}},
        "account_traits": {"properties": {"seats": {"type": "integer"}}},
    },
    where="b2b.yaml",
)


def chain(*slugs: str) -> dict[str, object]:
    """Entities, each related to the one before."""
    return {slugs[0]: {"entities": chain(*slugs[1:])}} if slugs else {}


STREAMING = load_schema(
    {
        "audience_type": "LINKED",
        "events": {"Played": {"properties": {"seconds": {"type": "integer"}}}},
        "traits": {"properties": {"plan": {"type": "string"}}},
        "entities": {
            "orders": {
                "properties": {
                    "total": {"type": "number"},
                    "status": {"type": "string"},
                    "paid": {"type": "boolean"},
                    "step": {"enum": [5, 6]},
                    "day": {"type": "string", "format": "date"},
                },
                "entities": {"order-products": {"properties": {"price": {"type": "number"}}}},
            },
        }
        | chain("e1", "e2", "e3", "e4", "e5", "e6", "e7"),
    },
    where="streaming.yaml",
)

ORDER = "event('Order Completed')"
WHERE = f"{ORDER}.where("
END = ").count() >= 1"

# The mark » stands before what the issue must point at.
WRONG: list[tuple[CqlSchema, str, str, str | None]] = [
    (SHOP, "unknown_event", "»event('Order Complete').count() >= 1", "Order Completed"),
    (SHOP, "unknown_event", "trait('age') > 1\nAND »event('order_completed').count() = 0",
     "Order Completed"),
    (SHOP, "unknown_event", "»event('Zzz').count() = 0", None),
    (SHOP, "unknown_property", f"{WHERE}»property('totl') > 5{END}", "total"),
    (SHOP, "unknown_property", f"{ORDER}.sum(»property('TOTAL')) > 5", "total"),
    (SHOP, "unknown_property", f"{WHERE}»property('address.cty') = 'Rome'{END}", "address.city"),
    (SHOP, "unknown_property", f"{WHERE}»property('products.sku') = 'x'{END}", "products.$.sku"),
    (SHOP, "unknown_property",
     f"{WHERE}event('Page Viewed').where(»property(parent: 'page_name') = 'x'{END}{END}", None),
    (SHOP, "unknown_trait", "»trait('plam') = 'pro'", "plan"),
    (SHOP, "unknown_trait", f"{WHERE}property('coupon') = »trait('plans'){END}", "plan"),
    (SHOP, "unknown_context",
     "event('Page Viewed').where(»context('page.urll') = 'x').count() >= 1", "page.url"),
    (STREAMING, "unknown_entity", "»entity('order').count() >= 1", "orders"),
    (STREAMING, "unknown_entity", "»entity('order-products').count() >= 1", "orders"),
    (STREAMING, "unknown_entity", f"entity('orders').where(»entity('products').count() >= 1{END}",
     "order-products"),
    (STREAMING, "unknown_property", f"entity('orders').where(»property('price') > 1{END}", None),
    (B2B, "unknown_trait", "»trait('role') = 'admin'", None),
    (B2B, "unknown_trait", "ANY »trait('seats') > 3", None),
    (B2B, "unknown_trait", "event('Signed In').where(»trait('role') = 'x').count()", None),
    # operators
    (SHOP, "type_clash", f"{WHERE}»property('shipped_at') > '2026-01-31'{END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('shipped_at') > 5{END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('gift') < 1{END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('tags') >= 1{END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('total').contains('5'){END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('gift').starts_with('t'){END}", None),
    (SHOP, "type_clash", f"{WHERE}»property('total').before_date('2026-01-01'){END}", None),
    (SHOP, "type_clash", "»trait('age').within_last(3 days)", None),
    (SHOP, "type_clash", f"»{ORDER}.count().contains('3')", None),
    (SHOP, "type_clash", f"»{ORDER}.count().within_last(3 days)", None),
    # operands
    (SHOP, "type_clash", f"{WHERE}property('total') > »'much'{END}", None),
    (SHOP, "type_clash", f"{WHERE}property('total') > »2026-01-01{END}", None),
    (SHOP, "type_clash", f"{WHERE}property('shipped_at').before_date(»'soon'){END}", None),
    (STREAMING, "type_clash", f"entity('orders').where(»property('status') > 'a'{END}", None),
    (STREAMING, "type_clash",
     f"entity('orders').where(property('total') >= »trait('plan'){END}", None),
    (SHOP, "type_clash", f"{WHERE}property('gift') = »trait('age'){END}", None),
    (SHOP, "type_clash", f"{WHERE}property('coupon').after_date(»trait('age')){END}", None),
    # reducers
    (SHOP, "type_clash", f"{ORDER}.sum(»property('coupon')) > 5", None),
    (SHOP, "type_clash", f"{ORDER}.avg(»property('gift')) > 5", None),
    (SHOP, "type_clash", f"{ORDER}.max(»property('shipped_at')) > 5", None),
    (SHOP, "type_clash", f"{ORDER}.min(»context('timestamp')) > 5", None),
    (SHOP, "cast", f"{ORDER}.sum(»property('total') as string) > 5", None),
    (SHOP, "cast", f"{ORDER}.max(»property('total') as array) > 5", None),
    (SHOP, "cast", f"{ORDER}.first(»property('total') as number)", None),
    # values
    (SHOP, "impossible_value", f"{WHERE}property('currency') = »'usd'{END}", "USD"),
    (SHOP, "impossible_value", f"{WHERE}property('currency').one_of('USD', »'EURO'){END}", "EUR"),
    (SHOP, "impossible_value", f"{WHERE}property('currency') != »5{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('gift') = »'yes'{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('gift') = »'True'{END}", "true"),
    (SHOP, "impossible_value", f"{WHERE}property('gift') = »1{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('total') = »'free'{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('total') = »-1{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('quantity') = »2.5{END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('quantity').one_of(1, »'100'){END}", None),
    (SHOP, "impossible_value", f"{WHERE}property('shipped_at') = »'today'{END}", None),
    (SHOP, "impossible_value", f"{ORDER}.first(property('currency')) = »'GBP'", None),
    (SHOP, "impossible_value", f"{ORDER}.count() = »'many'", None),
    (STREAMING, "impossible_value", f"entity('orders').where(property('total') = »'5a'{END}", None),
    (STREAMING, "type_clash", f"entity('orders').where(property('status') = »5{END}", None),
    (STREAMING, "impossible_value", f"entity('orders').where(property('step') = »'5'{END}", "5"),
    (STREAMING, "type_clash", f"entity('orders').where(property('paid') = »1{END}", None),
    (STREAMING, "type_clash", f"entity('orders').where(property('day') = »1{END}", None),
    (STREAMING, "type_clash",
     f"entity('orders').where(property('total') = »property('status'){END}", None),
    (STREAMING, "type_clash",
     f"entity('orders').where(property('total') = »trait('plan'){END}", None),
    # windows
    (SHOP, "reversed_window", f"{ORDER}.»between(30 days, 7 days).count() >= 1", None),
    (SHOP, "reversed_window", f"{ORDER}.»between(25 hours, 1 day).count() >= 1", None),
    (SHOP, "empty_window", f"{ORDER}.»between(24 hours, 1 day).count() >= 1", None),
    (SHOP, "empty_window", f"{ORDER}.»within(0 days).count() >= 1", None),
    (SHOP, "empty_window", "trait('plan').within_last(»0 hours)", None),
    (SHOP, "expires_after_in_audience", f"{ORDER}.»expires_after(1 hour).count() >= 1", None),
    (SHOP, "expires_after_range", f"{ORDER}.»expires_after(1799 seconds).count()", None),
    (SHOP, "expires_after_range", f"{ORDER}.»expires_after(91 days).count()", None),
    (STREAMING, "unknown_property",
     f"entity('orders').where(entity('order-products').where(»property(parent: 'totl') > 1"
     f"{END}{END}", "total"),
    (STREAMING, "impossible_value",
     f"entity('orders').where(entity('order-products').where(property(parent: 'total') = »'1x'"
     f"{END}{END}", None),
    # accounts
    (SHOP, "no_accounts", "»ANY trait('plan') = 'pro'", None),
    (SHOP, "no_accounts", "»ALL trait('plan') = 'pro'", None),
    # entities
    (STREAMING, "entity_count", "entity('orders').count() >= »0", None),
    (STREAMING, "entity_count", "entity('orders').count() > »-1", None),
    (STREAMING, "entity_count", "entity('orders').count() < »0", None),
    (STREAMING, "entity_count", "entity('orders').count() = »1.5", None),
    (STREAMING, "entity_none_with_filter",
     "entity('orders').»where(property('total') > 5).count() = 0", None),
    (STREAMING, "entity_none_with_filter",
     "entity('orders').»where(entity('order-products').count() >= 1).count() < 1", None),
    (STREAMING, "filter_on_entity", "entity('orders').»within(7 days).count() >= 1", None),
    (STREAMING, "filter_on_entity", "entity('orders').»between(7 days, 9 days).count() >= 1",
     None),
    (STREAMING, "filter_on_entity", "entity('orders').»sources({exclude: 'x'}).count() >= 1",
     None),
    (STREAMING, "event_in_entity",
     f"entity('orders').where(»event('Played').count() >= 1{END}", None),
    (STREAMING, "context_of_entity",
     f"entity('orders').where(»context('timestamp').exists(){END}", None),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "kind", "marked", "nearest"), WRONG)
def test_each_mistake_is_reported_at_its_place(
    schema: CqlSchema, kind: str, marked: str, nearest: str | None
) -> None:
    offset = marked.index("»")
    text = marked.replace("»", "")
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    issues = check(parse(text), schema, text=text)
    assert [(issue.kind, issue.line, issue.column) for issue in issues] == [(kind, line, column)]
    (issue,) = issues
    assert issue.nearest == nearest
    assert issue.found
    assert issue.expected


FINE = [
    (SHOP, f"{WHERE}property('total') >= '12.50' AND property('quantity') > 2.5{END}"),
    (SHOP, f"{WHERE}property('currency').one_of('USD') AND property('gift') = 'true'{END}"),
    (SHOP, f"{WHERE}property('coupon') = 5 AND property('coupon').contains(5){END}"),
    (SHOP, f"{WHERE}property('anything') > 5 AND property('anything').contains('x'){END}"),
    (SHOP, f"{WHERE}property('address.city') = 'Rome' AND property('products.$.sku') = 'a'{END}"),
    (SHOP, f"{WHERE}property('tags').contains('x') AND property('tags.$') = 'x'{END}"),
    (SHOP, f"{WHERE}property('shipped_at').before_date('2026-01-31'){END}"),
    (SHOP, f"{WHERE}property('coupon') > 'a' AND property('total') >= trait('plan'){END}"),
    (SHOP, f"{WHERE}property('coupon').within_last(7 days){END}"),
    (SHOP, f"{WHERE}context('timestamp').after_date(2026-01-01) AND context('ip').exists(){END}"),
    (SHOP, "event('Page Viewed').where(context('page.title') = 'x').count() >= 1"),
    (SHOP, f"{WHERE}context('anything.at.all') = 'x'{END}"),
    (SHOP, f"{ORDER}.count() >= -1 AND {ORDER}.count() = 2.5 AND {ORDER}.count() < 0"),
    (SHOP, f"{ORDER}.max(property('coupon') as string) >= 'B'"),
    (SHOP, f"{ORDER}.mode(property('coupon'), 2) = 'x'"),
    (SHOP, f"{ORDER}.unique(property('tags.$')).count() > 2"),
    (SHOP, f"{ORDER}.between(1 day, 25 hours).count() >= 1"),
    (SHOP, f"{WHERE}event('Page Viewed').between(parent: 0 days, 2 days).count() >= 1{END}"),
    (SHOP, f"{ORDER}.expires_after(1800 seconds).count()"),
    (SHOP, f"{ORDER}.expires_after(90 days).sum(property('total'))"),
    (SHOP, "trait('plan').before_last(0 days)"),
    (SHOP, f"{ORDER}.unique(property('coupon'))"),
    (B2B, "trait('seats') > 3 AND ANY (trait('role') = 'admin')"),
    (B2B, "event('Signed In').where(trait('role') = 'admin').count() >= 1"),
    (B2B, "trait('seats')"),
    (B2B, "event('Signed In').where(trait('seats') > 3).count()"),
    (STREAMING, "NOT entity('orders').where(property('total') > 5).count() >= 1"),
    (STREAMING, "entity('orders').count() = 0 OR entity('orders').count() > 0"),
    (STREAMING, f"entity('orders').where(property('paid') = 'true'{END}"),
    (STREAMING, f"event('Played').where(entity('orders').count() >= 1{END}"),
    (STREAMING, f"event('Played').where(entity('orders').where(property('total') = "
     f"property(parent: 'seconds'){END}{END}"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "text"), FINE)
def test_what_is_no_mistake_is_not_reported(schema: CqlSchema, text: str) -> None:
    assert check(parse(text), schema, text=text) == ()


def nested_entities(depth: int) -> str:
    text = f"entity('e{depth}').count() >= 1"
    for level in range(depth - 1, 0, -1):
        text = f"entity('e{level}').where({text}).count() >= 1"
    return text


def test_entities_are_at_most_six_relationships_deep() -> None:
    six, seven = nested_entities(6), nested_entities(7)
    assert check(parse(six), STREAMING, text=six) == ()
    (issue,) = check(parse(seven), STREAMING, text=seven)
    assert (issue.kind, issue.column) == ("entity_depth", seven.index("entity('e7')") + 1)


def test_fifty_primary_expressions_are_the_most() -> None:
    fifty = " AND ".join(["trait('age') > 1"] * 50)
    assert check(parse(fifty), SHOP, text=fifty) == ()
    more = fifty + " OR trait('age') < 9"
    (issue,) = check(parse(more), SHOP, text=more)
    assert issue.kind == "too_many_expressions"
    assert issue.column == len(fifty) + len(" OR ") + 1
    assert issue.found == "51 primary expressions"


def test_conditions_inside_where_count_as_expressions_too() -> None:
    inner = " OR ".join(["property('total') > 1"] * 50)
    text = f"{ORDER}.where({inner}).count()"
    (issue,) = check(parse(text), SHOP, text=text)
    assert issue.kind == "too_many_expressions"


HAS_PLAN = Comparison(Trait("plan"), Operator.EXISTS)
ORDERS = Stream(Event("Order Completed"))

HAND_BUILT: list[tuple[str, CqlQuery]] = [
    ("nested_quantifier", AnyUser(AllUsers(HAS_PLAN))),
    (
        "nested_quantifier",
        Comparison(
            Reduction(
                Stream(Event("Signed In"), (Where(AnyUser(HAS_PLAN)),)),
                Reducer.COUNT,
            ),
            Operator.EXISTS,
        ),
    ),
    ("outside_stream", Comparison(Property("total"), Operator.EXISTS)),
    (
        "list_compared",
        Comparison(
            Reduction(ORDERS, Reducer.UNIQUE, Property("coupon")),
            Operator.EQUALS,
            (Text("x"),),
        ),
    ),
    ("mode_minimum", Reduction(ORDERS, Reducer.MODE, Property("coupon"), minimum=0)),
]


@pytest.mark.parametrize(("kind", "query"), HAND_BUILT)
def test_trees_that_no_text_gives_are_checked_too(kind: str, query: CqlQuery) -> None:
    assert kind in [issue.kind for issue in check(query, SHOP, text="")]


def test_a_node_without_a_place_is_reported_at_the_start() -> None:
    (issue,) = check(Comparison(Trait("nope"), Operator.EXISTS), SHOP, text="")
    assert (issue.line, issue.column) == (1, 1)


def test_issues_come_in_the_order_of_the_text() -> None:
    text = "trait('one').exists() AND\n(trait('two').exists() OR event('three').count() > 1)"
    places = [(i.line, i.column) for i in check(parse(text), SHOP, text=text)]
    assert places == sorted(places)
    assert len(places) == 3


def test_an_issue_reads_as_one_line() -> None:
    text = "event('Order Complete').count() >= 1"
    (issue,) = check(parse(text), SHOP, text=text)
    assert str(issue) == (
        "line 1, column 1: the event 'Order Complete' is not in the schema, "
        "expected one of the events listed there; did you mean 'Order Completed'?"
    )


def test_a_hostile_query_over_a_large_schema_is_reported_in_bounds() -> None:
    traits: dict[str, bool] = {f"customer_trait_{i}": True for i in range(5_000)}
    schema = load_schema({"traits": {"properties": traits}}, where="big")
    text = " OR ".join(f"trait('costumer_trait_{i}{'x' * 300}').exists()" for i in range(150))
    issues = check(parse(text), schema, text=text)
    assert len(issues) == MAX_ISSUES
    assert all(len(str(issue)) < 400 for issue in issues)


def test_control_characters_of_a_name_do_not_reach_the_message() -> None:
    text = "trait('a\\u001b[31mb\\nc').exists()"
    (issue,) = check(parse(text), SHOP, text=text)
    assert issue.found.isprintable()


@given(queries())
@settings(max_examples=150, deadline=None)
def test_in_an_open_world_no_name_is_unknown(query: CqlQuery) -> None:
    issues = check(query, infer_schema(query), text="")
    assert not [issue for issue in issues if issue.kind.startswith("unknown")]
    assert not [issue for issue in issues if issue.kind == "no_accounts"]


@given(queries())
@settings(max_examples=150, deadline=None)
def test_any_query_is_checked_without_failing(query: CqlQuery) -> None:
    for schema in (SHOP, B2B, STREAMING):
        assert len(check(query, schema, text="")) <= MAX_ISSUES


def test_the_documented_examples_are_accepted_where_their_names_exist() -> None:
    accepted = 0
    for line in shared_data("cql/segment_docs_examples.jsonl").read_text().splitlines():
        row: dict[str, str] = json.loads(line)
        if row["kind"] not in ("audience", "computed_trait"):
            continue
        query = parse(row["query"])
        assert check(query, infer_schema(query), text=row["query"]) == (), row["id"]
        accepted += 1
    assert accepted == 22


def test_numbers_far_apart_in_form_are_one_number() -> None:
    query = Comparison(
        Reduction(
            Stream(
                Event("Order Completed"),
                (
                    Where(
                        Comparison(Property("quantity"), Operator.EQUALS, (Text("2.0"), Number(3)))
                    ),
                ),
            ),
            Reducer.COUNT,
        ),
        Operator.AT_LEAST,
        (Number(1),),
    )
    assert check(query, SHOP, text="") == ()
