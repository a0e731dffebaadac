"""What a customer's JSON document breaks of a schema, read on its own.

Nothing here is shared with what makes customers up (the population, the prover): this
reader is what their work is held against before anybody sees it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.semantics.values import Atom, moment_of, split_path

_TIME = re.compile(r"([01][0-9]|2[0-3])(:[0-5][0-9]){2}")
_FULL_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)

_Object = Mapping[str, object]


def violations(document: Mapping[str, object], schema: CqlSchema) -> Iterator[str]:
    """What a subject's document breaks, each as a sentence that names the place.

    Args:
        document: As `subject_to_json` writes it.
        schema: Types, bounds, enums, formats, required names, and the members of objects
            where they are listed. That a query names no event, trait or property that is
            not listed is for the check.
    """
    now = moment_of(cast("str", document["now"]))
    if schema.now is not None and now != schema.now:
        yield "now is not the moment that the schema pins"
    reader = _Reader(schema, now or 0)
    if "account" in document:
        account = _object(document["account"])
        traits = _object(account.get("traits"))
        yield from reader.listed(traits, schema.account_traits, "account.traits")
        for i, user in enumerate(_list(account.get("users"))):
            yield from reader.customer(_object(user), f"account.users[{i}]")
    else:
        yield from reader.customer(_object(document["customer"]), "customer")


class _Reader:
    def __init__(self, schema: CqlSchema, now: int) -> None:
        self._schema = schema
        self._now = now

    def customer(self, body: _Object, where: str) -> Iterator[str]:
        traits = _object(body.get("traits"))
        yield from self.listed(traits, self._schema.traits, f"{where}.traits")
        for i, event in enumerate(_list(body.get("events"))):
            yield from self._event(_object(event), f"{where}.events[{i}]")
        entities = _object(body.get("entities"))
        yield from self._entities(entities, self._schema.entities, f"{where}.entities")

    def _event(self, event: _Object, where: str) -> Iterator[str]:
        name = cast("str", event["name"])
        spec = self._schema.events.get(name)
        time = moment_of(cast("str", event["time"]))
        if time is None or time > self._now:
            yield f"{where}.time lies after now"
        if spec is None:
            return
        properties = _object(event.get("properties"))
        yield from self.listed(properties, spec.properties, f"{where}.properties")
        context = _object(event.get("context"))
        yield from self.listed(context, spec.context, f"{where}.context")

    def _entities(
        self, body: _Object, specs: Mapping[str, EntitySpec], where: str
    ) -> Iterator[str]:
        for slug, rows in body.items():
            spec = specs.get(slug)
            if spec is None:
                continue
            for i, row in enumerate(_list(rows)):
                place, item = f"{where}.{slug}[{i}]", _object(row)
                properties = _object(item.get("properties"))
                yield from self.listed(properties, spec.properties, f"{place}.properties")
                inner = _object(item.get("entities"))
                yield from self._entities(inner, spec.entities, f"{place}.entities")

    # --- values ---

    def listed(self, values: _Object, fields: Fields, where: str) -> Iterator[str]:
        """What an object breaks whose names are listed as queries name them."""
        for name, field in fields.items():
            yield from self._value(_at(values, split_path(name)), field, f"{where}.{name}")

    def _value(self, value: object, field: Field, where: str) -> Iterator[str]:
        if value is None:
            if field.required:
                yield f"{where} is required"
            return
        if not _is_of_kind(value, field.kind):
            yield f"{where} is no {field.kind}: {value!r}"
            return
        if field.enum is not None and not any(_is_same(value, member) for member in field.enum):
            yield f"{where} is none of the values that are listed: {value!r}"
        number = _number(value)
        if number is not None:
            if isinstance(field.minimum, int | Decimal) and number < field.minimum:
                yield f"{where} is less than {field.minimum}: {value!r}"
            if isinstance(field.maximum, int | Decimal) and number > field.maximum:
                yield f"{where} is more than {field.maximum}: {value!r}"
        if isinstance(value, list) and field.items is not None:
            for i, entry in enumerate(cast("Sequence[object]", value)):
                yield from self._value(entry, field.items, f"{where}[{i}]")
        if isinstance(value, dict) and field.fields is not None:
            yield from self._members(cast("_Object", value), field.fields, where)

    def _members(self, members: _Object, fields: Fields, where: str) -> Iterator[str]:
        for name, field in fields.items():
            yield from self._value(members.get(name), field, f"{where}.{name}")
        yield from (
            f"{where}: no member {name!r} is listed" for name in members if name not in fields
        )


def _object(value: object) -> _Object:
    return cast("_Object", value) if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _at(value: object, keys: Sequence[str]) -> object:
    for key in keys:
        value = _object(value).get(key)
    return value


def _number(value: object) -> int | Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Decimal(repr(value))
    return value if isinstance(value, int) else None


def _is_same(value: object, listed: Atom) -> bool:
    if isinstance(listed, str):
        return value == listed
    return _number(value) == listed


def _is_of_kind(value: object, kind: Kind) -> bool:
    match kind:
        case Kind.UNKNOWN:
            return True
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.NUMBER:
            return _number(value) is not None
        case Kind.INTEGER:
            number = _number(value)
            return number is not None and number == int(number)
        case Kind.BOOLEAN:
            return value in ("true", "false")  # the language's booleans are texts
        case Kind.DATE:
            return isinstance(value, str) and _is_full_date(value)
        case Kind.DATE_TIME:
            if not isinstance(value, str) or moment_of(value) is None:
                return False
            return _DATE_TIME.fullmatch(value) is not None
        case Kind.TIME:
            return isinstance(value, str) and _TIME.fullmatch(value) is not None
        case Kind.ARRAY:
            return isinstance(value, list)
        case Kind.OBJECT:
            return isinstance(value, dict)


def _is_full_date(text: str) -> bool:
    if _FULL_DATE.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
