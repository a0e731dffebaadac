"""Two values that are read: explained, drawn, outlined, and under other constants."""

from __future__ import annotations

from jurist.evidence.pipeline import decide
from jurist.languages.base import Node, NodeKind
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.text.parser import parse
from jurist.languages.explanations import Explanation
from jurist.languages.pseudonymizing import COUNTED

LANGUAGE = CqlLanguage()
SHOP = CqlSchema(
    title="Shop",
    events={"Order": EventSpec({"n": Field(Kind.NUMBER)}), "Return": EventSpec({})},
    traits={
        "city": Field(Kind.STRING),
        "home": Field(Kind.STRING),
        "age": Field(Kind.NUMBER),
    },
)
MORE = "event('Order').where(property('n') > 2).count() > event('Return').within(7 days).count()"
BUYER: dict[str, object] = {
    "now": "2026-06-01T00:00:00Z",
    "customer": {
        "traits": {"age": 1},
        "events": [
            {"name": "Order", "time": "2026-05-30T00:00:00Z", "properties": {"n": 3}},
            {"name": "Order", "time": "2026-05-31T00:00:00Z", "properties": {"n": 4}},
            {"name": "Return", "time": "2026-05-31T00:00:00Z"},
        ],
    },
}


def kinds(node: Node | Explanation) -> list[NodeKind]:
    return [child.kind for child in node.children]


def test_each_stream_is_explained_with_what_it_comes_to() -> None:
    explained = LANGUAGE.explain(parse(MORE), SHOP, BUYER)
    assert (explained.holds, explained.reading) == (True, "2 > 1, yes")
    assert explained.items == ("/customer/events/0", "/customer/events/1")
    *_, other = explained.children
    assert (other.kind, other.value, other.holds) == (NodeKind.AGGREGATE, 1, None)
    assert other.items == ("/customer/events/2",)


def test_beside_a_trait_too() -> None:
    explained = LANGUAGE.explain(parse("trait('age') < event('Order').count()"), SHOP, BUYER)
    assert explained.reading == "1 < 2, yes"
    assert explained.items == ("/customer/traits/age",)
    assert [child.value for child in explained.children] == [2]


def test_the_outline_has_the_nodes_of_the_explanation() -> None:
    for text in (MORE, "trait('age') < event('Order').count()"):
        outline = LANGUAGE.outline(parse(text))
        assert kinds(outline) == kinds(LANGUAGE.explain(parse(text), SHOP, BUYER))


def test_a_witness_is_drawn_with_the_events_of_both() -> None:
    reference, candidate = parse("event('Order').count() > event('Return').count()"), parse(MORE)
    evidence = decide(LANGUAGE, reference, candidate, SHOP)
    assert evidence.witnesses
    for witness in evidence.witnesses:
        picture = LANGUAGE.picture(witness, reference, candidate, SHOP)
        assert picture.scenes


def test_what_is_compared_with_a_count_keeps_its_numbers() -> None:
    compared = LANGUAGE.compared(parse("trait('age') < event('Order').count()"), SHOP)
    assert compared.together == (("trait 'age'", COUNTED),)


def test_what_is_searched_for_as_a_text_keeps_its_numbers() -> None:
    texts = LANGUAGE.compared(parse("trait('city').contains(trait('home'), 'x')"), SHOP)
    assert texts.together == (("trait 'city'", "trait 'home'"),)
    assert not texts.fixed
    numbers = LANGUAGE.compared(parse("trait('city').contains(trait('age'))"), SHOP)
    assert [place for place, _ in numbers.fixed] == ["trait 'age'"]
