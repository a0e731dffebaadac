"""What a reference asks for, as a person says it: each fact in everyday words, none as a query.

The facts are what the language says that a request has to mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from jurist.languages.base import Query
from jurist.languages.capabilities import Mentions, require
from jurist.languages.mentions import Mention, MentionKind
from jurist.plurals import counted
from jurist.roles.faithfulness.checking import lacking
from jurist.roles.protocols import Workspace

_PIECE: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+|\d+")
_BEGINNING: Final = re.compile(r"[^,;:(.]*")
_AMOUNT: Final = {
    "=": "exactly {}",
    "<>": "anything but {}",
    "<": "less than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}
_TIME: Final = {
    "<>": "any time but {}",
    "<": "before {}",
    "<=": "up to {}",
    ">": "after {}",
    ">=": "from {} on",
}
_DAY: Final = 24


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a request for the reference has to say."""

    mention: Mention
    about: Mention | None
    """The name that stands before a value; of a name itself `None`."""
    english: str


def facts_of(query: Query, workspace: Workspace) -> tuple[Fact, ...]:
    """All facts of a query, in its order.

    Raises:
        UnsupportedError: The language does not say what its queries mention, or not of this one.
    """
    language = require(workspace.language, Mentions, needed_by="the simulated user")
    facts: list[Fact] = []
    name: Mention | None = None
    for mention in language.mentioned(query, workspace.schema).mentions:
        is_name = mention.kind is MentionKind.NAME
        facts.append(Fact(mention, None if is_name else name, _in_english(mention)))
        name = mention if is_name else name
    return tuple(facts)


def open_facts(facts: Sequence[Fact], said: Iterable[str], workspace: Workspace) -> list[Fact]:
    """The facts that nothing of what was said says."""
    texts = tuple(said)
    missing = lacking(". ".join(texts), [fact.mention for fact in facts], workspace)
    return [fact for fact in facts if fact.mention in missing]


def _in_english(mention: Mention) -> str:
    match mention.kind:
        case MentionKind.NAME:
            return _name(mention)
        case MentionKind.TEXT:
            return mention.text
        case MentionKind.DURATION if mention.value is not None:
            return _AMOUNT.get(mention.operator, "{}").format(_length(mention.value))
        case MentionKind.MOMENT:
            return _TIME.get(mention.operator, "{}").format(_moment(mention.text))
        case _:
            return _AMOUNT.get(mention.operator, "{}").format(mention.text)


def _name(mention: Mention) -> str:
    """What the schema says of a name where that says more than a word, else the name's words."""
    for description in mention.descriptions:
        found = _BEGINNING.match(description)
        if found and " " in found[0].strip():
            return found[0].strip().lower()
    return " ".join(piece.lower() for piece in _PIECE.findall(mention.text)) or mention.text


def _length(hours: Decimal) -> str:
    days = hours / _DAY
    if days == int(days):
        return counted(int(days), "day")
    return counted(int(hours), "hour") if hours == int(hours) else f"{hours} hours"


def _moment(text: str) -> str:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:  # a year, a month
        return text
    clock = text[11:16] if len(text) > 10 else ""
    at = f", {clock}" if clock and clock != "00:00" else ""
    return f"{day:%-d %B %Y}{at}"
