"""What in a subject's JSON a raw schema document forbids: a reading of its own.

It shares nothing with the product: neither its schema reader nor its rules of legality.
Where JSON Schema and the reference page differ, the page decides: only listed names exist,
null means missing, several types mean any value, a boolean may be written as its text.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from json_documents import Json, listing, mapping

STANDARD_CONTEXT = frozenset(
    {"active", "app", "campaign", "channel", "device", "groupId", "ip", "library", "locale"}
    | {"location", "network", "os", "page", "referrer", "screen", "timezone", "userAgent"}
)
"""The first keys of the context that any event may have."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))", re.ASCII
)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})", re.ASCII)
_SUBJECT, _CUSTOMER, _ACCOUNT = {"now"}, {"traits", "events", "entities"}, {"traits", "users"}
_EVENT, _ROW = {"name", "time", "properties", "context", "source"}, {"properties", "entities"}


def violations(schema: Json, subject: Json) -> list[str]:
    """All that a subject breaks, each with its place.

    Args:
        schema: A document in the format of schema files.
        subject: What a witness records: `now` and a `customer` or an `account`.
    """
    return list(_of_subject(schema, subject))


def moment(text: object) -> datetime.datetime | None:
    """The moment that an RFC 3339 timestamp says, or a day, which is its midnight in UTC."""
    if not isinstance(text, str) or not (is_date(text) or is_date_time(text)):
        return None
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def is_date(text: str) -> bool:
    """Whether a text is a day that there is, and no more than a day."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Whether a text is a day with its time and zone, as RFC 3339 asks for."""
    match = _DATE_TIME.fullmatch(text)
    if match is None or not is_date(match[1]):
        return False
    hour, minute, second, zone_hour, zone_minute = (int(part or 0) for part in match.groups()[1:])
    return max(hour, zone_hour) < 24 and max(minute, second, zone_minute) < 60


def is_time(text: str) -> bool:
    """Whether a text is a time of day, `hh:mm:ss`."""
    match = _TIME.fullmatch(text)
    if match is None:
        return False
    hour, minute, second = map(int, match.groups())
    return hour < 24 and minute < 60 and second < 60


# --- subjects -----------------------------------------------------------------------------


def _of_subject(schema: Json, subject: Json) -> Iterator[str]:
    now = moment(subject.get("now"))
    if now is None:
        yield f"now: {subject.get('now')!r} is no moment"
        return
    pinned = schema.get("now")
    if pinned is not None and moment(pinned) != now:
        yield f"now: {subject['now']} where the schema says {pinned}"
    kinds = [kind for kind in ("customer", "account") if kind in subject]
    if len(kinds) != 1 or set(subject) - _SUBJECT - set(kinds):
        yield f"subject: has {sorted(subject)}"
        return
    body = mapping(subject[kinds[0]])
    if kinds == ["customer"]:
        yield from _of_customer(schema, body, now, "customer")
        return
    if set(body) - _ACCOUNT:
        yield f"account: has {sorted(body)}"
    holder = mapping(schema.get("account_traits"))
    yield from _of_values(holder, mapping(body.get("traits")), "account.traits")
    for i, user in enumerate(listing(body.get("users"))):
        yield from _of_customer(schema, mapping(user), now, f"account.users[{i}]")


def _of_customer(schema: Json, body: Json, now: datetime.datetime, at: str) -> Iterator[str]:
    if set(body) - _CUSTOMER:
        yield f"{at}: has {sorted(body)}"
    traits = mapping(schema.get("traits"))
    yield from _of_values(traits, mapping(body.get("traits")), f"{at}.traits")
    for i, event in enumerate(listing(body.get("events"))):
        yield from _of_event(schema, mapping(event), now, f"{at}.events[{i}]")
    yield from _of_rows(schema, body, f"{at}.entities")


