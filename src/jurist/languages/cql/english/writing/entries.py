"""The entries of arrays in English: which there are, and which one a name speaks of.

`products.$.sku` is "the sku of the entry" beside "an entry in products": names that go into the
same array speak of the same entry, so it is introduced once, before all that is said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from jurist.languages.cql.english.writing.wording import Wording, split_at_entry
from jurist.languages.cql.semantics.arrays import Array, arrays_on_path, unrolled_arrays
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import Context, Entity, Event, Property, Reduction, Trait
from jurist.languages.cql.text.literals import string_text


class Entries(Struct, frozen=True):
    """Arrays whose entries are spoken of, outer ones before those inside them."""

    arrays: tuple[Array, ...]
    name: Callable[[Array], str]
    """The words of an array."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.arrays)

    def entry(self, article: str = "an") -> str:
        """One entry of each: "an entry in sizes of an entry in products"."""
        introduced: set[Array] = set()
        chains: list[str] = []
        for leaf in self._leaves():
            chain: list[str] = []
            for array in reversed(self._holders(leaf)):
                first = article if not chain else "an"
                chain.append(
                    f"{'the same' if array in introduced else first} entry in {self.name(array)}"
                )
                if array in introduced:
                    break
                introduced.add(array)
            chains.append(" of ".join(chain))
        return " and ".join(chains)

    def many(self) -> str:
        """All of them: "entries in sizes of entries in products"."""
        return self._listed("entries", "combinations")

    def counted(self, number: int | Decimal) -> str:
        """What so many of them are called."""
        return self._listed("entry", "combination") if number == 1 else self.many()

    def _listed(self, entries: str, combinations: str) -> str:
        leaves = self._leaves()
        if len(leaves) > 1:
            return f"{combinations} of {self.entry()}"
        own, *holders = map(self.name, reversed(self._holders(leaves[0])))
        return " of ".join([f"{entries} in {own}", *(f"entries in {name}" for name in holders)])

    def the(self, array: Array) -> str:
        """The entry at hand of one of the arrays."""
        if len(self.arrays) == 1:
            return "entry"
        name = self.name(array)
        alike = [other for other in self.arrays if self.name(other) == name]
        return f"entry in {name if len(alike) == 1 else string_text(name_of(array))}"

    def is_each(self, array: Array | None) -> bool:
        """Whether each item is one entry of this array."""
        return self._leaves() == [array]

    def _leaves(self) -> list[Array]:
        holders = {holder for leaf in self.arrays for holder in self._holders(leaf)[:-1]}
        return [array for array in self.arrays if array not in holders]

    def _holders(self, leaf: Array) -> list[Array]:
        """The arrays on the way to one, and that one."""
        return [array for array in self.arrays if array == leaf or _is_inside(leaf, array)]


def _is_inside(inner: Array, outer: Array) -> bool:
    start = (*outer.keys, EACH)
    return inner.in_context == outer.in_context and inner.keys[: len(start)] == start


def name_of(array: Array) -> str:
    """An array's name as a query writes it."""
    return ".".join(key.replace(".", "\\.") for key in array.keys)


_NONE: Final = Entries((), name_of)
"""Of most streams; they are asked for at every value."""


def entries_of(reduction: Reduction, words: Wording) -> Entries:
    """The entries that the items of a stream are."""
    arrays = unrolled_arrays(reduction)
    if not arrays:
        return _NONE
    owner = owner_of(reduction.stream.source)
    return Entries(
        arrays,
        lambda array: words.array(owner, name_of(array), in_context=array.in_context),
    )


def entries_of_trait(trait: Trait, words: Wording) -> Entries:
    """The entries that a trait's name goes into."""
    return Entries(arrays_on_path(trait), lambda array: words.trait_array(name_of(array)))


def part_of(value: Property | Context, owner: str | None, words: Wording) -> str:
    """What a name says of the item, or of the entry that it goes into; empty for that itself."""
    array, part = split_at_entry(value.name)
    if array and not part:
        return ""
    in_context = type(value) is Context
    text = words.property(owner, value.name, in_context=in_context)
    return f"context {text}" if in_context else text


def array_of(value: Property | Context) -> Array | None:
    """The innermost array that a name goes into."""
    return next(reversed(arrays_on_path(value)), None)


def owner_of(source: Event | Entity) -> str:
    """Whose properties those of an item are."""
    return source.name if type(source) is Event else f"entity {source.slug}"
