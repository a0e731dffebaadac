"""Names of a schema as English words; as they are, in quotes, where words would not do.

Two names of one scope never get the same words: then both are quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from jurist.languages.cql.english.writing.flags import Flag, begins_with_verb, flag_of
from jurist.languages.cql.english.writing.paraphrases import EVENTS, FIELDS
from jurist.languages.cql.english.writing.participles import IRREGULAR, PARTICIPLES, PAST
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    context_of,
    find_field,
    named_fields,
)
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import Entity, Event
from jurist.languages.cql.text.literals import string_text

_SAYABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:(?:[ _.-]|\\\.)[A-Za-z0-9$]+)*")
_MEMBERSHIPS: Final = frozenset({"audience", "journey"})
"""Descriptions of traits that say who is in another audience or journey."""
_ENTRY: Final = re.compile(r"entry", re.IGNORECASE)
"""What names may not say: the word stands for what an array holds."""
_INTO_ARRAY: Final = re.compile(rf"(.+)(?<!\\)\.{re.escape(EACH)}(?:\.(.*))?", re.DOTALL)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK: Final = re.compile(r"[ _.\\-]+")
_LONGEST: Final = 80
_PARTICLES: Final = frozenset({"up", "in", "out", "off", "on", "down"})
_UNDERGONE: Final = {
    "declined": "had a declined {noun}",
    "delivered": "got {with_article} delivered",
    "expired": "had an expired {noun}",
    "failed": "had a failed {noun}",
    "shown": "had {with_article} shown",
}
"""What happens to people rather than by them: around the object."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An event as something that people do: "completed an order"."""

    past: str
    done: str
    """After "have"."""


def words(name: str) -> str:
    """The words of a name: `loyalty_tier` as "loyalty tier"; capitals stay in acronyms only."""
    parts = [part for piece in _BREAK.split(name) for part in _HUMP.split(piece) if part]
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)


def split_at_entry(name: str) -> tuple[str, str]:
    """The innermost array that a name goes into, and the name of what its entry has there.

    The first is empty where there is no array, the second where the entry itself is named.
    """
    match = _INTO_ARRAY.fullmatch(name) if EACH in name else None
    return ("", name) if match is None else (match[1], match[2] or "")


class Wording:
    """How one schema's names are said."""

    def __init__(self, schema: CqlSchema, *, indirect: bool) -> None:
        self._schema = schema
        self._indirect = indirect

    def deed(self, event: str) -> Deed:
        """What somebody did who has this event."""
        known = self._deeds.get(event)
        return known or Deed(f"did {string_text(event)}", f"done {string_text(event)}")

    def trait(self, name: str) -> str:
        """A trait's words; where the name goes into an array, of what an entry has."""
        known = self._traits.get(name, "")
        return known if known and not begins_with_verb(known) else f"trait {string_text(name)}"

    def property(self, owner: str | None, name: str, *, in_context: bool = False) -> str:
        """The words of a property, or of a context field, of an event or entity.

        Where the name goes into an array they are those of what an entry has.
        """
        known = self._members.get((owner or "", in_context), {}).get(name, "")
        kind = "field" if in_context else "property"
        return known if known and not begins_with_verb(known) else f"{kind} {string_text(name)}"

    def trait_flag(self, name: str) -> Flag | None:
        """What a trait says of whoever has it, if it is called so, or is a membership."""
        schema = self._schema
        field = find_field(schema.traits, name) or find_field(schema.account_traits, name)
        membership = field.description.lower() if field and field.kind is Kind.BOOLEAN else ""
        if membership in _MEMBERSHIPS:
            return Flag("is", f"in the {self._traits.get(name, string_text(name))} {membership}")
        return flag_of(self._traits.get(name, ""))

    def flag(self, owner: str | None, name: str) -> Flag | None:
        """What a property says of an event or row, or of an entry, if it is called so."""
        return flag_of(self._members.get((owner or "", False), {}).get(name, ""))

    def trait_array(self, name: str) -> str:
        """The words of a trait that is an array; of one that lies in another, its own part."""
        return self._traits.get(name) or string_text(f"{name}.{EACH}")

    def array(self, owner: str | None, name: str, *, in_context: bool = False) -> str:
        """The words of a property or context field that is an array."""
        known = self._members.get((owner or "", in_context), {}).get(name)
        text = known or string_text(f"{name}.{EACH}")
        return f"context {text}" if in_context else text

    def entity(self, slug: str) -> str:
        """The words of a relationship, in the plural as slugs are."""
        return self._slugs.get(slug) or f"{string_text(slug)} records"

    def fields(self, source: Event | Entity, *, in_context: bool) -> Fields:
        """What the schema knows of an event's or a row's fields."""
        if isinstance(source, Entity):
            entity = None if in_context else self._entities.get(source.slug)
            return entity.properties if entity else {}
        event = self._schema.events.get(source.name)
        if event is None:
            return {}
        return event.context if in_context else event.properties

    @cached_property
    def _entities(self) -> Mapping[str, EntitySpec]:
        return dict(reversed(list(_walk(self._schema.entities))))  # the first of a name

    @cached_property
    def _deeds(self) -> Mapping[str, Deed]:
        deeds = {name: _deed(name, indirect=self._indirect) for name in self._schema.events}
        plain = {name: deed.past for name, deed in deeds.items() if deed is not None}
        return {name: deeds[name] or Deed("", "") for name in _distinct(plain)}

    @cached_property
    def _traits(self) -> Mapping[str, str]:
        both = [*named_fields(self._schema.traits), *named_fields(self._schema.account_traits)]
        return self._fields(both)

    @cached_property
    def _members(self) -> Mapping[tuple[str, bool], Mapping[str, str]]:
        members: dict[tuple[str, bool], Mapping[str, str]] = {}
        for name, event in self._schema.events.items():
            members[name, False] = self._fields(named_fields(event.properties))
            members[name, True] = self._fields(named_fields(event.context))
        for slug, entity in self._entities.items():
            members[f"entity {slug}", False] = self._fields(named_fields(entity.properties))
        return members

    @cached_property
    def _slugs(self) -> Mapping[str, str]:
        plain = {slug: words(slug) for slug in self._entities if _sayable(slug)}
        return _distinct(plain, by=lambda text: text.removesuffix("s"))

    def _fields(self, fields: Iterable[tuple[str, Field]]) -> Mapping[str, str]:
        by_array: dict[str, dict[str, str]] = {}
        for name, field in fields:
            array, part = split_at_entry(name)
            if text := self._field(part, field, of_entry=bool(array)):
                by_array.setdefault(array, {})[name] = text
        distinct = map(_distinct, by_array.values())
        return {name: text for texts in distinct for name, text in texts.items()}

    def _field(self, name: str, field: Field, *, of_entry: bool) -> str:
        if not _sayable(name) or _ENTRY.search(name):
            return ""
        plain = words(name)
        if self._indirect and field.kind is not Kind.BOOLEAN and not of_entry:
            plain = FIELDS.get(plain, plain)
        return f"{plain} date" if plain.endswith((" at", " on")) else plain