def _of_event(schema: Json, event: Json, now: datetime.datetime, at: str) -> Iterator[str]:
    if set(event) - _EVENT:
        yield f"{at}: has {sorted(event)}"
    time = moment(event.get("time"))
    if time is None:
        yield f"{at}.time: {event.get('time')!r} is no moment"
    elif time > now:
        yield f"{at}.time: {event['time']} lies in the future"
    source = event.get("source")
    if source is not None and not isinstance(source, str):
        yield f"{at}.source: {source!r} is no text"
    known = mapping(schema.get("events"))
    name = event.get("name")
    if name not in known:
        yield f"{at}: there is no event {name!r}"
        return
    facts = mapping(known[cast("str", name)])
    yield from _of_values(facts, mapping(event.get("properties")), f"{at}.properties")
    listed = mapping(facts.get("context"))
    if listed:
        context = _apart_from_standard(mapping(event.get("context")), listed)
        yield from _of_values({"properties": listed}, context, f"{at}.context")


def _apart_from_standard(context: Json, listed: Json) -> Json:
    """The fields that a schema lists, and those that nobody does."""
    paths = [_keys(name) for name in listed]
    left: dict[str, object] = {}
    for key, value in context.items():
        inside = [path[1] for path in paths if path[0] == key and len(path) > 1]
        if key not in STANDARD_CONTEXT or [key] in paths:
            left[key] = value
        elif inside:
            left[key] = {name: each for name, each in mapping(value).items() if name in inside}
    return left


def _of_rows(holder: Json, body: Json, at: str) -> Iterator[str]:
    known = mapping(holder.get("entities"))
    for slug, rows in mapping(body.get("entities")).items():
        if slug not in known:
            yield f"{at}: there is no relationship {slug!r}"
            continue
        facts = mapping(known[slug])
        for i, each in enumerate(listing(rows)):
            row = mapping(each)
            if set(row) - _ROW:
                yield f"{at}.{slug}[{i}]: has {sorted(row)}"
            values = mapping(row.get("properties"))
            yield from _of_values(facts, values, f"{at}.{slug}[{i}].properties")
            yield from _of_rows(facts, row, f"{at}.{slug}[{i}].entities")


# --- values -------------------------------------------------------------------------------


def _of_values(holder: Json, values: Json, at: str) -> Iterator[str]:
    """Of traits, properties or columns; a name with dots lies inside of objects."""
    facts = _members(mapping(holder.get("properties")), _names(holder.get("required")))
    yield from _of_members(facts, values, at)


def _members(listed: Json, required: set[str]) -> Json:
    """One JSON Schema object of all names, where those with dots are nested."""
    if not any("." in name for name in listed):
        return {"properties": listed, "required": sorted(required)}
    properties: dict[str, object] = {}
    for name, facts in copy.deepcopy(dict(listed)).items():
        first, *rest = _keys(name)
        if not rest:
            properties[first] = facts
            continue
        inner = cast("dict[str, object]", properties.setdefault(first, {"type": "object"}))
        for key in rest:
            members = cast("dict[str, object]", inner.setdefault("properties", {}))
            inner = cast("dict[str, object]", members.setdefault(key, {"type": "object"}))
        inner.clear()
        inner.update(mapping(facts))
    required = {name for name in required if not _may_be_null(listed.get(name, {}))}
    needed = sorted({_keys(name)[0] for name in required})
    for name in required:
        first, *rest = _keys(name)
        inner = cast("dict[str, object]", properties.get(first, {}))
        for key in rest:
            inner["required"] = sorted({*_names(inner.get("required")), key})
            members = cast("dict[str, object]", inner["properties"])
            inner = cast("dict[str, object]", members[key])
    return {"properties": properties, "required": needed}


def _of_members(facts: Json, values: Json, at: str) -> Iterator[str]:
    listed = mapping(facts.get("properties"))
    required = _names(facts.get("required"))
    for name, value in values.items():
        if name not in listed and name not in required:
            yield f"{at}: there is no {name!r}"
        yield from _of_value(listed.get(name, {}), value, f"{at}.{name}")
    for name in sorted(required):
        if values.get(name) is None and not _may_be_null(listed.get(name, {})):
            yield f"{at}.{name}: is required"


