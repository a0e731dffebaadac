"""The facts of one property, read from its JSON Schema.

Only what a proof may rest on is kept: a keyword that is not understood is left out,
which makes the schema weaker and never wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final, cast

from jurist.languages.cql.schemas.schema import NUMERIC, TEMPORAL, Field, Fields, Kind
from jurist.languages.cql.semantics.subjects import is_in_range
from jurist.languages.cql.semantics.values import (
    MAX_DIGITS,
    Atom,
    is_date,
    is_time,
    is_timestamp,
    plain,
)
from jurist.languages.documents import kind_of
from jurist.languages.places import Place as AnyPlace

MAX_NESTING = 32
SMALLEST_STEP = Decimal(1).scaleb(-MAX_DIGITS)
"""Numbers have at most 30 decimal places (assumption A5), so exclusive bounds can be inclusive."""

# Wide enough for every number that is let in and for its bound in steps, so nothing is rounded.
_EXACT = Context(prec=4 * MAX_DIGITS)

_KINDS = {kind.value: kind for kind in Kind if kind not in TEMPORAL | {Kind.UNKNOWN}}
_TIME_FORMATS = {kind.value: kind for kind in TEMPORAL}


@dataclass(frozen=True, slots=True)
class Place(AnyPlace):
    """A place in a schema document."""

    def instead_of(self, what: str, word: str, known: Collection[str]) -> str:
        """What to do about a word that is not known."""
        other = _OTHER_TYPES.get(word.lower()) if what == "type" else None
        usual = AnyPlace.instead_of(self, what, word, known)
        if other:
            return f"did you mean {other!r}?"
        if usual == "remove it" and "properties" in known:
            return f"put {word[:80]!r} under `properties:` if it is one, or remove it"
        return usual


_OTHER_TYPES: Final = {
    "float": "number", "double": "number", "decimal": "number", "numeric": "number",
    "int": "integer", "long": "integer", "bigint": "integer",
    "bool": "boolean", "str": "string", "text": "string", "varchar": "string",
    "list": "array", "dict": "object", "map": "object", "record": "object", "none": "null",
}  # fmt: skip
"""What other schemas call a type."""


def read_fields(
    properties: object, required: object, place: Place, *, unlisted: bool, depth: int = 0
) -> Fields:
    """The facts of each member of a JSON Schema object.

    Args:
        properties: The value of `properties`.
        required: The value of `required`, a list of names.
        place: Where the object stands.
        unlisted: Whether a required name may be missing from `properties` (JSON Schema
            allows it); else that is an error, for it is most often a typing mistake.
        depth: How many objects enclose this one.
    """
    at_properties = place.at("properties")
    listed = at_properties.mapping(properties)
    needed = _required(required, listed, place.at("required"), unlisted=unlisted)
    fields = {
        name: read_field(facts, at_properties.at(name), required=name in needed, depth=depth)
        for name, facts in listed.items()
    }
    extra = {name: Field(required=True) for name in needed if name not in listed}
    return fields | extra


def read_field(facts: object, place: Place, *, required: bool = False, depth: int = 0) -> Field:
    """The facts of one property; `required` if every item has it."""
    place.count()
    if depth > MAX_NESTING:
        raise place.error("nested too deeply", expected=f"at most {MAX_NESTING} levels")
    if isinstance(facts, bool):
        return Field(required=required)
    schema = place.mapping(facts)
    kind, nullable = _kind(schema, place)
    enum, with_null = _enum(schema, kind, place)
    description = schema.get("description")
    minimum, maximum = _bounds(schema, kind, place)
    if enum is not None:
        kept = tuple(value for value in enum if _is_possible(value, kind, minimum, maximum))
        if not kept:
            raise place.error(
                "none of the listed values is within the bounds and of the format",
                fix="change the values, the bounds or `format`",
            )
        enum = kept
    return Field(
        kind=kind,
        required=required and not nullable and not with_null,
        minimum=minimum,
        maximum=maximum,
        enum=enum,
        items=_items(schema, kind, place, depth),
        fields=_members(schema, kind, place, depth),
        description=description if isinstance(description, str) else "",
        sensitive=_flag(schema.get("sensitive", False), place.at("sensitive")),
    )


def _flag(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        raise place.error(f"found {kind_of(value)}", expected="true or false")
    return value


def read_number(value: object, place: Place) -> int | Decimal:
    """An exact number; a float is the decimal that its shortest text says."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise place.error(f"found {kind_of(value)}", expected="a number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise place.error(f"found {value}", expected="a finite number")
    if not is_in_range(value):
        raise place.error(
            "the number has too many digits",
            expected=f"at most {MAX_DIGITS} before and {MAX_DIGITS} behind the point",
            fix="round it",
        )
    return plain(value) if isinstance(value, Decimal) else value


# --- keywords -------------------------------------------------------------------------------


def _required(
    required: object, listed: Mapping[str, object], place: Place, *, unlisted: bool
) -> frozenset[str]:
    if isinstance(required, bool):
        raise place.error(
            f"found {kind_of(required)}",
            expected="a list of names",
            fix="list the property's name under `required` of the object that has it",
        )
    names = [place.at(i).text(name) for i, name in enumerate(place.listing(required))]
    if not unlisted:
        for index, name in enumerate(names):
            place.at(index).known_word("property", name, listed)
    return frozenset(names)