def wording(schema: CqlSchema, *, indirect: bool) -> Wording:
    """The wording of a schema."""
    return context_of(schema).get(_indirect if indirect else _direct)


def _direct(schema: CqlSchema) -> Wording:
    return Wording(schema, indirect=False)


def _indirect(schema: CqlSchema) -> Wording:
    return Wording(schema, indirect=True)


def _sayable(name: str) -> bool:
    return len(name) <= _LONGEST and _SAYABLE.fullmatch(name) is not None


def _distinct(
    texts: Mapping[str, str], *, by: Callable[[str], str] = lambda text: text
) -> dict[str, str]:
    times = Counter(by(text).lower() for text in texts.values())
    return {name: text for name, text in texts.items() if times[by(text).lower()] == 1}


def _walk(entities: Mapping[str, EntitySpec]) -> Iterator[tuple[str, EntitySpec]]:
    for slug, entity in entities.items():
        yield slug, entity
        yield from _walk(entity.entities)


def _deed(name: str, *, indirect: bool) -> Deed | None:
    if not _sayable(name) or "$" in name:
        return None
    plain = words(name)
    if indirect and plain.lower() in EVENTS:
        past = EVENTS[plain.lower()]
        verb, _, rest = past.partition(" ")
        return Deed(past, f"{PARTICIPLES.get(verb, verb)} {rest}")
    parts = plain.split(" ")
    particle = parts.pop() if len(parts) > 1 and parts[-1].lower() in _PARTICLES else ""
    verb = parts.pop()
    noun = " ".join(parts)
    if verb in _UNDERGONE and noun:
        past = _UNDERGONE[verb].format(noun=noun, with_article=_with_article(noun))
        return Deed(past, past)
    if not verb.endswith("ed") and verb not in IRREGULAR:
        return None
    tail = " ".join(part for part in (particle, _with_article(noun)) if part)
    tail = f" {tail}" if tail else ""
    return Deed(f"{PAST.get(verb, verb)}{tail}", f"{verb}{tail}")


def _with_article(noun: str) -> str:
    if not noun:
        return ""
    last = noun.rsplit(" ", 1)[-1]
    if last.endswith("s") and not last.endswith(("ss", "us", "is")) and not last.isupper():
        return noun
    first = noun.split(" ", 1)[0]
    spelled = first.isupper() and len(first) > 1
    vowel = first[0].lower() in ("aefhilmnorsx" if spelled else "aeiou")
    sounds_like_you = first.lower().startswith(("uni", "use", "user", "eu"))
    return f"{'an' if vowel and not sounds_like_you else 'a'} {noun}"