def _of_value(facts: object, value: object, at: str) -> Iterator[str]:
    if value is None or isinstance(facts, bool):
        return
    schema = mapping(facts)
    allowed = _allowed(schema)
    if allowed is not None and not any(_same(value, one) for one in allowed):
        yield f"{at}: {value!r} is none of {allowed}"
    types = _types(schema)
    if len(types) != 1:
        return
    (kind,) = types
    wrong = f"{at}: {value!r} is no {kind}"
    match kind:
        case "string":
            if not isinstance(value, str):
                yield wrong
            elif schema.get("format") == "date" and not is_date(value):
                yield f"{at}: {value!r} is no date"
            elif schema.get("format") == "date-time" and not is_date_time(value):
                yield f"{at}: {value!r} is no date-time"
            elif schema.get("format") == "time" and not is_time(value):
                yield f"{at}: {value!r} is no time"
        case "boolean":
            if not isinstance(value, bool) and value not in ("true", "false"):
                yield wrong
        case "number" | "integer":
            number = _number(value)
            if number is None or (kind == "integer" and number != number.to_integral_value()):
                yield wrong
            else:
                yield from _of_bounds(schema, number, at)
        case "array":
            if not isinstance(value, list | tuple):
                yield wrong
                return
            for i, entry in enumerate(cast("Sequence[object]", value)):
                yield from _of_value(schema.get("items") or {}, entry, f"{at}[{i}]")
        case "object":
            if not isinstance(value, Mapping):
                yield wrong
            elif schema.get("properties"):
                yield from _of_members(schema, cast("Json", value), at)
        case _:
            yield f"{at}: the schema's type {kind!r} is unknown"


def _of_bounds(schema: Json, number: Decimal, at: str) -> Iterator[str]:
    for word, sign in (("minimum", 1), ("maximum", -1)):
        bound, strict = _number(schema.get(word)), schema.get(f"exclusive{word.title()}")
        other = _number(strict)
        if bound is not None:
            gap = (number - bound) * sign
            if gap < 0 or (gap == 0 and strict is True):
                yield f"{at}: {number} is beyond the {word} {bound}"
        if other is not None and (number - other) * sign <= 0:
            yield f"{at}: {number} is not inside the exclusive {word} {other}"


def _same(value: object, allowed: object) -> bool:
    one, other = _number(value), _number(allowed)
    if one is not None or other is not None:
        return one == other
    return _worded(value) == _worded(allowed)


def _worded(value: object) -> object:
    """A boolean as its text, which is how the language says it."""
    return str(value).lower() if isinstance(value, bool) else value


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


# --- keywords -----------------------------------------------------------------------------


def _types(schema: Json) -> set[str]:
    """The types there are; none where any value will do."""
    stated = schema.get("type")
    names = cast("list[object]", stated) if isinstance(stated, list) else [stated]
    kinds = {str(name) for name in names if name not in (None, "null")}
    return {"number"} if kinds == {"number", "integer"} else kinds - {"any"}


def _may_be_null(facts: object) -> bool:
    if isinstance(facts, bool):
        return False
    schema = mapping(facts)
    stated = schema.get("type")
    if (
        schema.get("nullable")
        or stated == "null"
        or (isinstance(stated, list) and "null" in stated)
    ):
        return True
    allowed = _allowed(schema)
    return allowed is not None and None in allowed


def _allowed(schema: Json) -> list[object] | None:
    if "const" in schema:
        return [schema["const"]]
    enum = schema.get("enum")
    return None if enum is None else list(listing(enum))


def _names(required: object) -> set[str]:
    return {str(name) for name in listing(required)}


def _keys(name: str) -> list[str]:
    return [key.replace("\0", ".") for key in name.replace("\\.", "\0").split(".")]