def _kind(schema: Mapping[str, object], place: Place) -> tuple[Kind, bool]:
    """The kind, and whether null is a value."""
    at_type, stated = place.at("type"), schema.get("type")
    nullable = bool(schema.get("nullable"))
    if stated is None:
        return Kind.UNKNOWN, nullable
    names = at_type.listing(
        cast("object", stated) if isinstance(stated, list | tuple) else [stated]
    )
    kinds: set[Kind] = set()
    for name in names:
        if name in ("null", None):
            nullable = True
        elif name == "any":
            kinds.update(_KINDS.values())
        else:
            word = at_type.text(name)
            at_type.known_word("type", word, (*_KINDS, "null"))
            kinds.add(_KINDS[word])
    if len(kinds) > 1 and kinds <= NUMERIC:
        kinds = {Kind.NUMBER}
    if len(kinds) != 1:
        return Kind.UNKNOWN, nullable
    kind = kinds.pop()
    stated_format = schema.get("format")
    if kind is Kind.STRING and isinstance(stated_format, str):
        kind = _TIME_FORMATS.get(stated_format, kind)
    return kind, nullable


def _enum(
    schema: Mapping[str, object], kind: Kind, place: Place
) -> tuple[tuple[Atom, ...] | None, bool]:
    """All values there are, and whether null is one of them."""
    if "const" in schema:
        values, spot = [schema["const"]], place.at("const")
    elif "enum" in schema and schema["enum"] is not None:
        spot = place.at("enum")
        values = spot.listing(schema["enum"])
        if not values:
            raise spot.error("no value is allowed", expected="at least one value")
    else:
        return None, False
    with_null = any(value is None for value in values)
    atoms: dict[Atom, None] = {}
    for index, value in enumerate(values):
        if isinstance(value, Mapping | list | tuple):
            return None, with_null
        if value is not None:
            atom = _atom(value, spot.at(index))
            if _fits(value, atom, kind):
                atoms[atom] = None
    if not atoms and not with_null:
        raise spot.error(
            f"none of the values is of type {kind.value}", fix="change `type` or the values"
        )
    return (tuple(atoms) or None), with_null


def _atom(value: object, place: Place) -> Atom:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case datetime.date():
            return value.isoformat()
        case _:
            return read_number(value, place)


def _fits(value: object, atom: Atom, kind: Kind) -> bool:
    match kind:
        case Kind.STRING | Kind.DATE | Kind.DATE_TIME | Kind.TIME:
            return isinstance(atom, str) and not isinstance(value, bool)
        case Kind.INTEGER:
            return isinstance(atom, int)
        case Kind.NUMBER:
            return not isinstance(atom, str)
        case Kind.BOOLEAN:
            return isinstance(value, bool) or atom in ("true", "false")
        case Kind.UNKNOWN:
            return True
        case _:
            return False


def _is_possible(value: Atom, kind: Kind, minimum: Atom | None, maximum: Atom | None) -> bool:
    """Whether a listed value is also what the other keywords ask for."""
    if isinstance(value, str):
        of_kind = {Kind.DATE: is_date, Kind.DATE_TIME: is_timestamp, Kind.TIME: is_time}.get(kind)
        return of_kind is None or of_kind(value)
    above = isinstance(minimum, str) or minimum is None or value >= minimum
    return above and (isinstance(maximum, str) or maximum is None or value <= maximum)


def _bounds(
    schema: Mapping[str, object], kind: Kind, place: Place
) -> tuple[Atom | None, Atom | None]:
    """Inclusive bounds; JSON Schema's bounds say nothing of values that are not numbers."""
    if kind not in NUMERIC:
        return None, None
    lower = _bound(schema, "minimum", "exclusiveMinimum", place, kind)
    upper = _bound(schema, "maximum", "exclusiveMaximum", place, kind)
    if lower is not None and upper is not None and lower > upper:
        raise place.at("minimum").error(
            f"no number is at least {lower} and at most {upper}",
            expected="a `minimum` that is at most the `maximum`",
            fix="exchange or widen the bounds",
        )
    return lower, upper


def _bound(
    schema: Mapping[str, object], word: str, exclusive_word: str, place: Place, kind: Kind
) -> int | Decimal | None:
    rising = word == "minimum"
    bounds: list[int | Decimal] = []
    exclusive = schema.get(exclusive_word)
    if schema.get(word) is not None:
        value = read_number(schema[word], place.at(word))
        # Draft 4 writes the exclusive bound as a boolean beside the inclusive one.
        bounds.append(_inclusive(value, kind, rising=rising, strict=exclusive is True))
    if exclusive is not None and not isinstance(exclusive, bool):
        value = read_number(exclusive, place.at(exclusive_word))
        bounds.append(_inclusive(value, kind, rising=rising, strict=True))
    if not bounds:
        return None
    return max(bounds) if rising else min(bounds)


def _inclusive(value: int | Decimal, kind: Kind, *, rising: bool, strict: bool) -> int | Decimal:
    """The least (or greatest) value of the kind that keeps the bound."""
    step = Decimal(1) if kind is Kind.INTEGER else SMALLEST_STEP
    steps = _EXACT.divide(Decimal(value), step)
    whole = steps.to_integral_value(ROUND_CEILING if rising else ROUND_FLOOR, _EXACT)
    if strict and whole == steps:
        whole = _EXACT.add(whole, Decimal(1 if rising else -1))
    return plain(_EXACT.multiply(whole, step))


def _items(schema: Mapping[str, object], kind: Kind, place: Place, depth: int) -> Field | None:
    items = schema.get("items")
    if kind is not Kind.ARRAY or not isinstance(items, Mapping):
        return None
    return read_field(cast("object", items), place.at("items"), depth=depth + 1)


def _members(schema: Mapping[str, object], kind: Kind, place: Place, depth: int) -> Fields | None:
    if kind is not Kind.OBJECT or not schema.get("properties"):
        return None
    return read_fields(
        schema["properties"], schema.get("required"), place, unlisted=True, depth=depth + 1
    )
