"""What a raw schema document says of the type of a value: a reading of its own.

It shares nothing with the product's schema reader. Types are those of the reference page:
a JSON type, `date`, `date-time` or `time` for texts of that format, and `any` where nothing
or more than one type is stated.
"""

from __future__ import annotations

from typing import cast

from json_documents import Json, mapping

ANY = "any"
STRING = "string"
NUMBERS = frozenset({"number", "integer"})
MOMENTS = frozenset({"date", "date-time"})
TIME = "time"


def keys_of(name: str) -> tuple[str, ...]:
    """The keys of a path, where a dot behind a backslash belongs to its key."""
    return tuple(k.replace("\0", ".") for k in name.replace("\\.", "\0").split("."))


def type_of(facts: object) -> str:
    """The type that a JSON Schema states."""
    schema = mapping(facts)
    stated = schema.get("type")
    names = cast("list[object]", stated) if isinstance(stated, list) else [stated]
    types = {str(name) for name in names if name not in (None, "null")}
    if types == set(NUMBERS):
        return "number"
    if len(types) != 1:
        return ANY
    (one,) = types
    stated_format = schema.get("format")
    if one == STRING and stated_format in {*MOMENTS, TIME}:
        return str(stated_format)
    return one


def type_at(listed: object, keys: tuple[str, ...]) -> str:
    """The type of what lies under a path; `any` where nothing is listed there."""
    return type_of(facts_at(mapping(listed), keys))


def facts_at(listed: Json, keys: tuple[str, ...]) -> Json:
    """The facts of a path into what is listed, a whole path under one name too."""
    for name, facts in listed.items():
        path = keys_of(name)
        if keys[: len(path)] == path:
            found = _inside(mapping(facts), keys[len(path) :])
            if found is not None:
                return found
    return {}


def _inside(facts: Json, keys: tuple[str, ...]) -> Json | None:
    if not keys:
        return facts
    if keys[0] == "$":
        return _inside(mapping(facts.get("items")), keys[1:])
    return facts_at(mapping(facts.get("properties")), keys) or None
