"""Where things stand in a subject's JSON document, as JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jurist.languages.cql.semantics.arrays import Unrolled
from jurist.languages.cql.semantics.streams import Around, Environment, Item, arrays_of
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import EACH, TIMESTAMP, moment_text, split_path, walk
from jurist.languages.cql.syntax import Context, Event, Name, Property, Trait
from jurist.languages.cql.tree import Scope


class Places:
    """The pointers and the names of a subject's items, by identity."""

    def __init__(self, subject: Subject, env: Environment) -> None:
        self._pointers: dict[int, str] = {}
        self._labels: dict[int, str] = {}
        self._items: dict[int, CustomerEvent | Row] = {}
        self._environments: dict[int, str] = {}
        if isinstance(subject, Account):
            self._environments[id(env)] = "/account"
            for i, user in enumerate(subject.users):
                self._note(user, f"/account/users/{i}")
            for i, user in enumerate(env.users):
                self._environments[id(user)] = f"/account/users/{i}"
        else:
            self._environments[id(env)] = "/customer"
            self._note(subject, "/customer")

    def pointer(self, item: Item) -> str:
        """Where an event, a row, or an entry of its array stands."""
        return self._pointers[id(item)]

    def label(self, item: Item) -> str:
        """What an item is, for people."""
        return self._labels[id(item)]

    def note_entries(self, env: Environment, scope: Scope) -> None:
        """Learn of the entries that stand for the items of a scope that unrolls arrays."""
        for (of_scope, of_item), entries in env.unrolled.items():
            if of_scope != id(scope):
                continue
            around, label = self._pointers[of_item], self._labels[of_item]
            pointers = list(_entry_pointers(self._items[of_item], around, entries, scope))
            for i, (entry, pointer) in enumerate(zip(entries, pointers, strict=True)):
                self._pointers[id(entry)] = pointer
                several = len(entries) > 1
                self._labels[id(entry)] = f"{label}, entry {i + 1}" if several else label

    def of_name(self, name: Name, env: Environment, item: Item, around: Around) -> str | None:
        """Where the value of a name is read from; of an array's entries, the array."""
        if isinstance(name, Trait):
            return pointer_to(f"{self._environments[id(env)]}/traits", split_path(name.name))
        source = item
        if isinstance(name, Property) and name.parent and around is not None:
            source, _ = around
        if source is None:
            return None
        base = self._pointers[id(source)]
        if isinstance(source, Unrolled):
            return base
        if isinstance(name, Context):
            if name.name == TIMESTAMP:
                return f"{base}/time"
            return pointer_to(f"{base}/context", split_path(name.name))
        return pointer_to(f"{base}/properties", split_path(name.name))

    def _note(self, user: Customer, place: str) -> None:
        for i, event in enumerate(user.events):
            label = f"{event.name}, {moment_text(event.time)}"
            self._keep(event, f"{place}/events/{i}", label)
        self._note_rows(user.entities, f"{place}/entities")

    def _note_rows(self, entities: Mapping[str, Sequence[Row]], place: str) -> None:
        for slug, rows in entities.items():
            for i, row in enumerate(rows):
                pointer = f"{pointer_to(place, (slug,))}/{i}"
                self._keep(row, pointer, f"row {i + 1} of {slug}")
                self._note_rows(row.entities, f"{pointer}/entities")

    def _keep(self, item: CustomerEvent | Row, pointer: str, label: str) -> None:
        self._pointers[id(item)], self._labels[id(item)] = pointer, label
        self._items[id(item)] = item


def noun(source: object) -> str:
    """What a source's items are called."""
    return "event" if isinstance(source, Event) else "row"


def _entry_pointers(
    item: CustomerEvent | Row, around: str, entries: Sequence[Unrolled], scope: Scope
) -> Iterator[str]:
    """Each entry's own place where there is but one array; else that of the whole item."""
    array, *others = arrays_of(scope)
    alone = not others and EACH not in array.keys
    owner = None
    if alone and not array.in_context:
        owner = item.properties
    elif alone and isinstance(item, CustomerEvent):
        owner = item.context
    content = None if owner is None else walk(owner, array.keys)
    for i, _ in enumerate(entries):
        if isinstance(content, tuple) and content:
            part = "context" if array.in_context else "properties"
            yield f"{pointer_to(f'{around}/{part}', array.keys)}/{i}"
        else:
            yield around


def pointer_to(start: str, keys: Sequence[str]) -> str:
    """The pointer to what the keys lead to, as far as they go through no array."""
    pointer = start
    for number, key in enumerate(keys):
        if key == EACH and number:
            break
        pointer += "/" + key.replace("~", "~0").replace("/", "~1")
    return pointer
