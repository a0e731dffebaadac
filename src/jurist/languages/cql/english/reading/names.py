"""Finding the names of a schema in words: events, traits, properties, values, entities."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.languages.cql.english.reading.vocabulary import FAINT, MEANINGS, NEGATIVE, SKIPPED, stem
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    context_of,
    named_fields,
)
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import Context, Name, Property, Trait

_PIECE: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_USUAL_ACTIONS: Final = frozenset(
    stem(word) for word in ("completed", "viewed", "created", "submitted", "paid", "sent", "played")
)
"""Actions that go without saying: "no order" is no completed one."""
_MEMBERSHIPS: Final = frozenset({"audience", "journey"})
_VERBS: Final = frozenset(map(stem, ("is", "was", "has", "can")))
_ENOUGH: Final = 0.5


def stems_of(name: str) -> tuple[str, ...]:
    """The stems of a name's words."""
    return tuple(dict.fromkeys(stem(piece) for piece in _PIECE.findall(name)))


@dataclass(frozen=True, slots=True)
class Known:
    """A name of the schema and the stems by which it is found."""

    name: str
    stems: tuple[str, ...]
    hints: frozenset[str]
    """Stems of its description, which count for less."""
    field: Field
    of_user: bool = True
    kind: type[Name] = Property
    verb: str = ""
    """That its name begins with, of a flag: `is_vip` is what somebody is said to be."""

    @property
    def scalar(self) -> Name:
        """How a query reads the value of a field."""
        return self.kind(self.name)

    @property
    def is_membership(self) -> bool:
        """Whether it says who is in another audience or journey."""
        return self.field.kind is Kind.BOOLEAN and self.field.description.lower() in _MEMBERSHIPS


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in words: how well, from 0 to 1 and more, and by which of the words."""

    known: Known
    score: float
    words: frozenset[int]


@dataclass(frozen=True, slots=True)
class ValueHit:
    """A value of a field found in words."""

    known: Known
    value: str
    words: frozenset[int]


class Index:
    """All names of one schema, ready to be found."""

    def __init__(self, schema: CqlSchema) -> None:
        self.schema = schema
        self.of_accounts = schema.audience_type is AudienceType.ACCOUNTS
        self.events = [
            Known(name, stems_of(name), frozenset(stems_of(spec.description)), Field())
            for name, spec in schema.events.items()
        ]
        self.traits = [
            *_fields(schema.account_traits, Trait, of_user=False),
            *_fields(schema.traits, Trait),
        ]
        self.properties: Mapping[str, list[Known]] = {
            name: list(_fields(spec.properties, Property)) for name, spec in schema.events.items()
        }
        self.context: Mapping[str, list[Known]] = {
            name: list(_fields(spec.context, Context)) for name, spec in schema.events.items()
        }
        self.entities = list(_entities(schema.entities))
        self._weights = self._rarity()

    def _rarity(self) -> Mapping[str, float]:
        groups = [*self.events, *self.traits]
        seen = Counter(part for known in groups for part in set(known.stems))
        return {part: math.log(1 + len(groups) / count) for part, count in seen.items()}

    def weight(self, piece: str) -> float:
        """How much a stem tells: rare ones more."""
        if piece in FAINT or piece.isdigit():
            return 0.3
        return self._weights.get(piece, math.log(1 + len(self.events) + len(self.traits)))

    def find(self, words: Sequence[str], among: Iterable[Known]) -> list[Hit]:
        """The names that words may mean, best first.

        Args:
            words: Stems, in order; empty ones are passed over.
            among: The names to look at.
        """
        hits = [hit for known in among if (hit := self._hit(words, known)) is not None]
        return sorted(hits, key=lambda hit: (-hit.score, len(hit.known.stems), hit.known.name))

    def _hit(self, words: Sequence[str], known: Known) -> Hit | None:
        places: set[int] = set()
        got = total = 0.0
        for place, piece in enumerate(known.stems):
            weight = self.weight(piece)
            direct = {n for n, word in enumerate(words) if word == piece}
            meant = {n for n, word in enumerate(words) if piece in MEANINGS.get(word, ())}
            usual = place == len(known.stems) - 1 and piece in _USUAL_ACTIONS
            total += weight * (0.25 if usual else 1)
            if direct or meant:
                got += weight * (1.0 if direct else 0.85)
                places |= direct or meant
        if not places:
            return None
        hints = {n for n, word in enumerate(words) if word in known.hints and word not in SKIPPED}
        bonus = 0.1 * min(len(hints - places), 2)
        share = min(got / total, 1.1)
        if share + bonus < _ENOUGH or all(words[n] in FAINT for n in places):
            return None
        return Hit(known, share + bonus + 0.02 * got, frozenset(places | hints))

    def values(self, words: Sequence[str], among: Iterable[Known]) -> list[ValueHit]:
        """The listed values that words name, those of more words first."""
        hits: list[ValueHit] = []
        for known in among:
            field = known.field.items or known.field
            if field.kind is Kind.BOOLEAN:
                continue
            for value in field.enum or ():
                place = _run(words, stems_of(str(value))) if isinstance(value, str) else None
                if place is not None and self._is_telling(words, place, known):
                    hits.append(ValueHit(known, str(value), place))
        return sorted(hits, key=lambda hit: -len(hit.words))

    def _is_telling(self, words: Sequence[str], place: frozenset[int], known: Known) -> bool:
        """Whether it is a value, and no everyday word that happens to be one."""
        if any(words[n] not in SKIPPED and words[n] not in NEGATIVE for n in place):
            return True
        return any(word in known.stems for n, word in enumerate(words) if n not in place)


def index_of(schema: CqlSchema) -> Index:
    """The index of a schema."""
    return context_of(schema).get(Index)


def _run(words: Sequence[str], pieces: Sequence[str]) -> frozenset[int] | None:
    """Where all pieces stand one after the other."""
    for start in range(len(words) - len(pieces) + 1 if pieces else 0):
        if all(words[start + n] == piece for n, piece in enumerate(pieces)):
            return frozenset(range(start, start + len(pieces)))
    return None


def _fields(fields: Fields, kind: type[Name], *, of_user: bool = True) -> Iterator[Known]:
    for name, field in named_fields(fields):
        described = frozenset(stems_of(field.description))
        if field.kind is Kind.ARRAY and field.items and field.items.kind is Kind.OBJECT:
            continue
        if field.kind is not Kind.OBJECT:
            verb, stems = _verb_and_rest(stems_of(name.replace(f".{EACH}", "")))
            yield Known(name, stems, described, field, of_user, kind, verb)


def _verb_and_rest(stems: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The verb by which a flag is called, which a sentence inflects, and the other stems."""
    match stems:
        case (verb, _, *_) if verb in _VERBS:
            return verb, stems[1:]
        case _:
            return "", stems


def _entities(
    entities: Mapping[str, EntitySpec], path: tuple[Known, ...] = ()
) -> Iterator[tuple[tuple[Known, ...], EntitySpec]]:
    for slug, spec in entities.items():
        hints = frozenset(stems_of(spec.description))
        here = (*path, Known(slug, stems_of(slug), hints, Field()))
        yield here, spec
        yield from _entities(spec.entities, here)


def entity_fields(spec: EntitySpec) -> list[Known]:
    """The fields of an entity's rows."""
    return list(_fields(spec.properties, Property))
