"""What names say where they stand: traits, properties, and what the schema knows of them."""

from __future__ import annotations

from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.entries import array_of, entries_of, owner_of, part_of
from jurist.languages.cql.english.writing.places import Place
from jurist.languages.cql.english.writing.values import singular
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.english.writing.wording import Wording
from jurist.languages.cql.schemas.schema import ANYTHING, CqlSchema, Field, Kind, find_field
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.values import Atom
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    Event,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Trait,
)
from jurist.languages.cql.text.literals import string_text


class Names:
    """Says names in one style."""

    def __init__(self, schema: CqlSchema, words: Wording, *, terse: bool) -> None:
        self._schema = schema
        self._words = words
        self._terse = terse

    def trait(self, trait: Trait) -> str:
        """A trait as a whole."""
        alone = names_entries(trait)
        return f"trait {string_text(trait.name)}" if alone else self._words.trait(trait.name)

    def value(self, value: Property | Context | Trait, place: Place) -> str:
        """A value of the item at hand, of the one before it, or of the user who did it."""
        the = "" if self._terse else "the "
        if type(value) is Trait:
            return f"{the}{self.trait(value)} of the user who did it"
        earlier = type(value) is Property and value.parent
        if type(value) is Context and value.name == "timestamp":
            return f"{the}time of the event"
        holder = self._holder(place, parent=earlier)
        owner = None if holder is None else owner_of(holder.stream.source)
        part = part_of(value, owner, self._words)
        noun = self._noun(value, place)
        if array_of(value) is not None:
            return f"{the}{part} of {noun}" if part else noun
        return f"{noun}'s {part}" if earlier else f"{the}{part}"

    def _noun(self, value: Property | Context, place: Place) -> str:
        """The item, or the entry of its array, that a name reads from."""
        earlier = type(value) is Property and value.parent
        array, holder = array_of(value), self._holder(place, parent=earlier)
        around = self._around(holder, place) if earlier else "it"
        entries = None if holder is None else entries_of(holder, self._words)
        if array is None or not entries:
            return "the item itself" if entries and not earlier else around
        if array not in entries.arrays:  # of a list that is taken whole
            return f"any entry in {entries.name(array)}"
        whose = f"{around}'s" if earlier else "the"
        return f"{whose} {entries.the(array)}"

    def _around(self, holder: Reduction | None, place: Place) -> str:
        """What the item around the one at hand is called."""
        if holder is None or isinstance(holder.stream.source, Event):
            is_after = bool(place.items) and place.is_after(place.items[-1])
            return "the earlier event" if is_after else "that event"
        return f"that {singular(self._words.entity(holder.stream.source.slug))}"

    @staticmethod
    def _holder(place: Place, *, parent: bool) -> Reduction | None:
        """By what the items are reduced whose properties are read."""
        holders = place.items[:-1] if parent else place.items
        return holders[-1] if holders else None

    def flagged(
        self, left: Scalar, node: Comparison, voice: Voice, place: Place, *, negated: bool
    ) -> str:
        """What is called as one would say it, said so; empty where that is not possible."""
        if type(left) is Trait:
            flag = self._words.trait_flag(left.name)
        elif type(left) is Property and place.items:
            holder = self._holder(place, parent=left.parent)
            owner = None if holder is None else owner_of(holder.stream.source)
            flag = self._words.flag(owner, left.name)
        else:
            return ""
        if flag is None:
            return ""
        if type(left) is Property:
            voice = voices.neuter(self._noun(left, place))
        return flag.clause(node, voice, self.field(left, place).kind, negated=negated)

    def trait_field(self, trait: Trait) -> Field:
        """What the schema knows of a trait."""
        schema = self._schema
        of_person = find_field(schema.traits, trait.name)
        return of_person or find_field(schema.account_traits, trait.name) or ANYTHING

    def field(self, left: Scalar, place: Place) -> Field:
        """What the schema knows of a value."""
        match left:
            case Trait():
                return self.trait_field(left)
            case Reduction(
                reducer=Reducer.FIRST | Reducer.LAST | Reducer.MODE, value=Property() as value
            ) if left.cast is None:
                return self.field(value, place.inside(left))
            case Property() | Context():
                parent = isinstance(left, Property) and left.parent
                holder = self._holder(place, parent=parent)
                if holder is None:
                    return ANYTHING
                source, in_context = holder.stream.source, isinstance(left, Context)
                fields = self._words.fields(source, in_context=in_context)
                return find_field(fields, left.name) or ANYTHING
            case _:
                return ANYTHING


def values_of(field: Field) -> frozenset[Atom]:
    """The values that a field can have; none of those that read as true or false."""
    return frozenset() if field.kind is Kind.BOOLEAN or not field.listed else field.listed
