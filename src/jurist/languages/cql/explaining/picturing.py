"""Customers and accounts as pictures: their events in lanes over time, with what queries read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from jurist.languages.cql.explaining.gathering import (
    SUBJECT,
    Gathered,
    SubjectReadings,
    formula_of,
    letters_of,
    source_name,
)
from jurist.languages.cql.explaining.places import pointer_to
from jurist.languages.cql.explaining.readings import value_text
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent, Subject
from jurist.languages.cql.semantics.subjects import Row as Related
from jurist.languages.cql.semantics.values import Values
from jurist.languages.cql.syntax import Entity, Event
from jurist.languages.cql.text.printer import source_text
from jurist.languages.explanations import Explanation
from jurist.languages.pictures import (
    Cell,
    CellKind,
    Fact,
    Lane,
    Mark,
    Outcome,
    Picture,
    Reads,
    Row,
    Scene,
    Sheet,
    row_mark,
)
from jurist.plurals import counted
from jurist.records import SIDES, Side, Witness
from jurist.shortening import shortened

_MOST_USERS: Final = 6
_MOST_LANES: Final = 24
_MOST_MARKS: Final = 40
_MOST_ROWS: Final = 30
_MOST_TRAITS: Final = 40
_LONGEST: Final = 160


def picture(
    witness: Witness, subject: Subject, now: int, reference: Explanation, candidate: Explanation
) -> Picture:
    """The picture of a subject at a moment, with what both queries make of it."""
    letters = letters_of(reference, candidate)
    gathered = (
        Gathered(Side.REFERENCE, reference, now, letters),
        Gathered(Side.CANDIDATE, candidate, now, letters),
    )
    builder = _PictureBuilder(gathered, now)
    scenes = tuple(builder.scenes(subject))
    return Picture(
        reference=_outcome(witness.reference, reference, letters),
        candidate=_outcome(witness.candidate, candidate, letters),
        scenes=scenes,
        steps=(reference, candidate),
        notes=tuple(builder.notes),
    )


def _outcome(given: object, root: Explanation, letters: dict[str, str]) -> Outcome:
    formula = formula_of(root, letters)
    if isinstance(given, bool):
        return Outcome("", given, formula)
    return Outcome(root.reading, None, formula)


class _PictureBuilder:
    """Scenes, with what was left out of them."""

    def __init__(self, gathered: tuple[Gathered, Gathered], now: int) -> None:
        self._gathered = gathered
        self._now = now
        sources = dict.fromkeys(source for query in gathered for source in query.sources)
        names = {source: source_name(source) for source in sources}
        self._events = {s: name for s, name in names.items() if s.startswith("event(")}
        """The texts of sources that are events, with their names."""
        self._entities = {s: name for s, name in names.items() if s.startswith("entity(")}
        self.notes: list[str] = []

    def scenes(self, subject: Subject) -> Iterator[Scene]:
        """The customer; or the account and its users, those first that the queries tell apart."""
        if isinstance(subject, Customer):
            yield self._scene("", "/customer", SUBJECT, subject)
            return
        yield Scene("the account", self._traits(subject.traits), self._facts(SUBJECT))
        asked = {user for query in self._gathered for user in query.users if user != SUBJECT}
        order = [*sorted(asked), *(i for i in range(len(subject.users)) if i not in asked)]
        for place in order[:_MOST_USERS]:
            name = f"user {place + 1}"
            yield self._scene(name, f"/account/users/{place}", place, subject.users[place])
        self._note_rest(len(order) - _MOST_USERS, "more user")

    def _note_rest(self, rest: int, noun: str, of: str = "") -> None:
        if rest > 0:
            self.notes.append(f"{counted(rest, noun)}{of} not shown")

    def _scene(self, name: str, pointer: str, user: int, who: Customer) -> Scene:
        return Scene(
            name,
            self._traits(who.traits),
            self._facts(user),
            tuple(self._lanes(who, pointer, user)),
            tuple(self._sheets(who.entities, f"{pointer}/entities", user, "")),
        )

    def _by_side(self, user: int) -> tuple[SubjectReadings, SubjectReadings]:
        first, second = (query.users.get(user) or SubjectReadings() for query in self._gathered)
        return first, second

    def _reads(self, user: int, key: str) -> Reads:
        first, second = (tuple(query.readings.get(key, ())) for query in self._by_side(user))
        return Reads(first, second)

    def _traits(self, traits: Values) -> tuple[tuple[str, str], ...]:
        self._note_rest(len(traits) - _MOST_TRAITS, "more trait")
        listed = list(traits.items())[:_MOST_TRAITS]
        return tuple((name, value_text(value)) for name, value in listed)

    def _facts(self, user: int) -> tuple[Fact, ...]:
        """Conditions on traits, in the order in which the queries ask them."""
        sources = self._events.keys() | self._entities.keys()
        keys = self._keys(user)
        return tuple(Fact(key, self._reads(user, key)) for key in keys if key not in sources)

    def _keys(self, user: int) -> dict[str, None]:
        """The sources and conditions of which either query has readings, in order."""
        return {key: None for query in self._by_side(user) for key in query.readings}

    # --- events ---

    def _lanes(self, who: Customer, pointer: str, user: int) -> Iterator[Lane]:
        events: dict[str, list[tuple[int, CustomerEvent]]] = {}
        for place, event in enumerate(who.events):
            events.setdefault(source_text(Event(event.name)), []).append((place, event))
        asked = [key for key in self._keys(user) if key in self._events]
        names = list(dict.fromkeys([*asked, *events]))
        self._note_rest(len(names) - _MOST_LANES, "more kind", " of event")
        for source in names[:_MOST_LANES]:
            here = events.get(source, [])
            marks = self._marks(here, pointer, user)
            sides = self._by_side(user)
            yield Lane(
                name=here[0][1].name if here else self._events[source],
                marks=tuple(marks[:_MOST_MARKS]),
                bands=tuple(band for side in sides for band in side.bands.get(source, ())),
                reads=self._reads(user, source),
                left_out=sum(mark.count for mark in marks[_MOST_MARKS:]),
            )

    def _marks(
        self, events: Sequence[tuple[int, CustomerEvent]], pointer: str, user: int
    ) -> list[Mark]:
        """Equal events of one moment are one mark; the latest come first."""
        groups: Counter[tuple[int, str, frozenset[Side]]] = Counter()
        for place, event in events:
            by = self._counted(f"{pointer}/events/{place}", user)
            groups[self._now - event.time, _details(event), by] += 1
        return [
            Mark(age, count, text, by)
            for (age, text, by), count in sorted(groups.items(), key=lambda group: group[0][:2])
        ]

    def _counted(self, pointer: str, user: int) -> frozenset[Side]:
        return frozenset(
            side
            for side, subject in zip(SIDES, self._by_side(user), strict=True)
            if any(f"{item}/".startswith(f"{pointer}/") for item in subject.counted)
        )

    # --- related rows ---

    def _sheets(
        self, entities: Mapping[str, Sequence[Related]], pointer: str, user: int, of: str
    ) -> Iterator[Sheet]:
        known = {source_text(Entity(slug)): slug for slug in entities}
        missing = {} if of else self._entities
        for source, slug in {**known, **missing}.items():
            rows = list(entities.get(slug, ()))
            here = pointer_to(pointer, (slug,))
            columns = list(dict.fromkeys(name for row in rows for name in row.properties))
            listed_rows = [
                Row(
                    tuple(_cell(row.properties.get(name)) for name in columns),
                    row_mark(self._counted(f"{here}/{place}", user)),
                )
                for place, row in enumerate(rows[:_MOST_ROWS])
            ]
            reads = self._reads(user, source) if not of else Reads()
            left_out = max(len(rows) - _MOST_ROWS, 0)
            yield Sheet(f"{slug}{of}", tuple(columns), tuple(listed_rows), reads, left_out)
            for place, row in enumerate(rows[:_MOST_ROWS]):
                if row.entities:
                    below = f"{here}/{place}/entities"
                    yield from self._sheets(
                        row.entities, below, user, f" of row {place + 1} of {slug}{of}"
                    )


def _cell(value: object) -> Cell:
    if value is None:
        return Cell("missing", CellKind.MISSING)
    text = value_text(value)  # pyright: ignore[reportArgumentType]
    return Cell(
        shortened(text, _LONGEST), CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER
    )


def _details(event: CustomerEvent) -> str:
    parts = [f"{name} = {value_text(value)}" for name, value in event.properties.items()]
    parts += [f"{name} = {value_text(value)}" for name, value in event.context.items()]
    if event.source:
        parts.append(f"from {event.source}")
    return shortened(", ".join(parts), _LONGEST)
