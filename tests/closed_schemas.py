"""Small schemas drawn as raw documents, and all values that a field of one may have.

A field is finite where its type, enum and bounds leave a few values: then `values_of` lists
them all. Of any other field it gives some that are legal, at and beside what a query may name.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

from json_documents import Json

Facts = dict[str, object]

NOW = "2026-03-12T00:00:00Z"
NOWS = (
    NOW,
    "2026-03-11T23:59:59.999Z",
    "2026-03-12T00:00:00.001Z",
    "2026-03-12T12:00:00Z",
)
"""Moments to look at: midnight, just before and after, and noon."""
NUMBERLIKE = ("1", "01", "1.0", "1.10", "1.1", "0", "00", "-1", "9", "10")
TEXTS = ("", "a", "ab", "b", *NUMBERLIKE, "1e3", "true", "2026-03-10")
DATES = ("2026-03-10", "2026-03-11", "2026-03-12", "2024-02-29", "2026-03-13")
DATE_TIMES = (
    "2026-03-10T00:00:00Z",
    "2026-03-10T01:00:00+01:00",
    "2026-03-11T12:00:00.500Z",
    "2026-03-12T00:00:00Z",
    "2026-03-12T00:00:00.001Z",
)
TIMES = ("00:00:00", "08:30:00", "12:00:00", "23:59:59")
DAYS = (*DATES, *DATE_TIMES, "2026-03-14", "2026-03-11T00:00:00Z", "2026-03-12T23:59:59.999Z")
"""Texts that are days or timestamps, where a schema does not say which."""
NUMBERS: tuple[float, ...] = (
    *(0, 1, 2, 3, -1, 10, 0.5, 1.1, 1.0000001, 52.5200066, 48.8566141, 52.520006600001),
    *(0.1234567, -0.00000001, 1e-9, 1000, 0.30000000000000004),
)
ANYTHING: tuple[object, ...] = (
    *("a", 1, "1", "01", 1.5, True, "2026-03-10", ["a"], [], {"x": 1}),
    *("2026-03-12", "2026-03-11T12:00:00Z"),
)
_OF_DAYS = "Any value, of which the interesting ones are days and timestamps."
MOST_VALUES = 12


@dataclass(frozen=True)
class Values:
    """Values of a field, `None` among them where it may be missing."""

    all: tuple[object, ...]
    complete: bool
    """Whether there are no others."""


# --- documents ----------------------------------------------------------------------------


def draw_fields(
    rng: random.Random, names: Sequence[str], *, finite: bool, flavour: str = ""
) -> Facts:
    """`properties` and `required` of some names; a flavour is what most of them are about."""
    properties = {name: draw_field(rng, finite=finite, flavour=flavour) for name in names}
    required = [name for name in names if rng.random() < 0.35]
    return {"properties": properties, **({"required": required} if required else {})}


def draw_field(rng: random.Random, *, finite: bool, depth: int = 0, flavour: str = "") -> Facts:
    """The JSON Schema of one field; of few values, where it has to be `finite`."""
    kinds = list(_FINITE) if finite else [*_FINITE, *_INFINITE]
    if flavour == "strings":
        kinds = [*_STRINGS, *_FINITE[:4]] if finite else [*_STRINGS, _free_text, _number, _untyped]
    elif flavour == "days":
        kinds = [_enum_of_dates, _enum_of_days] if finite else [*_DAYS]
    elif flavour == "columns":
        kinds = list(_COLUMNS)
    elif depth < 1:
        kinds += [_finite_object, _finite_object] if finite else [_object, _array, _array]
    facts = rng.choice(kinds)(rng, depth)
    if rng.random() < 0.12:
        return _nullable(facts, rng)
    return facts


def _nullable(facts: Facts, rng: random.Random) -> Facts:
    if rng.random() < 0.5 or "type" not in facts:
        return {**facts, "nullable": True}
    enum = cast("list[object] | None", facts.get("enum"))
    more = {"enum": [*enum, None]} if enum is not None else {}
    return {**facts, "type": [facts["type"], "null"], **more}


def _some(rng: random.Random, pool: Sequence[object], most: int = 3) -> list[object]:
    return rng.sample(pool, rng.randint(2, most))


def _enum_of_texts(rng: random.Random, _depth: int) -> Facts:
    return {"type": "string", "enum": _some(rng, TEXTS)}


def _enum_of_numberlike(rng: random.Random, _depth: int) -> Facts:
    return {"type": "string", "enum": _some(rng, (*NUMBERLIKE, "", "a"), 4)}


def _enum_of_any(rng: random.Random, _depth: int) -> Facts:
    return {"enum": _some(rng, (*NUMBERLIKE, "a", 1, 1.1, 10), 4)}


def _enum_of_days(rng: random.Random, _depth: int) -> Facts:
    """Days and timestamps by their form alone: any text may be among them."""
    facts: Facts = {"enum": list(dict.fromkeys(_some(rng, (*DAYS, *DAYS, "a", "1"), 4)))}
    return {**facts, "type": "string"} if rng.random() < 0.3 else facts


def _any_day(_rng: random.Random, _depth: int) -> Facts:
    return {"description": _OF_DAYS}


def _time(_rng: random.Random, _depth: int) -> Facts:
    return {"type": "string", "format": "time"}


def _enum_of_numbers(rng: random.Random, _depth: int) -> Facts:
    return {"type": "number", "enum": _some(rng, NUMBERS)}


def _enum_of_dates(rng: random.Random, _depth: int) -> Facts:
    if rng.random() < 0.5:
        return {"type": "string", "format": "date", "enum": _some(rng, DATES)}
    return {"type": "string", "format": "date-time", "enum": _some(rng, DATE_TIMES)}


def _whole(rng: random.Random, _depth: int) -> Facts:
    least = rng.choice((-1, 0, 1, 1, 2, 3))
    most = least + rng.randint(1, 2)
    if rng.random() < 0.2:
        return {"type": "integer", "exclusiveMinimum": least - 1, "exclusiveMaximum": most + 1}
    return {"type": "integer", "minimum": least, "maximum": most}


def _boolean(_rng: random.Random, _depth: int) -> Facts:
    return {"type": "boolean"}


def _constant(rng: random.Random, _depth: int) -> Facts:
    return {"const": rng.choice((*TEXTS[:5], 1, 0.1234567, True))}


def _finite_object(rng: random.Random, depth: int) -> Facts:
    return _members(rng, depth, finite=True)


def _object(rng: random.Random, depth: int) -> Facts:
    return _members(rng, depth, finite=False)


def _members(rng: random.Random, depth: int, *, finite: bool) -> Facts:
    names = rng.sample(("city", "zip", "n"), rng.randint(1, 2))
    properties = {name: draw_field(rng, finite=finite, depth=depth + 1) for name in names}
    required = [name for name in names if rng.random() < 0.4]
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
    }


def _array(rng: random.Random, depth: int) -> Facts:
    if rng.random() < 0.15:
        return {"type": "array"}
    of_objects = rng.random() < 0.35
    items = _object(rng, depth + 1) if of_objects else draw_field(rng, finite=True, depth=1)
    return {"type": "array", "items": items}


def _free_text(_rng: random.Random, _depth: int) -> Facts:
    return {"type": "string"}


def _date(_rng: random.Random, _depth: int) -> Facts:
    return {"type": "string", "format": "date"}


def _date_time(_rng: random.Random, _depth: int) -> Facts:
    return {"type": "string", "format": "date-time"}


def _number(rng: random.Random, _depth: int) -> Facts:
    facts: Facts = {"type": rng.choice(("number", "number", "integer"))}
    roll = rng.random()
    if roll < 0.3:
        facts["minimum"] = rng.choice((0, 1, -1, 0.5, 0.1234567))
    elif roll < 0.5:
        facts["exclusiveMinimum"] = rng.choice((0, 1, 0.5))
    if rng.random() < 0.4:
        facts["maximum"] = rng.choice((2, 3, 10, 52.5200066))
    return facts


def _untyped(_rng: random.Random, _depth: int) -> Facts:
    return {}


_FINITE = (_enum_of_texts, _enum_of_numbers, _enum_of_dates, _whole, _whole, _boolean, _constant)
_INFINITE = (_free_text, _date, _date_time, _number, _number, _untyped)
_STRINGS = (_enum_of_numberlike, _enum_of_numberlike, _enum_of_any, _whole)
_DAYS = (_enum_of_days, _enum_of_days, _enum_of_dates, _any_day, _any_day, _date, _date_time)
_COLUMNS = (
    *(_date, _date, _date_time, _time, _time, _number, _whole, _free_text),
    *(_enum_of_dates, _enum_of_numberlike, _enum_of_numberlike),
)


# --- values -------------------------------------------------------------------------------


def values_of(facts: object, *, required: bool) -> Values:
    """The values of a field; `None`, its absence, too where it may be missing."""
    schema = cast("Json", facts)
    present = _present(schema)
    if required and not _may_be_null(schema):
        return present
    return Values((None, *present.all), present.complete)


def objects_of(holder: Json, *, most: int, rng: random.Random) -> Values:
    """The objects, traits or properties that `properties` and `required` allow.

    Args:
        holder: What has both keywords.
        most: How many to give at most; by chance, where there are more.
        rng: The chance.
    """
    listed = cast("Json", holder.get("properties") or {})
    required = cast("list[str]", holder.get("required") or [])
    fields = {name: values_of(each, required=name in required) for name, each in listed.items()}
    complete = all(one.complete for one in fields.values())
    total = 1
    for one in fields.values():
        total *= len(one.all)
    if total <= most:
        picked = [dict(zip(fields, each, strict=True)) for each in product(
            *(one.all for one in fields.values())
        )]  # fmt: skip
    else:
        complete = False
        picked = [{name: rng.choice(one.all) for name, one in fields.items()} for _ in range(most)]
    return Values(tuple(map(_nested, picked)), complete)


def _nested(flat: Mapping[str, object]) -> dict[str, object]:
    """The object of these members: what is `None` is missing, a dot walks into an object."""
    made: dict[str, object] = {}
    for name, value in flat.items():
        if value is None:
            continue
        *holders, last = name.split(".")
        inner = made
        for key in holders:
            inner = cast("dict[str, object]", inner.setdefault(key, {}))
        inner[last] = value
    return made


def constants_of(facts: object) -> list[object]:
    """Texts and numbers that a query may compare a field with: its values, and some beyond."""
    schema = cast("Json", facts)
    atoms: list[object] = [
        each for each in _present(schema).all if isinstance(each, str | int | float)
    ]
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        bound = schema.get(word)
        if isinstance(bound, int | float):
            atoms += [bound, bound - 1, bound + 1, bound + 0.0000001]
    if "items" in schema:
        atoms += constants_of(schema["items"])
    for inner in cast("Json", schema.get("properties") or {}).values():
        atoms += constants_of(inner)
    return atoms


def _present(schema: Json) -> Values:
    if "const" in schema:
        return Values((schema["const"],), complete=True)
    enum = cast("list[object] | None", schema.get("enum"))
    if enum is not None:
        return Values(tuple(each for each in enum if each is not None), complete=True)
    match kind_of(schema), schema.get("format"):
        case "boolean", _:
            return Values((True, False), complete=True)
        case "string", "date":
            return Values(DATES, complete=False)
        case "string", "date-time":
            return Values(DATE_TIMES, complete=False)
        case "string", "time":
            return Values(TIMES, complete=False)
        case "string", _:
            return Values((*TEXTS, "aab", "1.2"), complete=False)
        case ("integer" | "number") as kind, _:
            return _numbers(schema, kind)
        case "array", _:
            return Values(_arrays(schema), complete=False)
        case "object", _:
            members = objects_of(schema, most=MOST_VALUES, rng=random.Random("members"))
            return Values(members.all, members.complete and "properties" in schema)
        case _ if schema.get("description") == _OF_DAYS:
            return Values((*DAYS, "a", 5), complete=False)
        case _:
            return Values(ANYTHING, complete=False)


def kind_of(schema: Json) -> str:
    """The one type of a field, `any` where it has none."""
    stated = schema.get("type")
    names = cast("list[str]", stated) if isinstance(stated, list) else [stated or "any"]
    return next(str(name) for name in names if name != "null")


def _numbers(schema: Json, kind: str) -> Values:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    bounds = [each for each in (low, above, high, below) if isinstance(each, int | float)]
    if kind == "integer":
        starts = [low] if isinstance(low, int) else []
        starts += [above + 1] if isinstance(above, int) else []
        ends = [high] if isinstance(high, int) else []
        ends += [below - 1] if isinstance(below, int) else []
        if starts and ends and min(ends) - max(starts) < MOST_VALUES:
            return Values(tuple(range(max(starts), min(ends) + 1)), complete=True)
    steps = (0, 1, -1) if kind == "integer" else (0, 1, -1, 0.0000001, -0.0000001, 0.5)
    near = [bound + step for bound in bounds for step in steps]
    whole = kind == "integer"
    pool = dict.fromkeys([*near, *NUMBERS])
    legal = [
        int(each) if whole else each
        for each in pool
        if (not whole or each == int(each))
        and (not isinstance(low, int | float) or each >= low)
        and (not isinstance(above, int | float) or each > above)
        and (not isinstance(high, int | float) or each <= high)
        and (not isinstance(below, int | float) or each < below)
    ]
    return Values(tuple(legal[:MOST_VALUES]), complete=False)


def _arrays(schema: Json) -> tuple[object, ...]:
    entries = _present(cast("Json", schema.get("items") or {})).all[:4]
    pairs = [[one, other] for one, other in product(entries[:3], repeat=2)]
    return ([], *([each] for each in entries), *pairs)


def _may_be_null(schema: Json) -> bool:
    stated = schema.get("type")
    enum = cast("list[object] | None", schema.get("enum"))
    return bool(
        schema.get("nullable")
        or (isinstance(stated, list) and "null" in stated)
        or (enum is not None and None in enum)
    )
