"""The small schema of a seed, what its queries may name, and the moment to look at it.

Worlds have kinds, each about what is hard to tell apart there: texts that read as numbers,
days beside timestamps, rows of three levels.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

from closed_schemas import NOWS, Facts, draw_fields
from json_documents import Json

_NAMES = ("plan", "score", "lat", "vip", "code", "born", "seen", "tags", "n", "m", "home.city")
_SPANS = {
    "1 hour": 3_600_000,
    "1 day": 86_400_000,
    "24 hours": 86_400_000,
    "2 days": 172_800_000,
    "36 hours": 129_600_000,
    "48 hours": 172_800_000,
    "7 days": 604_800_000,
}
_LENGTHS = ("1 hour", "12 hours", "24 hours", "36 hours", "48 hours", "1 day", "2 days", "7 days")
"""Of relative dates: days and hours are not the same where a text may be a day alone."""
_KINDS = {
    "finite traits": 18,
    "traits": 14,
    "strings": 14,
    "days": 15,
    "events": 20,
    "accounts": 6,
    "account events": 4,
    "rows": 9,
}
_READINGS = {
    "sum_of_nothing": "zero",
    "none_of_missing": True,
    "window_edges": "open",
    "parent_ties": "included",
    "number_like_text": "text",
    "string_equality": "number",
}


@dataclass(frozen=True)
class Drawn:
    """What a world is made of."""

    kind: str
    document: Json
    spans: tuple[str, ...]
    """Of windows, the shorter first."""
    lengths: tuple[str, ...]
    """Of relative dates."""
    now: str
    """When its subjects are looked at."""
    ages: list[int]
    """How long ago events may be."""
    of_any_type: bool
    """Whether queries may compare strings by order, which the check refuses."""


def draw(rng: random.Random) -> Drawn:
    """A world."""
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    spans = rng.sample(list(_SPANS), 2)
    spans.sort(key=lambda span: _SPANS[span])
    lengths = tuple(rng.sample(_LENGTHS, 3 if kind == "days" else 2))
    now = NOWS[0] if rng.random() < 0.5 else rng.choice(NOWS)
    document: Facts = {"name": "Closed", "language": "cql"}
    if rng.random() < 0.7:
        document["now"] = now
    if rng.random() < 0.45:
        document["assumptions"] = _readings(rng)
    document |= _of_kind(kind, rng)
    ages = _ages(spans, rng)
    return Drawn(kind, document, tuple(spans), lengths, now, ages, kind == "strings")


def _of_kind(kind: str, rng: random.Random) -> Facts:
    match kind:
        case "events" | "account events":
            return _with_events(kind, rng)
        case "rows":
            return _with_rows(rng)
        case "accounts":
            return _with_accounts(rng, finite=rng.random() < 0.7, number=rng.randint(2, 5))
        case "strings" | "days":
            names = rng.sample(_NAMES[:8], rng.randint(2, 3))
            return {"traits": draw_fields(rng, names, finite=rng.random() < 0.6, flavour=kind)}
        case _:
            names = rng.sample(_NAMES, rng.randint(2, 5))
            return {"traits": draw_fields(rng, names, finite=kind == "finite traits")}


def _with_accounts(rng: random.Random, *, finite: bool, number: int) -> Facts:
    flavour = rng.choice(("", "", "strings", "days"))
    own = draw_fields(rng, rng.sample(_NAMES, 2), finite=finite, flavour=flavour)
    users = draw_fields(rng, rng.sample(_NAMES, number), finite=finite, flavour=flavour)
    return {"audience_type": "ACCOUNTS", "account_traits": own, "traits": users}


def _with_events(kind: str, rng: random.Random) -> Facts:
    flavour = rng.choice(("", "", "", "strings", "days"))
    number = rng.randint(1, 2)
    if kind == "events":
        traits = draw_fields(rng, rng.sample(_NAMES, number), finite=False, flavour=flavour)
        made: Facts = {"traits": traits}
    else:
        made = _with_accounts(rng, finite=False, number=number)
    if rng.random() < 0.6:
        listed = cast("Facts", cast("Facts", made["traits"])["properties"])
        listed["limit"] = {"type": rng.choice(("integer", "number"))}
    names = ("E", "F")[: rng.choice((1, 2, 2))]
    properties = ("plan", "score", "lat", "vip", "n")
    made["events"] = {
        name: draw_fields(
            rng,
            rng.sample(properties, rng.randint(1, 2)),
            finite=rng.random() < 0.5,
            flavour=flavour,
        )
        for name in names
    }
    return made


def _with_rows(rng: random.Random) -> Facts:
    """Up to three levels, whose columns have names in common."""
    names = ("n", "plan", "due", "at")
    flavour = "columns" if rng.random() < 0.7 else ""

    def columns() -> Facts:
        return draw_fields(rng, rng.sample(names, 2), finite=rng.random() < 0.5, flavour=flavour)

    made: Facts = {
        "audience_type": "LINKED",
        "traits": draw_fields(rng, rng.sample(_NAMES, 2), finite=False, flavour=flavour),
    }
    orders = columns()
    if rng.random() < 0.7:
        lines = columns()
        if rng.random() < 0.6:
            lines["entities"] = {"parts": columns()}
        orders["entities"] = {"lines": lines}
    made["entities"] = {"orders": orders}
    if rng.random() < 0.3:
        made["events"] = {"E": draw_fields(rng, rng.sample(names, 2), finite=False)}
    return made


def _readings(rng: random.Random) -> Facts:
    return {name: _READINGS[name] for name in rng.sample(sorted(_READINGS), rng.randint(1, 3))}


def _ages(spans: list[str], rng: random.Random) -> list[int]:
    near, far = (_SPANS[span] for span in spans)
    every = [0, 1, near - 1, near, near + 1, far, far + 1, far - near, far + near]
    return sorted(rng.sample(sorted(set(every)), 5))
