"""From one segment to the conditions that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.cql.english.reading.events import EventReader
from jurist.languages.cql.english.reading.fields import FieldReader, is_in_name
from jurist.languages.cql.english.reading.names import Hit, Index, Known, entity_fields
from jurist.languages.cql.english.reading.pieces import NotUnderstood, Piece, Quantity, Used, all_of
from jurist.languages.cql.english.reading.segments import GLOSS, Segment, Word
from jurist.languages.cql.english.reading.spans import (
    Afterwards,
    Bound,
    Day,
    Period,
    Relative,
    Times,
)
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, SKIPPED, stem
from jurist.languages.cql.schemas.schema import DATES, EntitySpec
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Entity,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Stream,
    Trait,
    Where,
)

_QUANTITIES: Final = (
    (
        Quantity.NONE,
        re.compile(
            r"\b(?:no users?|not (?:a single|any|one|1) user|none of (?:the|its|their) users|"
            r"nobody|without (?:a single|any) user)\b",
            re.I,
        ),
    ),
    (
        Quantity.ALL,
        re.compile(
            r"\b(?:every|all|each)(?: (?:one|single|of|the|its|their))* users?\b|\beverybody\b|"
            r"\beveryone (?:in|at|of|on)\b",
            re.I,
        ),
    ),
    (
        Quantity.ANY,
        re.compile(
            r"\b(?:any|some|a|an|one|another|least|⟦\d+⟧) users?\b|\bsome(?:one|body)\b|"
            r"\bany(?:one|body)\b|\busers\b|\buser\b",
            re.I,
        ),
    ),
)
_AFTERWARDS: Final = re.compile(
    r"\b(?:then|afterwards?|followed by|after that|after which|subsequently|later on)\b", re.I
)
_SAME_USER: Final = re.compile(r"\b(?:same user|at the same time|who (?:is|are) also)\b", re.I)
_WELL: Final = 0.85
_UNKNOWN_SHARE: Final = 0.5
"""A segment is refused where more than this share of its telling words names nothing."""


class ClauseReader:
    """Reads segments against one schema."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def stands_alone(self, segment: Segment, before: Segment | None) -> bool:
        """Whether it names an event, a trait or an entity, or a value of another trait."""
        stems = [word.stem for word in segment.words]
        if _is_ellipsis(segment):
            return before is not None and self._best_event(before) is not None
        if self._best_event(segment) is not None or self._entity(stems) is not None:
            return True
        telling = [each for each in stems if each and each not in SKIPPED]
        if telling and self._index.find(telling, self._index.traits):
            return True
        values = {hit.known.name for hit in self._index.values(telling, self._index.traits)}
        if before is None:
            return bool(values)
        earlier = [word.stem for word in before.words]
        said = {hit.known.name for hit in self._index.values(earlier, self._index.traits)}
        return bool(values) and bool(said) and not values & said

    def read(self, segment: Segment, before: Piece | None) -> Iterator[Piece]:
        """The conditions of a segment.

        Args:
            segment: Words that belong together.
            before: What was told just before it, which it may follow.

        Raises:
            NotUnderstood: It says what the schema does not have.
        """
        words, used = segment.words, Used()
        fields = FieldReader(self._index, words, used)
        text = " ".join(word.text for word in words)
        quantity = self._quantity(text) if self._index.of_accounts else Quantity.UNSAID
        pieces: list[Piece] = []
        entity = self._entity(fields.stems)
        event = self._best_event(segment)
        trait = self._best_trait(segment)
        if _is_ellipsis(segment) and before is not None and before.happening is not None:
            again = Hit(self._known_event(before.happening.event), 1.0, frozenset())
            yield from self._happening(again, segment, fields, used, None, quantity)
            return
        if GLOSS.search(text):
            entity = event = None
        shallow = entity is not None and len(entity[0][0]) == 1
        if entity is not None and shallow and not _is_of_entity(entity[1], event, trait):
            entity = None
        if entity is not None:
            used.take(entity[1])
            pieces.append(Piece(self._rows(entity[0], fields, words, used)))
        elif event is not None and self._prefers_event(event, trait, words):
            pieces += self._happening(event, segment, fields, used, before, quantity)
        pieces += self._traits(fields, quantity, alone=not pieces)
        if not pieces:
            raise NotUnderstood(f"nothing in the schema fits {segment.text[:80]!r}")
        self._check_coverage(segment, fields.stems, used)
        same = bool(_SAME_USER.search(text))
        for number, piece in enumerate(pieces):
            yield replace(piece, shares_user=same or number > 0)

    def _quantity(self, text: str) -> Quantity:
        return next((each for each, said in _QUANTITIES if said.search(text)), Quantity.UNSAID)

    # --- what it is about ---

    def _best_event(self, segment: Segment) -> Hit | None:
        stems = [word.stem if word.stem not in _WEAK else "" for word in segment.words]
        for place, word in enumerate(segment.words):
            if isinstance(word.span, Afterwards) and word.span.names_event:
                first = [each if n < place else "" for n, each in enumerate(stems)]
                if hits := self._ranked(first, segment):
                    return hits[0]
        same = _SAME_THING.search(" ".join(word.text for word in segment.words))
        if same:
            thing = stem(same[1])
            stems = [each if each != thing else "" for each in stems]
        hits = self._ranked(stems, segment)
        return hits[0] if hits else None

    def _ranked(self, stems: list[str], segment: Segment) -> list[Hit]:
        """Events that words name, those first whose properties the other words name too."""
        hits = self._index.find(stems, self._index.events)[:6]
        everything = [word.stem for word in segment.words]

        actions = {each.stems[-1] for each in self._index.events if each.stems}

        def explained(hit: Hit) -> float:
            among = self._index.properties[hit.known.name] + self._index.context[hit.known.name]
            rest = [each if n not in hit.words else "" for n, each in enumerate(everything)]
            places = {n for found in self._index.find(rest, among) for n in found.words}
            places |= {n for found in self._index.values(rest, among) for n in found.words}
            other = [n for n, each in enumerate(stems) if each in actions and n not in hit.words]
            named = [n for n in places if everything[n] not in SKIPPED]
            return min(len(named), 3) - 2 * len(other)

        return sorted(hits, key=lambda hit: -(hit.score + 0.15 * explained(hit)))

    def _known_event(self, name: str) -> Known:
        return next(each for each in self._index.events if each.name == name)

    def _best_trait(self, segment: Segment) -> Hit | None:
        stems = [word.stem for word in segment.words]
        hits = self._index.find(stems, self._index.traits)
        return hits[0] if hits else None

    def _prefers_event(self, event: Hit, trait: Hit | None, words: Sequence[Word]) -> bool:
        timed = any(isinstance(word.span, Period | Times | Afterwards) for word in words)
        if any(isinstance(word.span, Afterwards) for word in words):
            return True
        dated = any(isinstance(word.span, Relative | Day) for word in words)
        if trait is None:
            return True
        kind = trait.known.field.kind
        if any(isinstance(w.span, Period) and is_in_name(w, trait.known) for w in words):
            return False
        if event.words < trait.words and not timed:
            return False
        lead = 0.25 if timed and kind not in DATES else 0.0
        lead -= 0.3 if dated and kind in DATES else 0.0
        lead -= 0.15 if trait.known.is_membership and trait.score >= 1 else 0.0
        return event.score + lead > trait.score + 0.05 * (len(trait.words) - len(event.words))

    # --- events ---

    def _happening(
        self,
        event: Hit,
        segment: Segment,
        fields: FieldReader,
        used: Used,
        before: Piece | None,
        quantity: Quantity,
    ) -> Iterator[Piece]:
        words = segment.words
        text = " ".join(word.text for word in words)
        told = before.happening if before is not None else None
        follows = bool(_AFTERWARDS.search(text)) or any(
            isinstance(word.span, Afterwards) for word in words
        )
        parent = self._named_parent(segment)
        if parent is not None and (told is None or told.event != parent[0].known.name):
            used.take(range(len(words)))
            yield self._inverted(event, parent, segment, quantity)
            return
        reader = EventReader(self._index, words, used, fields)
        under = told.event if told is not None and follows else None
        negated = False if quantity is Quantity.NONE else None
        found = reader.read(event, of_parent=under, negated=negated)
        yield Piece(
            found.condition, quantity=quantity, happening=found, comes_after=under is not None
        )

    def _inverted(
        self, child: Hit, parent: tuple[Hit, int], segment: Segment, quantity: Quantity
    ) -> Piece:
        """The second event told first: "cancelled within 10 days of a failed payment"."""
        hit, cut = parent
        first = self._reader(segment.words[: cut + 1])
        step = first.read(child, of_parent=hit.known.name)
        words = segment.words[cut + 1 :]
        again = Hit(hit.known, hit.score, frozenset(n - cut - 1 for n in hit.words))
        whole = self._reader(words).read(again, of_parent=None, negated=False)
        whole = whole.followed_by(step.condition)
        return Piece(whole.condition, quantity=quantity, happening=whole)

    def _reader(self, words: Sequence[Word]) -> EventReader:
        used = Used()
        return EventReader(self._index, words, used, FieldReader(self._index, words, used))

    def _named_parent(self, segment: Segment) -> tuple[Hit, int] | None:
        """The event after "within 3 days of", where one is named there, and where that stands."""
        for place, word in enumerate(segment.words):
            if isinstance(word.span, Afterwards) and word.span.names_event and place:
                stems = [
                    each.stem if n > place and each.stem not in _WEAK else ""
                    for n, each in enumerate(segment.words)
                ]
                hits = self._index.find(stems, self._index.events)
                if hits:
                    return hits[0], place
        return None

    # --- traits ---

    def _traits(self, fields: FieldReader, quantity: Quantity, *, alone: bool) -> Iterator[Piece]:
        index = self._index
        groups = (index.traits,)
        if index.of_accounts:
            users = [each for each in index.traits if each.of_user]
            accounts = [each for each in index.traits if not each.of_user]
            groups = (users, accounts) if quantity is not Quantity.UNSAID else (accounts, users)
        timed = any(isinstance(word.span, Day | Relative | Period) for word in fields.free())
        dates = [each for each in index.traits if timed and each.field.kind in DATES]
        for condition in fields.named(dates, _trait, presence=False):
            yield Piece(condition, self._is_of_user(condition), quantity)
        for among in groups:
            of_user = among[0].of_user if among else True
            about = quantity if of_user else Quantity.UNSAID
            for condition in fields.listed(among, _trait):
                yield Piece(condition, of_user, about)
        for condition in fields.named(index.traits, _trait, presence=alone):
            yield Piece(condition, self._is_of_user(condition), quantity)

    def _is_of_user(self, condition: Condition) -> bool:
        if not self._index.of_accounts:
            return True
        text = repr(condition)
        owners = [each.of_user for each in self._index.traits if f"name={each.name!r}" in text]
        return owners[0] if owners else True

    # --- entities ---

    def _entity(
        self, stems: Sequence[str]
    ) -> tuple[tuple[tuple[Known, ...], EntitySpec], frozenset[int]] | None:
        """The entity that is named: the innermost one on a path whose names are there."""
        best: tuple[tuple[tuple[Known, ...], EntitySpec], frozenset[int]] | None = None
        for path, spec in self._index.entities:
            hits = [self._index.find(stems, [known]) for known in path]
            if len(path) > 1 and hits[0] and not hits[-1]:
                named = {hit.value for hit in self._index.values(stems, entity_fields(spec))}
                outer = {x.value for x in self._index.values(stems, self._outer_fields(path))}
                if named - outer:
                    places = frozenset(n for hit in hits[0] for n in hit.words)
                    best = (path, spec), places
                continue
            if hits[-1] and hits[-1][0].score >= 0.9:
                places = frozenset(n for found in hits for hit in found for n in hit.words)
                if len(path) > 1 and not hits[0]:
                    continue
                if best is None or len(path) > len(best[0][0]):
                    best = (path, spec), places
        return best

    def _outer_fields(self, path: tuple[Known, ...]) -> list[Known]:
        specs = {each[-1].name: spec for each, spec in self._index.entities}
        return [field for known in path[:-1] for field in entity_fields(specs[known.name])]

    def _rows(
        self,
        entity: tuple[tuple[Known, ...], EntitySpec],
        fields: FieldReader,
        words: Sequence[Word],
        used: Used,
    ) -> Condition:
        path, _ = entity
        specs = {path_[-1].name: spec for path_, spec in self._index.entities}
        inner: Condition | None = None
        for depth, known in reversed(list(enumerate(path))):
            among = entity_fields(specs[known.name])
            conditions = [
                *fields.listed(among, _property),
                *fields.named(among, _property, presence=False),
            ]
            if inner is not None:
                conditions.append(inner)
            where = all_of(conditions)
            stream = Stream(Entity(known.name), () if where is None else (Where(where),))
            operator, number = Operator.AT_LEAST, 1
            if depth == len(path) - 1:
                for place, word in enumerate(words):
                    if isinstance(word.span, Bound | Times) and place not in used.places:
                        used.take([place])
                        operator, number = word.span.operator, word.span.number
                        break
            rows = Reduction(stream, Reducer.COUNT)
            inner = Comparison(rows, operator, (Number(number),))
        assert inner is not None  # noqa: S101 - a path has one name or more
        return inner

    # --- coverage ---

    def _check_coverage(self, segment: Segment, stems: Sequence[str], used: Used) -> None:
        telling = [
            place for place, each in enumerate(stems)
            if each and each not in SKIPPED and segment.words[place].text.lower() not in NEGATIVE
        ]  # fmt: skip
        unknown = [place for place in telling if place not in used.places]
        for place in unknown:
            after = segment.words[place + 1].span if place + 1 < len(segment.words) else None
            if isinstance(after, Bound):
                said = segment.words[place].text
                raise NotUnderstood(f"nothing in the schema fits {said!r}, which has a number")
        most = _UNKNOWN_SHARE * len(telling)
        if len(unknown) > max(most - 0.1, 1) or (unknown and len(unknown) > most):
            said = ", ".join(repr(segment.words[place].text) for place in unknown[:4])
            raise NotUnderstood(f"nothing in the schema fits {said}")


def _is_of_entity(words: frozenset[int], event: Hit | None, trait: Hit | None) -> bool:
    """Whether rows are meant rather than an event or a trait that shares their name."""
    if event is not None and event.score >= _WELL and not event.words <= words:
        return False
    return trait is None or trait.score < _WELL or trait.words <= words


def _is_ellipsis(segment: Segment) -> bool:
    """Whether it only says that what was told before did not happen in some time."""
    if not any(isinstance(word.span, Period) for word in segment.words):
        return False
    low = {word.text.lower() for word in segment.words if word.span is None}
    return bool(low & {"nothing", "none", "not", "no"}) and not any(
        word.stem not in SKIPPED and word.text.lower() not in NEGATIVE
        for word in segment.words
        if word.span is None
    )


_SAME_THING: Final = re.compile(r"\bsame (\w+)", re.I)
_WEAK: Final = frozenset({"last", "first", "page", "product", "user", "list"}) - {"page", "product"}


def _trait(known: Known) -> Trait:
    return Trait(known.name)


def _property(known: Known) -> Property:
    return Property(known.name)
