"""How often the worlds of closed pairs draw each construct of the language.

A construct is looked for in the text of a condition (or in the world it is about), and its
share is that of the conditions of the kind of world it belongs to. A pair is joined from
two conditions at least, so its share of the pairs is higher.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from closed_comparisons import names_of
from closed_pairs import World, draw_world
from closed_schemas import NOWS

_COUNT = r"event\('\w'\)[^=<>]*\.count\(\)"
_NUMBER = r"event\('\w'\)[^=<>]*\.(?:sum|avg|min|max)\([^)]*\)\)"
_SIGN = r" (?:[<>]=?|!?=) "


@dataclass(frozen=True)
class Construct:
    """What is looked for, and in which kinds of world."""

    name: str
    kinds: tuple[str, ...]
    is_in: Callable[[World, str], bool]


def _text(pattern: str) -> Callable[[World, str], bool]:
    found = re.compile(pattern)
    return lambda _world, text: found.search(text) is not None


def _names(world: World, *types: str) -> str:
    """A pattern for the traits of some types, `string` or `number`, or `any` for none."""
    traits = names_of(world.document.get("traits"), "trait")
    named = [re.escape(each.text) for each in traits if each.kind in types]
    return "|".join(named) or "(?!)"


def _trait(types: str, tail: str) -> Callable[[World, str], bool]:
    def is_in(world: World, text: str) -> bool:
        return re.search(f"(?:{_names(world, *types.split())}){tail}", text) is not None

    return is_in


def _string_beside_number(world: World, text: str) -> bool:
    one, other = _names(world, "string"), _names(world, "number", "integer")
    either = f"(?:{one}){_SIGN}(?:{other})|(?:{other}){_SIGN}(?:{one})"
    return re.search(either, text) is not None


def _at(now: str) -> Callable[[World, str], bool]:
    return lambda world, _text: world.drawn.now == now


def _is_pinned(world: World, _text: str) -> bool:
    return "now" in world.document


def _assumes(name: str) -> Callable[[World, str], bool]:
    def is_in(world: World, _text: str) -> bool:
        return name in str(world.document.get("assumptions", ""))

    return is_in


_LIKE_NUMBER = r"'-?[\d.]+'"
_EVENTS = ("events", "account events")
_DAYS = r"\.(?:within_last|within_next|before_last|after_next)\(\d+ days?\)"
_HOURS = r"\.(?:within_last|within_next|before_last|after_next)\(\d+ hours?\)"
_ALL = ("strings", "days", "events", "rows", "traits", "finite traits")
CONSTRUCTS = (
    Construct("a string = a number", ("strings",), _trait("string", f" = {_LIKE_NUMBER}")),
    Construct("a string in a list", ("strings",), _trait("string", r"\.(?:one|none)_of\(")),
    Construct("a string in order", ("strings",), _trait("string", " [<>]=? ")),
    Construct("a string beside a number", ("strings",), _string_beside_number),
    Construct("anything = a number", ("strings",), _trait("any", f" !?= {_LIKE_NUMBER}")),
    Construct("anything in order", ("strings",), _trait("any", " [<>]=? ")),
    Construct(
        "a name is searched for",
        ("strings", "events"),
        _text(r"\.(?:contains|omits|starts_with|ends_with)\([^)]*(?:trait|property)\("),
    ),
    Construct("days of anything", ("days",), _trait("any", _DAYS)),
    Construct("hours of anything", ("days",), _trait("any", _HOURS)),
    Construct("days of a string", ("days",), _trait("string", _DAYS)),
    *(Construct(f"now is {now}", ("days",), _at(now)) for now in NOWS),
    Construct("now is any", ("days",), lambda world, text: not _is_pinned(world, text)),
    Construct("now is pinned", ("days",), _is_pinned),
    Construct(
        "a column of the row around",
        ("rows",),
        _text(r"entity\('(?:lines|parts)'\)[^.]*\.where\([^|]*property\(parent: "),
    ),
    Construct("rows of three levels", ("rows",), _text(r"entity\('parts'\)")),
    Construct("columns in order", ("rows",), _text(r"property\('\w+'\) [<>]=? ['\dp]")),
    Construct("a column of times", ("rows",), lambda world, _: "'time'" in str(world.document)),
    Construct("a number in quotes", ("rows", "events"), _text(rf" [<>]=? {_LIKE_NUMBER}")),
    Construct("a count beside a count", _EVENTS, _text(f"{_COUNT}{_SIGN}{_COUNT}")),
    Construct("a count beside a trait", _EVENTS, _text(rf"\.count\(\){_SIGN}trait\(")),
    Construct(
        "a sum beside a trait", _EVENTS, _text(rf"\.(?:sum|avg|min|max)\([^)]*\)\){_SIGN}trait\(")
    ),
    Construct(
        "a number beside a number",
        _EVENTS,
        _text(f"{_NUMBER}{_SIGN}event|{_COUNT}{_SIGN}{_NUMBER}"),
    ),
    Construct("distinct values", _EVENTS, _text(r"\.unique\(")),
    Construct(
        "a trait of the user reduced",
        ("account events",),
        _text(r"\.(?:first|last|mode)\(trait\("),
    ),
    Construct("a list in brackets", _ALL, _text(r"\(\[")),
    Construct("sources in brackets", _EVENTS, _text(r"exclude: \[")),
    Construct("a literal on the left", _ALL, _text(r"literal\(")),
    *(
        Construct(f"assumes {name}", _ALL, _assumes(name))
        for name in (
            *("sum_of_nothing", "none_of_missing", "window_edges", "parent_ties"),
            *("number_like_text", "string_equality"),
        )
    ),
)


def shares(worlds: int, conditions: int) -> dict[tuple[str, str], float]:
    """Of each construct in each kind of world: its share of the conditions that are drawn."""
    totals: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for world in _of_every_kind(worlds):
        for text in _accepted(world, conditions):
            totals[world.kind] += 1
            for construct in CONSTRUCTS:
                if world.kind in construct.kinds and construct.is_in(world, text):
                    found[world.kind, construct.name] += 1
    return {
        (kind, construct.name): found[kind, construct.name] / max(totals[kind], 1)
        for construct in CONSTRUCTS
        for kind in construct.kinds
    }


def _of_every_kind(worlds: int) -> Iterator[World]:
    wanted = {kind for construct in CONSTRUCTS for kind in construct.kinds}
    drawn: Counter[str] = Counter()
    number = 0
    while any(drawn[kind] < worlds for kind in wanted):
        world = draw_world(f"constructs-{number}")
        number += 1
        if world.kind in wanted and drawn[world.kind] < worlds:
            drawn[world.kind] += 1
            yield world


def _accepted(world: World, conditions: int) -> Iterator[str]:
    for _ in range(conditions):
        text = world.writer.condition()
        if world.accepted(text) is not None:
            yield text
