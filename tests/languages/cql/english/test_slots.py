"""What requests name, and queries with what another request names."""

from jurist import data
from jurist.languages.cql.english.reading.slots import SlotKind
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema_file import read_schema

CQL = CqlLanguage()
_SHOP = read_schema(data.schema_path("shop"))


def test_outlines_name_slots_in_order() -> None:
    outline = CQL.outline_request(
        "gold loyalty tier, bought twice in the last 2 weeks, address city 'Ulm'", _SHOP
    )
    assert [(slot.kind, slot.value) for slot in outline.slots] == [
        (SlotKind.TEXT, "gold"),
        (SlotKind.TRAIT, "loyalty_tier"),
        (SlotKind.EVENT, "Order Completed"),
        (SlotKind.NUMBER, 2),
        (SlotKind.HOURS, 336),
        (SlotKind.TRAIT, "address.city"),
        (SlotKind.TEXT, "Ulm"),
    ]


def test_requests_that_differ_in_slots_alone_have_one_outline() -> None:
    one, other = (
        CQL.outline_request(text, _SHOP)
        for text in ("gold tier, 2 orders within 2 weeks", "bronze tier, 5 orders within 9 days")
    )
    assert one.masked == other.masked
    assert one.shape == other.shape
    assert one.slots != other.slots


def test_what_a_request_names_takes_the_place_of_what_was_named() -> None:
    known, asked = (
        CQL.outline_request(text, _SHOP)
        for text in ("gold tier, bought twice in 2 weeks", "bronze tier, bought once in 9 hours")
    )
    query = CQL.parse(
        "trait('loyalty_tier') = 'gold' AND event('Order Completed').within(14 days).count() >= 2"
    )
    assert CQL.format(CQL.fit_request(query, known, asked)) == (
        "trait('loyalty_tier') = 'bronze' AND event('Order Completed').within(9 hours).count() >= 1"
    )
