"""Places, as the capability calls where a value stands, and the constants that meet it."""

from __future__ import annotations

from jurist.languages.cql.checking.known_names import KnownNames
from jurist.languages.cql.schemas.schema import Field, Kind
from jurist.languages.cql.semantics.readings import NumberLikeText
from jurist.languages.cql.semantics.values import Atom, moment_of, read_number, text_of
from jurist.languages.cql.syntax import Context, Entity, Event, Property, Trait
from jurist.languages.cql.tree import Scope, holder_of
from jurist.languages.pseudonymizing import ConstantKind


def trait_place(name: str, *, of_account: bool) -> str:
    """Of a trait of a customer or an account."""
    return f"{'account trait' if of_account else 'trait'} {name!r}"


def event_place(event: str, name: str) -> str:
    """Of an event's property."""
    return f"property {name!r} of event {event!r}"


def row_place(slugs: tuple[str, ...], name: str) -> str:
    """Of a property of an entity's rows."""
    return f"property {name!r} of entity {slugs!r}"


def context_place(name: str) -> str:
    """Of a context field, whichever event has it."""
    return f"context {name!r}"


def place_of(node: Trait | Property | Context, scope: Scope, names: KnownNames) -> str:
    """Where a value stands that a query reads."""
    match node:
        case Trait(name):
            return trait_place(name, of_account=names.is_of_account(scope))
        case Context(name):
            return context_place(name)
        case Property(name):
            holder = holder_of(node, scope)
            match holder and holder.source:
                case Event(event):
                    return event_place(event, name)
                case Entity():
                    return row_place(holder.slugs if holder else (), name)
                case _:
                    return f"property {name!r} of nothing"


def kind_of(value: Atom, reading: NumberLikeText, *, by_text: bool) -> ConstantKind:
    """As what a value is compared where equality or order is asked (U10, A10)."""
    if not isinstance(value, str):
        return ConstantKind.NUMBER
    number = None if by_text else read_number(value)
    if number is not None and (reading is NumberLikeText.NUMBER or text_of(number) == value):
        return ConstantKind.NUMBER
    return text_kind(value)


def text_kind(value: str) -> ConstantKind:
    """As what a text is compared that is not read as a number."""
    return ConstantKind.TEXT if moment_of(value) is None else ConstantKind.MOMENT


def holds_others(field: Field) -> bool:
    """Whether a value is an object, or an array of what is no text: what is compared is JSON (A9).

    An array of texts is one text more, whose words are those of its entries.
    """
    inside = field.items
    if field.kind is Kind.ARRAY:
        return inside is not None and inside.kind not in (Kind.STRING, Kind.UNKNOWN)
    return field.kind is Kind.OBJECT
