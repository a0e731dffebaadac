"""From one segment to the conditions that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from jurist.languages.cql.english.reading.columns import compared_columns
from jurist.languages.cql.english.reading.comparing import ComparedDeeds, check_side, compared_deeds
from jurist.languages.cql.english.reading.events import EventReader
from jurist.languages.cql.english.reading.fields import FieldReader, is_in_name
from jurist.languages.cql.english.reading.names import Hit, Index, Known, entity_fields
from jurist.languages.cql.english.reading.pieces import (
    Clause,
    Happening,
    NotUnderstood,
    Piece,
    Quantity,
    all_of,
)
from jurist.languages.cql.english.reading.segments import GLOSS, Segment, Word
from jurist.languages.cql.english.reading.spans import (
    Afterwards,
    Bound,
    Day,
    Period,
    Quote,
    Relative,
    Times,
)
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, SKIPPED, stem
from jurist.languages.cql.schemas.schema import DATES
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Entity,
    Event,
    Number,
    Operator,
    Reducer,
    Reduction,
    Stream,
    Trait,
    Where,
)
from jurist.languages.cql.tree import walk

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

_SAME_THING: Final = re.compile(r"\bsame (\w+)", re.I)
_WEAK: Final = frozenset({"last", "first", "user", "list"})


@dataclass(frozen=True, slots=True)
class _NamedEntity:
    """An entity below those that lead to it, and the words that name them."""

    path: tuple[Known, ...]
    words: frozenset[int]


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
        telling = [token for token in stems if token and token not in SKIPPED]
        if telling and self._index.find(telling, self._index.traits):
            return True
        values = {hit.known.name for hit in self._index.values(telling, self._index.traits)}
        if before is None:
            return bool(values)
        earlier = [word.stem for word in before.words]
        others = {hit.known.name for hit in self._index.values(earlier, self._index.traits)}
        return bool(values) and bool(others) and not values & others

    def read(self, segment: Segment, before: Piece | None) -> Iterator[Piece]:
        """The conditions of a segment.

        Args:
            segment: Words that belong together.
            before: What was told just before it, which it may follow.

        Raises:
            NotUnderstood: It says what the schema does not have.
        """
        clause = Clause(segment.words)
        deeds = compared_deeds(segment.words)
        if deeds is not None and (condition := self._compared(deeds)) is not None:
            quantity = self._quantity(clause.text) if self._index.of_accounts else Quantity.UNSAID
            yield Piece(condition, quantity=quantity)
            return
        quantity = self._quantity(clause.text) if self._index.of_accounts else Quantity.UNSAID
        if _is_ellipsis(segment) and before is not None and before.happening is not None:
            again = Hit(self._known_event(before.happening.event), 1.0, frozenset())
            yield self._happening(again, clause, None, quantity)
            return
        event, trait = self._best_event(segment), self._best_trait(clause.stems)
        entity = self._entity(clause.stems)
        if GLOSS.search(clause.text):
            entity = event = None
        shallow = entity is not None and len(entity.path) == 1
        if entity is not None and shallow and not _is_of_entity(entity.words, event, trait):
            entity = None
        pieces: list[Piece] = []
        if entity is not None:
            clause.take(entity.words)
            pieces.append(Piece(self._rows(entity.path, clause)))
        elif event is not None and self._prefers_event(event, trait, clause):
            pieces.append(self._happening(event, clause, before, quantity))
        pieces += self._traits(clause, quantity, alone=not pieces)
        if not pieces:
            raise NotUnderstood(f"nothing in the schema fits {segment.text[:80]!r}")
        _check_coverage(clause)
        same = bool(_SAME_USER.search(clause.text))
        for number, piece in enumerate(pieces):
            yield replace(piece, shares_user=same or number > 0)

    def _quantity(self, text: str) -> Quantity:
        named = (quantity for quantity, pattern in _QUANTITIES if pattern.search(text))
        return next(named, Quantity.UNSAID)

    # --- what it is about ---

    def _best_event(self, segment: Segment) -> Hit | None:
        stems = [word.stem if word.stem not in _WEAK else "" for word in segment.words]
        for place, word in enumerate(segment.words):
            if isinstance(word.span, Afterwards) and word.span.names_event:
                first = [token if n < place else "" for n, token in enumerate(stems)]
                if hits := self._ranked(first, segment):
                    return hits[0]
        same = _SAME_THING.search(" ".join(word.text for word in segment.words))
        if same:
            repeated = stem(same[1])
            stems = [token if token != repeated else "" for token in stems]
        hits = self._ranked(stems, segment)
        return hits[0] if hits else None

    def _ranked(self, stems: list[str], segment: Segment) -> list[Hit]:
        """Events that words name, those first whose properties the other words name too."""
        hits = self._index.find(stems, self._index.events)[:6]
        everything = [word.stem for word in segment.words]

        actions = {known.stems[-1] for known in self._index.events if known.stems}

        def explained(hit: Hit) -> float:
            among = self._index.properties[hit.known.name] + self._index.context[hit.known.name]
            rest = [token if n not in hit.words else "" for n, token in enumerate(everything)]
            places = {n for field in self._index.find(rest, among) for n in field.words}
            places |= {n for value in self._index.values(rest, among) for n in value.words}
            other = [n for n, token in enumerate(stems) if token in actions and n not in hit.words]
            named = [n for n in places if everything[n] not in SKIPPED]
            return min(len(named), 3) - 2 * len(other)

        return sorted(hits, key=lambda hit: -(hit.score + 0.15 * explained(hit)))

    def _known_event(self, name: str) -> Known:
        return next(known for known in self._index.events if known.name == name)

    def _best_trait(self, stems: Sequence[str]) -> Hit | None:
        return next(iter(self._index.find(stems, self._index.traits)), None)

    def _prefers_event(self, event: Hit, trait: Hit | None, clause: Clause) -> bool:
        if trait is None or clause.has(Afterwards):
            return True
        kind, timed = trait.known.field.kind, clause.has(Period, Times)
        if any(isinstance(w.span, Period) and is_in_name(w, trait.known) for w in clause.words):
            return False
        if event.words < trait.words and not timed:
            return False
        lead = 0.25 if timed and kind not in DATES else 0.0
        lead -= 0.3 if clause.has(Relative, Day) and kind in DATES else 0.0
        lead -= 0.15 if trait.known.is_membership and trait.score >= 1 else 0.0
        return event.score + lead > trait.score + 0.05 * (len(trait.words) - len(event.words))

    # --- events ---

    def _compared(self, deeds: ComparedDeeds) -> Condition | None:
        """That one event is done more or less often than another; `None` where one is no event."""
        counts: list[Reduction] = []
        for words in (deeds.left, deeds.right):
            event = self._best_event(Segment(tuple(words))) or self._quoted_event(words)
            if event is None and deeds.is_of_frequency:
                raise NotUnderstood("it says how often, but not what is done")
            if event is None:
                return None
            clause = Clause(words)
            happening = EventReader(self._index, clause).read(event, of_parent=None)
            check_side(clause, happening)
            stream = Stream(Event(happening.event), happening.filters)
            counts.append(Reduction(stream, Reducer.COUNT))
        return Comparison(counts[0], deeds.operator, (counts[1],))

    def _quoted_event(self, words: Sequence[Word]) -> Hit | None:
        quoted = {w.span.text: n for n, w in enumerate(words) if isinstance(w.span, Quote)}
        named = (known for known in self._index.events if known.name in quoted)
        known = next(named, None)
        return None if known is None else Hit(known, 1.0, frozenset({quoted[known.name]}))

    def _happening(
        self, event: Hit, clause: Clause, before: Piece | None, quantity: Quantity
    ) -> Piece:
        earlier = before.happening if before is not None else None
        follows = bool(_AFTERWARDS.search(clause.text)) or clause.has(Afterwards)
        parent = self._named_parent(clause)
        if parent is not None and (earlier is None or earlier.event != parent[0].known.name):
            whole = self._inverted(event, *parent, clause)
            return Piece(whole.condition, quantity=quantity, happening=whole)
        under = earlier.event if earlier is not None and follows else None
        negated = False if quantity is Quantity.NONE else None
        reader = EventReader(self._index, clause)
        happening = reader.read(event, of_parent=under, negated=negated)
        comes_after = under is not None
        return Piece(
            happening.condition, quantity=quantity, happening=happening, comes_after=comes_after
        )

    def _inverted(self, child: Hit, parent: Hit, cut: int, clause: Clause) -> Happening:
        """The second event told first: "cancelled within 10 days of a failed payment"."""
        clause.take(range(len(clause.words)))
        step = EventReader(self._index, Clause(clause.words[: cut + 1]))
        first = EventReader(self._index, Clause(clause.words[cut + 1 :]))
        then = step.read(child, of_parent=parent.known.name)
        again = replace(parent, words=frozenset(n - cut - 1 for n in parent.words))
        whole = first.read(again, of_parent=None, negated=False)
        return whole.followed_by(then.condition)

    def _named_parent(self, clause: Clause) -> tuple[Hit, int] | None:
        """The event after "within 3 days of", where one is named there, and where that stands."""
        for place, word in enumerate(clause.words):
            if isinstance(word.span, Afterwards) and word.span.names_event and place:
                stems = [
                    token if n > place and token not in _WEAK else ""
                    for n, token in enumerate(clause.stems)
                ]
                hits = self._index.find(stems, self._index.events)
                if hits:
                    return hits[0], place
        return None

    # --- traits ---

    def _traits(self, clause: Clause, quantity: Quantity, *, alone: bool) -> Iterator[Piece]:
        index, fields = self._index, FieldReader(self._index, clause)
        groups = (index.traits,)
        if index.of_accounts:
            users = [known for known in index.traits if known.of_user]
            accounts = [known for known in index.traits if not known.of_user]
            groups = (users, accounts) if quantity is not Quantity.UNSAID else (accounts, users)
        timed = clause.free(Day, Relative, Period)
        dates = [known for known in index.traits if timed and known.field.kind in DATES]
        for condition in fields.named(dates, presence=False):
            yield Piece(condition, self._is_of_user(condition), quantity)
        for among in groups:
            of_user = among[0].of_user if among else True
            about = quantity if of_user else Quantity.UNSAID
            for condition in fields.listed(among):
                yield Piece(condition, of_user, about)
        for condition in fields.named(index.traits, presence=alone):
            yield Piece(condition, self._is_of_user(condition), quantity)

    def _is_of_user(self, condition: Condition) -> bool:
        named = {node.name for node, _ in walk(condition) if isinstance(node, Trait)}
        owners = (known.of_user for known in self._index.traits if known.name in named)
        return not self._index.of_accounts or next(owners, True)

    # --- entities ---

    def _entity(self, stems: Sequence[str]) -> _NamedEntity | None:
        """The entity that is named: the innermost one on a path whose names are there."""
        best: _NamedEntity | None = None
        for path, spec in self._index.entities:
            hits = [self._index.find(stems, [known]) for known in path]
            if len(path) > 1 and hits[0] and not hits[-1]:
                values = {hit.value for hit in self._index.values(stems, entity_fields(spec))}
                outer = [field for known in path[:-1] for field in self._fields_of(known)]
                if values - {hit.value for hit in self._index.values(stems, outer)}:
                    best = _NamedEntity(path, frozenset(n for hit in hits[0] for n in hit.words))
            elif (
                hits[0]
                and hits[-1]
                and hits[-1][0].score >= 0.9
                and (best is None or len(path) > len(best.path))
            ):
                places = frozenset(n for named in hits for hit in named for n in hit.words)
                best = _NamedEntity(path, places)
        return best

    def _fields_of(self, entity: Known) -> list[Known]:
        specs = {path[-1].name: spec for path, spec in self._index.entities}
        return entity_fields(specs[entity.name])

    def _rows(self, path: Sequence[Known], clause: Clause) -> Condition:
        fields = FieldReader(self._index, clause)
        inner: list[Condition] = []
        compared: dict[Known, list[Condition]] = {}
        for outer, known in pairwise(path):
            columns = self._fields_of(known), outer, self._fields_of(outer)
            compared[known] = list(compared_columns(self._index, clause, *columns))
        for known in reversed(path):
            among = self._fields_of(known)
            conditions = [
                *compared.get(known, ()),
                *fields.listed(among),
                *fields.named(among, presence=False),
                *inner,
            ]
            where = all_of(conditions)
            stream = Stream(Entity(known.name), () if where is None else (Where(where),))
            operator, number = Operator.AT_LEAST, 1
            for place, span in [] if inner else clause.free(Bound, Times)[:1]:
                clause.take([place])
                operator, number = span.operator, span.number
            rows = Reduction(stream, Reducer.COUNT)
            inner = [Comparison(rows, operator, (Number(number),))]
        return inner[0]


def _check_coverage(clause: Clause) -> None:
    """Refuse a clause whose words are too many that name nothing."""
    telling = [
        place
        for place, token in enumerate(clause.stems)
        if token and token not in SKIPPED and clause.low[place] not in NEGATIVE
    ]
    unknown = [place for place in telling if place not in clause.taken]
    texts = [repr(clause.words[place].text) for place in unknown]
    for place, text in zip(unknown, texts, strict=True):
        if any(isinstance(word.span, Bound) for word in clause.words[place + 1 : place + 2]):
            raise NotUnderstood(f"nothing in the schema fits {text}, which has a number")
    most = _UNKNOWN_SHARE * len(telling)
    if len(unknown) > max(most - 0.1, 1) or (unknown and len(unknown) > most):
        raise NotUnderstood(f"nothing in the schema fits {', '.join(texts[:4])}")


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
