"""No marked value leaves with audiences; and customers are in the twins of their audiences."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent, Subject
from jurist.languages.cql.semantics.values import Value, Values, moment_of
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Constant,
    Context,
    CqlQuery,
    Event,
    Moment,
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
from jurist.languages.pseudonymizing import Relation
from jurist.privacy import Level, NotCarriedError, Pseudonyms
from pseudonymised_pairs import KEY, of_pair

CQL = CqlLanguage()
MARKED = [
    f"{first}{second}{last}"
    for first in "BKZ"
    for second in ("ar", "ol", "umi")
    for last in ("tok", "vexa", "quin", "-7781", " Hus", "42")
]
NUMBERS = [48_151, 62_342, 77_181.25, 90_001]
DAYS = ["2024-02-29", "1987-11-03"]


def test_nothing_marked_leaves() -> None:
    described = f"Such as {MARKED[0]} or '{MARKED[4]}', at most {NUMBERS[3]}, as of {DAYS[0]}."
    schema = CQL.load_schema(
        {
            "name": "Marked",
            "now": "2024-03-01",
            "events": {
                "Bought": {
                    "properties": {
                        "brand": {"type": "string", "enum": MARKED, "description": described},
                        "price": {"type": "number", "maximum": NUMBERS[3]},
                        "day": {"type": "string", "format": "date"},
                    }
                }
            },
        },
        where="test",
    )
    prices = " OR ".join(f"property('price') = {number}" for number in NUMBERS[:3])
    brands = ", ".join(f"'{mark}'" for mark in MARKED)
    query = CQL.parse(
        f"event('Bought').where(property('brand').one_of({brands}) AND ({prices}) AND "
        f"property('day').one_of('{DAYS[0]}', '{DAYS[1]}')).count() >= 1"
    )
    pseudonyms = Pseudonyms(KEY, Level.VALUES, CQL, schema, [query])
    asked = "; ".join(
        f"who bought {mark} or {mark.upper()} for {number} or ${number:,} since {day}"
        for mark in MARKED
        for number in NUMBERS
        for day in DAYS
    )
    sent = CQL.format(pseudonyms.query(query))
    prose = pseudonyms.prose(asked, about=[query])
    left = "\n".join([sent, prose, repr(pseudonyms.schema), *CQL.names(pseudonyms.schema)])
    left = left.lower().replace(",", "")
    now = str(moment_of("2024-03-01"))
    for mark in [*map(str.lower, MARKED), *map(str, NUMBERS), *DAYS, now]:
        assert mark not in left
    assert pseudonyms.reveal_query(sent) == CQL.format(query)


def test_lists_of_a_thousand_take_no_time() -> None:
    texts = ", ".join(f"'Customer {i} of Åland'" for i in range(1_000))
    query = CQL.parse(f"trait('name').one_of({texts})")
    pseudonyms = of_pair(CQL, CQL.infer_schema(query), [query])
    started = time.process_time()
    sent = CQL.format(pseudonyms.query(query))
    assert time.process_time() - started < 5
    assert "Customer" not in sent
    assert pseudonyms.reveal_query(sent) == CQL.format(query)


# --- a customer with its values exchanged ------------------------------------------------------

Asks = Callable[[str, Constant], Condition]
"""A condition that compares the value of a name with a constant."""


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_customer_s_twin_is_where_the_customer_was(data: st.DataObject) -> None:
    """For what asks for equality and order: for parts of texts values are exchanged otherwise."""
    schema = data.draw(
        strategies.schemas().filter(lambda each: each.audience_type is AudienceType.USERS)
    )
    query = data.draw(strategies.conditions(schema))
    subject = data.draw(strategies.customers(schema))
    asked = {r for each in CQL.compared(query, schema).constants for r in each.relations}
    if not asked <= {Relation.EQUALITY, Relation.ORDER} or ".mode(" in CQL.format(query):
        return
    pseudonyms = of_pair(CQL, schema, [query])
    try:
        other, twin = pseudonyms.query(query), exchanged(subject, pseudonyms)
    except NotCarriedError:
        return
    before, _ = evaluators(query, query, schema)
    there = cast("CqlQuery", other)
    after, _ = evaluators(there, there, cast("CqlSchema", pseudonyms.schema))
    assert before(subject, strategies.NOW) == after(twin, moved(strategies.NOW, pseudonyms))


def exchanged(subject: Subject, pseudonyms: Pseudonyms) -> Customer:
    assert isinstance(subject, Customer)
    return Customer(
        exchanged_values(subject.traits, pseudonyms, trait_equals),
        tuple(
            CustomerEvent(
                event.name,
                moved(event.time, pseudonyms),
                exchanged_values(event.properties, pseudonyms, partial(has_property, event.name)),
                exchanged_values(event.context, pseudonyms, partial(has_context, event.name)),
                event.source,
            )
            for event in subject.events
        ),
    )


def trait_equals(name: str, constant: Constant) -> Condition:
    return Comparison(Trait(name), Operator.EQUALS, (constant,))


def has_property(event: str, name: str, constant: Constant) -> Condition:
    return happened(event, Comparison(Property(name), Operator.EQUALS, (constant,)))


def has_context(event: str, name: str, constant: Constant) -> Condition:
    return happened(event, Comparison(Context(name), Operator.EQUALS, (constant,)))


def happened(event: str, condition: Condition) -> Condition:
    counted = Reduction(Stream(Event(event), (Where(condition),)), Reducer.COUNT)
    return Comparison(counted, Operator.AT_LEAST, (Number(1),))


def exchanged_values(values: Values, pseudonyms: Pseudonyms, asks: Asks) -> Values:
    return {
        key: exchanged_value(value, key.replace(".", "\\."), pseudonyms, asks)
        for key, value in values.items()
    }


def exchanged_value(value: Value, name: str, pseudonyms: Pseudonyms, asks: Asks) -> Value:
    """What the public interface puts for a value, asked by a query that compares it."""
    if isinstance(value, tuple):
        return tuple(exchanged_value(each, f"{name}.$", pseudonyms, asks) for each in value)
    if isinstance(value, Mapping):
        return {
            key: exchanged_value(each, f"{name}.{key}", pseudonyms, asks)
            for key, each in value.items()
        }
    constant = Text(value) if isinstance(value, str) else Number(value)
    sent = pseudonyms.query(asks(name, constant))
    return CQL.compared(sent, pseudonyms.schema).constants[0].value


def moved(ms: int, pseudonyms: Pseudonyms) -> int:
    sent = pseudonyms.query(Comparison(Trait("t"), Operator.AFTER_DATE, (Moment(ms, zoned=True),)))
    return moment_of(str(CQL.compared(sent, pseudonyms.schema).constants[0].value)) or 0
