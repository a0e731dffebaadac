"""Schemas from files: our own format, Segment's exports, the names of queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jurist.errors import SchemaError
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    Field,
    Kind,
    find_field,
    named_fields,
)
from jurist.languages.cql.schemas.schema_file import infer_schema, load_schema, read_schema
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.schema_names import names
from jurist.languages.documents import MAX_BYTES, parse_document

YAML = """
name: Shop
language: cql
audience_type: LINKED
now: 2026-06-01T00:00:00Z
assumptions: {sum_of_nothing: zero}
events:
  Order Completed:
    description: An order was paid.
    properties:
      total: {type: number, minimum: 0}
      currency: {type: string, enum: [USD, NO, on]}
      coupon: {type: [string, "null"]}
    required: [total, coupon]
    context: {page.url: {type: string}}
  Signed Out:
traits:
  properties: {plan: {type: string, enum: [free, pro]}, since: {type: string, format: date}}
  required: [plan]
account_traits: {properties: {seats: {type: integer}}}
entities:
  orders:
    properties: {total: {type: number}}
    required: [total]
    entities: {order-products: {properties: {price: {type: number}}}}
"""


def load(document: Mapping[str, object]) -> CqlSchema:
    return load_schema(document, where="shop.yaml")


def field_of(facts: object, *, required: bool = False) -> Field:
    event = {"properties": {"p": facts}, "required": ["p"] if required else []}
    return load({"events": {"E": event}}).events["E"].properties["p"]


def failure(document: Mapping[str, object]) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        load(document)
    return caught.value


# --- our own format ---


def test_every_part_of_our_own_format(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(YAML, encoding="utf-8")
    schema = read_schema(path)
    order = schema.events["Order Completed"]
    assert schema.name == "Shop"
    assert schema.audience_type is AudienceType.LINKED
    assert schema.now == 1_780_272_000_000
    assert not schema.open_world
    assert order.description == "An order was paid."
    assert order.properties["total"] == Field(Kind.NUMBER, required=True, minimum=0)
    assert order.properties["currency"].enum == ("USD", "NO", "on")
    assert order.properties["coupon"] == Field(Kind.STRING)
    assert order.context == {"page.url": Field(Kind.STRING)}
    assert schema.events["Signed Out"].properties == {}
    assert schema.traits["plan"].required
    assert schema.traits["since"].kind is Kind.DATE
    assert schema.account_traits["seats"].kind is Kind.INTEGER
    assert schema.entities["orders"].entities["order-products"].properties["price"]


def test_the_same_schema_as_json_and_yaml(tmp_path: Path) -> None:
    yaml, as_json = tmp_path / "shop.yaml", tmp_path / "shop.json"
    yaml.write_text(YAML, encoding="utf-8")
    as_json.write_text(json.dumps(parse_document(YAML, where="")), encoding="utf-8")
    assert read_schema(yaml).digest == read_schema(as_json).digest


def test_a_nameless_schema_is_named_after_its_file() -> None:
    assert load_schema({}, where="folder/acme.yaml").name == "acme"


def test_the_digest_tells_contents_apart() -> None:
    one = load({"events": {"A": {"properties": {"x": {"type": "number", "minimum": 0}}}}})
    same = load({"events": {"A": {"properties": {"x": {"type": "number", "minimum": 0}}}}})
    other = load({"events": {"A": {"properties": {"x": {"type": "number", "minimum": 1}}}}})
    assert one.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"type": "number", "exclusiveMinimum": 0}, Field(Kind.NUMBER, minimum=Decimal("1E-30"))),
        ({"type": "integer", "exclusiveMinimum": 0}, Field(Kind.INTEGER, minimum=1)),
        ({"type": "integer", "minimum": 0.5}, Field(Kind.INTEGER, minimum=1)),
        ({"type": "integer", "exclusiveMaximum": 10}, Field(Kind.INTEGER, maximum=9)),
        ({"type": "number", "maximum": 0.1}, Field(Kind.NUMBER, maximum=Decimal("0.1"))),
        # Draft 4 makes an inclusive bound exclusive with a boolean.
        (
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
            Field(Kind.INTEGER, minimum=4),
        ),
        ({"type": "string", "minimum": 3}, Field(Kind.STRING)),
        ({"type": ["integer", "number"]}, Field(Kind.NUMBER)),
        ({"type": ["string", "number"]}, Field(Kind.UNKNOWN)),
        ({"type": "any"}, Field(Kind.UNKNOWN)),
        ({}, Field(Kind.UNKNOWN)),
        (True, Field(Kind.UNKNOWN)),
        ({"type": "boolean", "enum": [True]}, Field(Kind.BOOLEAN, enum=("true",))),
        ({"const": 5.0}, Field(Kind.UNKNOWN, enum=(5,))),
        ({"type": "number", "enum": [1, 2.5, "x"]}, Field(Kind.NUMBER, enum=(1, Decimal("2.5")))),
        ({"type": "string", "enum": ["a", None, "a"]}, Field(Kind.STRING, enum=("a",))),
        ({"enum": [{"a": 1}, "b"]}, Field(Kind.UNKNOWN)),
        ({"type": "string", "format": "email", "pattern": "(", "x-own": 1}, Field(Kind.STRING)),
        ({"type": "number", "multipleOf": 0.01}, Field(Kind.NUMBER)),
        (
            {"type": "array", "items": {"type": "integer", "minimum": 0}},
            Field(Kind.ARRAY, items=Field(Kind.INTEGER, minimum=0)),
        ),
        (
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            Field(Kind.OBJECT, fields={"city": Field(Kind.STRING, required=True)}),
        ),
    ],
)
def test_json_schema_facts(facts: object, expected: Field) -> None:
    assert field_of(facts) == expected


@pytest.mark.parametrize(
    ("facts", "required"),
    [
        ({"type": "string"}, True),
        ({"type": ["string", "null"]}, False),
        ({"type": "string", "enum": ["a", None]}, False),
        ({"type": "string", "nullable": True}, False),
    ],
)
def test_required_means_present_and_not_null(facts: object, required: bool) -> None:
    assert field_of(facts, required=True).required is required


# --- what is wrong with a file ---


@pytest.mark.parametrize(
    ("document", "place", "says"),
    [
        (
            {"events": {"Order Completed": {"properties": {"total": {"type": "number",
                                                                    "minimum": "zero"}}}}},
            "events.Order Completed.properties.total.minimum",
            "a number",
        ),
        ({"evnts": {}}, "evnts", "did you mean 'events'?"),
        ({"events": {"A": {"propertys": {}}}}, "events.A.propertys", "did you mean 'properties'?"),
        ({"events": []}, "events", "a mapping"),
        ({"events": {"A": {"properties": {"x": "string"}}}}, "events.A.properties.x", "a mapping"),
        ({"events": {"A": {"properties": {"x": {"type": "strng"}}}}},
         "events.A.properties.x.type", "did you mean 'string'?"),
        ({"events": {"A": {"properties": {"total": {}}, "required": ["totl"]}}},
         "events.A.required.0", "did you mean 'total'?"),
        ({"events": {"A": {"properties": {"x": {"required": True, "type": "object",
                                                "properties": {"y": {}}}}}}},
         "events.A.properties.x.required", "list the property's name"),
        ({"traits": {"properties": {"x": {"type": "string", "enum": []}}}},
         "traits.properties.x.enum", "at least one value"),
        ({"traits": {"properties": {"x": {"type": "number", "enum": ["a"]}}}},
         "traits.properties.x.enum", "of type number"),
        ({"traits": {"properties": {"x": {"type": "number", "minimum": 2, "maximum": 1}}}},
         "traits.properties.x.minimum", "bounds"),
        ({"traits": {"properties": {"x": {"type": "number", "maximum": float("inf")}}}},
         "traits.properties.x.maximum", "finite"),
        ({"traits": {"plan": {"type": "string"}}}, "traits.plan", "properties"),
        ({"audience_type": "PEOPLE"}, "audience_type", "USERS, ACCOUNTS, LINKED"),
        ({"language": "sql"}, "language", "cql"),
        ({"now": "tomorrow"}, "now", "2026-06-01T00:00:00Z"),
        ({"now": 5}, "now", "timestamp"),
        ({"name": ["Shop"]}, "name", "text"),
        ({"assumptions": {"sum_of_nothing": "one"}}, "assumptions.sum_of_nothing", "null, zero"),
        ({"assumptions": {"sum_of_nothin": "zero"}}, "assumptions.sum_of_nothin",
         "did you mean 'sum_of_nothing'?"),
        ({"events": {5: {}}}, "events", "'5'"),
        ({"entities": {"orders": {"fields": {}}}}, "entities.orders.fields", "properties"),
    ],
)  # fmt: skip
def test_a_bad_schema_says_where_and_how_to_mend_it(
    document: dict[str, object], place: str, says: str
) -> None:
    error = failure(document)
    assert error.where == f"shop.yaml, at {place}"
    assert says in str(error)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "events: {A: [", "not YAML"),
        ("b.yaml", "name: a\nname: b\n", "line 2: the key 'name' is there twice"),
        ("c.json", '{"name": "a", "name": "b"}', "twice"),
        ("d.json", '{"name": "a",\n "events": }', "line 2"),
        ("e.yaml", "- a\n", "items.0: found the text 'a'"),
        ("f.yaml", "just text", "a mapping"),
        ("g.yaml", "", "empty"),
        ("h.yaml", "name: !!python/object/apply:os.system [ls]", "tag"),
        ("i.yaml", "name: *nowhere", "alias"),
        ("j.yaml", "a: 1\n---\nb: 2", "one"),
        ("k.json", '{"now": NaN}', "NaN"),
        ("l.yaml", "name: \x00", "not YAML"),
        ("m.yaml", "&a [*a]", "alias"),
        ("n.json", '{"traits": {"properties": {"x": {"type": "number", "minimum": 1e999}}}}',
         "too large"),
        ("o.yaml", "name: " + "9" * 5000, "too long"),
        ("p.yaml", "? [a, b]\n: 1", "a key is a list"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_document(tmp_path: Path, name: str, text: str, says: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_schema(path)
    assert name in str(caught.value)
    assert says in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="there is no file"):
        read_schema(tmp_path / "missing.yaml")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(SchemaError, match=r"latin.yaml is not UTF-8 text \(byte 9\)"):
        read_schema(latin)
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SchemaError, match="at most 20,000,000"):
        read_schema(large)


BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{" + ", ".join(f"k{j}: *a{i - 1}" for j in range(10)) + "}\n"
    for i in range(1, 30)
)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "a: " + "[" * 200 + "]" * 200,
        "- " * 100_000,
        BOMB,
        "? " * 5_000,
    ],
)
def test_hostile_documents_are_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        parse_document(text, where="bomb", raises=SchemaError)


def test_a_bomb_of_shared_objects_is_refused() -> None:
    facts: dict[str, object] = {"type": "string"}
    for _ in range(25):
        facts = {"type": "object", "properties": {f"p{i}": facts for i in range(10)}}
    assert "too much is described" in str(failure({"traits": {"properties": {"x": facts}}}))


def test_deep_facts_are_refused() -> None:
    facts: dict[str, object] = {"type": "string"}
    for _ in range(50):
        facts = {"type": "array", "items": facts}
    assert "nested too deeply" in str(failure({"traits": {"properties": {"x": facts}}}))


def test_yaml_anchors_and_merges_may_be_used() -> None:
    document = parse_document(
        "base: &base {type: number, minimum: 0}\n"
        "one: *base\n"
        "two: {<<: *base, minimum: 5}\n"
        "three: {<<: [{a: 1}, {a: 2, b: 3}]}\n"
        "four: {'<<': 4}\n",
        where="",
    )
    assert document["one"] == {"type": "number", "minimum": 0}
    assert document["two"] == {"type": "number", "minimum": 5}
    assert document["three"] == {"a": 1, "b": 3}
    assert document["four"] == {"<<": 4}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["events", "rules", "properties", "type", "enum", "items", "data",
                             "required", "traits", "A", "minimum", "jsonSchema", "TRACK"]),
            inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["events", "traits", "rules", "data", "items", "name"]),
                       JSON_VALUES, max_size=3))  # fmt: skip
@settings(max_examples=300, deadline=None)
@example({"rules": None})
@example({"items": [None]})
@example({"data": {"data": {"data": {}}}})
def test_any_document_gives_a_schema_or_a_schema_error(document: dict[str, object]) -> None:
    try:
        schema = load(document)
    except SchemaError as error:
        message = str(error)
    else:
        message = f"shop.yaml gives {schema.digest}"
    assert "shop.yaml" in message


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
@example("{a: b}")
@example("\ud800")
def test_any_text_gives_a_document_or_a_schema_error(text: str) -> None:
    try:
        document = parse_document(text, where="x.yaml", raises=SchemaError)
    except SchemaError as error:
        document = {"x.yaml": error.where}
    assert isinstance(document, dict)


@given(JSON_VALUES)
@settings(max_examples=200, deadline=None)
def test_json_is_read_as_json_has_it(value: object) -> None:
    # Python's own reader is the oracle.
    text = json.dumps({"value": value})
    assert parse_document(text, where="") == json.loads(text)


# --- Segment's exports ---


def rule(kind: str, key: str | None, **parts: dict[str, object]) -> dict[str, object]:
    properties = {
        name: {"type": "object", "properties": facts, "required": list(facts)}
        for name, facts in parts.items()
    }
    return {
        "type": kind,
        "key": key,
        "version": 1,
        "jsonSchema": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "description": f"about {key}",
            "properties": {"context": {}, "traits": {}, "properties": {}} | properties,
        },
    }


RULES = [
    rule("TRACK", "Order Completed", properties={"total": {"type": "number", "minimum": 0}}),
    rule("TRACK", "Signed Out"),
    rule("IDENTIFY", None, traits={"plan": {"type": "string"}}),
    rule("GROUP", None, traits={"seats": {"type": "integer"}}),
    rule("PAGE", "Home", properties={"title": {"type": "string"}}),
    rule("SCREEN", None),
    rule("COMMON", None, properties={"app_id": {"type": "string"}}, context={"ip": {}}),
]


@pytest.mark.parametrize(
    "document",
    [
        {"rules": RULES},
        {"data": {"rules": RULES, "pagination": {"current": "x"}}},
        {"data": {"trackingPlan": {"id": "tp_1", "name": "Web", "rules": RULES}}},
        {"items": RULES},
    ],
)
def test_the_public_apis_rules(document: dict[str, object]) -> None:
    schema = load(document)
    order = schema.events["Order Completed"]
    assert set(schema.events) == {"Order Completed", "Signed Out", "Page Viewed", "Screen Viewed"}
    assert order.properties["total"] == Field(Kind.NUMBER, required=True, minimum=0)
    assert order.properties["app_id"].required
    assert order.description == "about Order Completed"
    assert set(order.context) == {"ip"}
    assert set(schema.events["Page Viewed"].properties) == {"app_id", "page_name", "title"}
    assert "screen_name" in schema.events["Screen Viewed"].properties
    assert set(schema.account_traits) == {"seats"}
    # A profile may never have had an identify call, whatever such a call requires.
    assert schema.traits == {"plan": Field(Kind.STRING)}


def test_a_list_of_rules_is_an_export(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES), encoding="utf-8")
    assert "Order Completed" in read_schema(path).events


CONFIG_PLAN: dict[str, object] = {
    "name": "workspaces/acme/tracking-plans/rs_1",
    "display_name": "Kicks App",
    "rules": {
        "global": {"properties": {"context": {"properties": {"userAgent": {"type": "string"}}}}},
        "events": [
            {
                "name": "Order Completed",
                "description": "Paid.",
                "version": 1,
                "rules": {
                    "type": "object",
                    "properties": {
                        "context": {},
                        "traits": {},
                        "properties": {
                            "type": "object",
                            "properties": {
                                "total": {"type": ["number", "null"], "description": "Sum"},
                                "at": {"type": "string", "format": "date-time"},
                                "weird.name": {"type": "string"},
                            },
                            "required": ["total", "at", "not described"],
                        },
                    },
                },
            }
        ],
        "identify": {
            "properties": {"traits": {"type": "object", "properties": {"email": {}}}},
        },
        "group": {},
        "identify_traits": [],
        "group_traits": [],
    },
    "create_time": "2019-02-05T00:28:31Z",
}


@pytest.mark.parametrize(
    "document",
    [CONFIG_PLAN, {"tracking_plan": CONFIG_PLAN}, {"tracking_plans": [CONFIG_PLAN]}],
)
def test_the_configuration_apis_plan(document: dict[str, object]) -> None:
    schema = load(document)
    order = schema.events["Order Completed"]
    assert schema.name == "Kicks App"
    assert order.description == "Paid."
    assert order.properties["total"] == Field(Kind.NUMBER, description="Sum")
    assert order.properties["at"] == Field(Kind.DATE_TIME, required=True)
    assert order.properties["not described"] == Field(required=True)
    assert find_field(order.properties, "weird\\.name") == Field(Kind.STRING)
    assert find_field(order.properties, "weird.name") is None
    assert set(order.context) == {"userAgent"}
    assert set(schema.traits) == {"email"}


def test_versions_of_one_event_are_joined() -> None:
    first = rule(
        "TRACK",
        "A",
        properties={
            "same": {"type": "string"},
            "bound": {"type": "integer", "minimum": 0, "maximum": 9},
            "enum": {"type": "string", "enum": ["a"]},
            "kind": {"type": "string", "enum": ["a"]},
            "gone": {"type": "string"},
        },
    )
    second = rule(
        "TRACK",
        "A",
        properties={
            "same": {"type": "string"},
            "bound": {"type": "number", "minimum": 2},
            "enum": {"type": "string", "enum": ["b"]},
            "kind": {"type": "number"},
            "new": {"type": "string"},
        },
    )
    for rules in ([first, second], [second, first]):
        joined = load({"rules": rules}).events["A"].properties
        assert joined["same"] == Field(Kind.STRING, required=True)
        assert joined["bound"] == Field(Kind.NUMBER, required=True, minimum=0)
        assert set(joined["enum"].enum or ()) == {"a", "b"}
        assert joined["kind"] == Field(required=True)
        assert not joined["gone"].required
        assert not joined["new"].required


def test_a_property_that_one_version_does_not_require_is_not_required() -> None:
    facts = {"x": {"type": "string"}}
    optional = {"properties": {"properties": {"type": "object", "properties": facts}}}
    strict = rule("TRACK", "A", properties={"x": {"type": "string"}})
    loose: dict[str, object] = {"type": "TRACK", "key": "A", "jsonSchema": optional}
    for rules in ([strict, loose], [loose, strict]):
        assert load({"rules": rules}).events["A"].properties["x"] == Field(Kind.STRING)


def test_traits_that_all_calls_require_may_still_be_missing_in_a_profile() -> None:
    schema = load({"rules": [rule("COMMON", None, traits={"email": {"type": "string"}})]})
    assert schema.traits == {"email": Field(Kind.STRING)}


BAD_EXPORTS: list[tuple[dict[str, object], str]] = [
        ({"rules": [{"type": "TRAK", "key": "A"}]}, "did you mean 'TRACK'?"),
        ({"rules": [{"type": "TRACK"}]}, "rules.0: a TRACK rule without a key"),
        ({"rules": {"events": [{"rules": {}}]}}, "rules.events.0: an event without a name"),
        ({"data": {"trackingPlan": {"name": "no rules"}}}, "no tracking-plan rules"),
        ({"rules": [rule("TRACK", "A", properties={"x": {"type": "number", "minimum": "a"}})]},
         "rules.0.jsonSchema.properties.properties.properties.x.minimum"),
    ]  # fmt: skip


@pytest.mark.parametrize(("document", "says"), BAD_EXPORTS)
def test_a_bad_export_says_where(document: dict[str, object], says: str) -> None:
    assert says in str(failure(document))


# --- names ---


def test_names_walk_objects_arrays_and_literal_dots() -> None:
    fields = {
        "address": Field(
            Kind.OBJECT,
            required=True,
            fields={"city": Field(Kind.STRING, required=True), "a.b": Field(Kind.NUMBER)},
        ),
        "free": Field(Kind.OBJECT),
        "tags": Field(Kind.ARRAY, required=True, items=Field(Kind.STRING)),
        "page.url": Field(Kind.STRING),
        "total": Field(Kind.NUMBER),
    }
    assert find_field(fields, "address.city") == Field(Kind.STRING, required=True)
    assert find_field(fields, "address.a\\.b") == Field(Kind.NUMBER)
    assert find_field(fields, "address.zip") is None
    assert find_field(fields, "free.any.thing") == Field()
    assert find_field(fields, "tags.$") == Field(Kind.STRING)
    assert find_field(fields, "tags.x") is None
    assert find_field(fields, "page.url") == Field(Kind.STRING)
    assert find_field(fields, "total.x") is None
    assert find_field(fields, "nope") is None
    for name, field in named_fields(fields):
        found = find_field(fields, name)
        assert found is not None
        assert found.kind is field.kind


def test_an_inner_field_is_required_only_where_its_holder_is() -> None:
    inner = Field(Kind.STRING, required=True)
    assert find_field({"a": Field(Kind.OBJECT, fields={"b": inner})}, "a.b") == Field(Kind.STRING)


def test_the_names_for_a_prompt_are_one_line_each() -> None:
    event = {"description": "x\ny" * 300, "properties": {"it's": True}}
    schema = load({**parse_document(YAML, where=""), "events": {"A\nB": event}})
    lines = names(schema)
    assert lines[0].startswith("event 'A?B' - x y")
    assert lines[1] == "property of 'A?B' 'it\\'s': any value"
    assert "trait 'plan' of a user: string, one of 'free' | 'pro', always present" in lines
    assert "trait 'seats' of the account: integer" in lines
    assert "entity of 'orders' 'order-products'" in lines
    assert all(line.isprintable() and len(line) < 500 for line in lines)


def test_inferring_a_schema_notes_each_name_where_it_is_used() -> None:
    schema = infer_schema(
        parse(
            "event('A').where(property('x') = 1 AND context('ip').exists() AND "
            "event('B').where(property(parent: 'y') = property('z')).count() >= 1)"
            ".sum(property('w.v')) > trait('t')"
        ),
        parse("entity('o').where(entity('p').where(property('q') = 1).count() >= 1).count() >= 1"),
    )
    assert schema.open_world
    assert schema.audience_type is AudienceType.LINKED
    assert set(schema.events["A"].properties) == {"x", "y", "w.v"}
    assert set(schema.events["A"].context) == {"ip"}
    assert set(schema.events["B"].properties) == {"z"}
    assert set(schema.traits) == {"t"}
    assert set(schema.entities["o"].entities["p"].properties) == {"q"}
    assert all(field == Field() for field in schema.events["A"].properties.values())


def test_inferring_from_a_quantified_query_gives_accounts() -> None:
    schema = infer_schema(parse("ANY trait('role') = 'x' AND trait('seats') > 3"))
    assert schema.audience_type is AudienceType.ACCOUNTS
    assert set(schema.account_traits) == {"seats"}
    assert "role" in schema.traits


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (YAML.replace("enum: [free, pro]", "enum: 3"), "line 18, at traits.properties.plan.enum"),
        (YAML.replace("minimum: 0", "minimun: 0"), None),  # what JSON Schema allows is let be
        (YAML + "nonsense: 1\n", "at nonsense"),
        ("events: [Signed Up]\n", "line 1, at events"),
        ('{\n"events": {"A": {\n"properties": {"a": {"type": "integr"}}}}}', "line 3, at events.A"),
    ],
)
def test_errors_in_a_file_name_the_line(tmp_path: Path, text: str, where: str | None) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text(text)
    if where is None:
        read_schema(path)
        return
    with pytest.raises(SchemaError) as caught:
        read_schema(path)
    assert caught.value.where.startswith(f"{path}, line ")
    assert where in caught.value.where
