"""Sorts of items, each with the table of the atoms about them: what a translation fills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    atoms_of,
    conjunction,
    disjunction,
    negation,
    substitution,
)
from jurist.languages.cql.prover.abstraction.atoms import (
    OF_EVENTS,
    OF_ROWS,
    PROFILES,
    SOURCE,
    TIME,
    Atom,
    CountAtom,
    GroupKey,
    GroupKind,
    Order,
    OuterAtom,
    QuantityAtom,
    Search,
    SignAtom,
    Slot,
    SlotKind,
    ValueAtom,
    Whose,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import IS_PRESENT, Leaf, Primitive
from jurist.languages.cql.prover.values.value_classes import Allowed, allowed
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    EventSpec,
    Fields,
    Kind,
    find_field,
    implies_presence,
)
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import TIMESTAMP, Coercion, coercion_of, text_of
from jurist.languages.cql.syntax import Context, Property, Reduction, Scalar, Trait

_MOST_OUTER_ATOMS = 6
_UNLISTED_EVENT = EventSpec()
_UNLISTED_ROW = EntitySpec()
_MOST_SHOWN = 12
_ANYTHING = Allowed()
_SOURCE = Allowed(Kind.STRING)
_TIME = Allowed(Kind.DATE_TIME, required=True)


@dataclass(eq=False, slots=True)
class Sort:
    """One sort of items, like the events of a name, with the table of all atoms about them."""

    schema: CqlSchema
    key: GroupKey
    outer: Sort | None
    fields: Mapping[SlotKind, Fields]
    """What the schema lists of its values."""
    entities: Mapping[str, EntitySpec]
    """What the schema lists of the rows that are related to it."""
    asked: list[tuple[Sort, Slot]]
    """The values, of all sorts of one tree, that were spoken of so far."""
    atoms: list[Atom] = field(default_factory=list["Atom"])
    numbers: dict[tuple[type, Atom], int] = field(default_factory=dict[tuple[type, "Atom"], int])
    groups: dict[GroupKey, Sort] = field(default_factory=dict[GroupKey, "Sort"])
    known: dict[Slot, Allowed] = field(default_factory=dict[Slot, Allowed])
    implied: set[tuple[Slot, Slot]] = field(default_factory=set[tuple[Slot, Slot]])
    """Pairs of slots of which the second has a value wherever the first has one."""
    compared_inside: set[Slot] = field(default_factory=set[Slot])
    """Slots that something inside is compared with."""

    @property
    def of_events(self) -> bool:
        """Whether the items are events."""
        return self.key.kind in OF_EVENTS

    @property
    def of_rows(self) -> bool:
        """Whether the items are rows, whose values are compared in their own type (A10)."""
        return self.key.kind in OF_ROWS

    @property
    def is_profile(self) -> bool:
        """Whether the items are accounts, users or customers."""
        return self.key.kind in PROFILES

    @property
    def profile(self) -> Sort:
        """The user (or the account) that the items are part of."""
        sort = self
        while not sort.is_profile and sort.outer is not None:
            sort = sort.outer
        return sort

    def is_exact(self, slot: Slot) -> bool:
        """Whether one of the values is equal only to its own text, whatever number that says."""
        if self.of_rows:
            return False  # which is so by its own type (A10)
        return slot == SOURCE or self.schema.is_exact(self.known[slot].kind)

    def coercion_of(self, slot: Slot) -> Coercion:
        """How one of the values is told from another."""
        if self.of_rows:
            return Coercion.NONE
        if self.is_exact(slot):
            return Coercion.TEXT
        return coercion_of(self.schema.readings.number_like_text)

    def group(self, key: GroupKey) -> Sort:
        """The sort of a group's members."""
        sort = self.groups.get(key)
        if sort is None:
            fields, entities = self._listed(key)
            sort = self.groups[key] = Sort(self.schema, key, self, fields, entities, self.asked)
        return sort

    def _listed(self, key: GroupKey) -> tuple[Mapping[SlotKind, Fields], Mapping[str, EntitySpec]]:
        schema = self.schema
        if key.kind in OF_EVENTS:
            event = schema.events.get(key.name, _UNLISTED_EVENT)
            values = {SlotKind.PROPERTY: event.properties, SlotKind.CONTEXT: event.context}
            return values, schema.entities
        if key.kind in OF_ROWS:
            row = self.entities.get(key.name, _UNLISTED_ROW)
            return {SlotKind.PROPERTY: row.properties}, row.entities
        if key.kind is GroupKind.ENTRIES:
            return self.fields, {}
        return _traits(schema.traits), schema.entities

    def atom(self, atom: Atom) -> int:
        """The number of an atom in this sort's table."""
        key = (type(atom), atom)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.atoms)
            self.atoms.append(atom)
        return number

    def slots_of(self, numbers: Iterable[int]) -> Iterator[Slot]:
        """The values of its own that some atoms are about."""
        for number in numbers:
            atom = self.atoms[number]
            if isinstance(atom, ValueAtom):
                yield atom.slot
            elif isinstance(atom, SignAtom):
                yield atom.order.left
                if atom.order.whose is Whose.OWN:
                    yield atom.order.right
            elif isinstance(atom, QuantityAtom):
                yield from (side for side in (atom.left, atom.right) if isinstance(side, Slot))

    def compared_facts(self, order: Order | Search) -> tuple[Allowed, Allowed]:
        """What the schema says of the two sides of an order, or a search, of these items."""
        owner = self.profile if order.whose is Whose.PROFILE else self
        if order.whose is Whose.PARENT and self.outer is not None:
            owner = self.outer
        return self.known.get(order.left, _ANYTHING), owner.known.get(order.right, _ANYTHING)

    def place_of(self, value: Scalar) -> tuple[Sort, Slot | None]:
        """The items that have a value named here, and which it is; no slot: it is never there.

        Raises:
            Beyond: Of a reduction.
        """
        match value:
            case Trait(name):
                if self.key.kind is GroupKind.ENTRIES:
                    return self, Slot(SlotKind.ENTRY, name)
                return self.profile, None if names_entries(value) else Slot(SlotKind.TRAIT, name)
            case Property(name, parent):
                owner = self.outer if parent else self
                if owner is None or owner.is_profile:
                    return self, None
                return owner, Slot(SlotKind.PROPERTY, name)
            case Context(name):
                if not self.of_events:
                    return self, None
                return self, TIME if name == TIMESTAMP else Slot(SlotKind.CONTEXT, name)
            case Reduction():
                raise Beyond("a reduction here")

    def allowed(self, slot: Slot) -> Allowed:
        """What the schema says of one of the values."""
        if slot not in self.known:
            self._look_up(slot)
        self.asked.append((self, slot))
        return self.known[slot]

    def leaf(self, slot: Slot) -> Leaf:
        """Makes the atoms about one of the values."""
        self.allowed(slot)
        return partial(self._fact, slot)

    def _fact(self, slot: Slot, fact: Primitive) -> Formula:
        """The atom; what is required is always present, and a timestamp never a bare date."""
        if fact == IS_PRESENT and self.known[slot].required:
            return TRUE
        if self.known[slot].kind is Kind.DATE_TIME:
            fact = fact.of_timestamps
        return self.atom(ValueAtom(slot, fact))

    def _look_up(self, slot: Slot) -> None:
        fields = self.fields.get(slot.kind)
        if fields is None:
            self.known[slot] = _SOURCE if slot == SOURCE else _TIME
            return
        for other in self.known:
            if other.kind is slot.kind:
                for pair in ((slot, other), (other, slot)):
                    if implies_presence(fields, pair[0].name, pair[1].name):
                        self.implied.add(pair)
        self.known[slot] = allowed(find_field(fields, slot.name))

    def fact_about(self, slot: Slot) -> str:
        """What the schema says of one of the values that has a name; empty if nothing."""
        known = self.known[slot]
        if slot.kind not in self.fields or known == _ANYTHING:
            return ""
        name = f"{SlotKind.TRAIT if slot.kind is SlotKind.ENTRY else slot.kind} {slot.name!r}"
        if self.key.kind in OF_EVENTS | OF_ROWS:
            name += f" of {self.key.name!r}"
        return f"{name} is {_sentence(known)}"

    def lifted(self, formula: Formula, owner: Sort) -> Formula:
        """A formula about an item further out, as an atom of the item at hand."""
        levels, sort = 0, self
        while sort is not owner and sort.outer is not None:
            levels, sort = levels + 1, sort.outer
        return _lifted(self, formula, levels)

    def counted(self, members: Formula, least: int) -> Formula:
        """That at least `least` items of this sort pass a formula, as a formula one further out."""
        if least <= 0:
            return TRUE
        return self.grouped(members, lambda key, formula: CountAtom(key, formula, least))

    def grouped(self, members: Formula, make: Callable[[GroupKey, Formula], Atom]) -> Formula:
        """An atom about those that pass, with what does not depend on them taken out.

        Raises:
            Beyond: Where that is too much.
        """
        numbers = dict.fromkeys(atoms_of(members))
        outer = [number for number in numbers if isinstance(self.atoms[number], OuterAtom)]
        if len(outer) > _MOST_OUTER_ATOMS:
            raise Beyond("too many conditions that do not depend on the item at hand")
        return self._without(outer, members, make)

    def _without(
        self, outer: list[int], members: Formula, make: Callable[[GroupKey, Formula], Atom]
    ) -> Formula:
        """An atom about those that pass, whatever the truths of these atoms of theirs."""
        assert self.outer is not None  # noqa: S101 - a group lies in something
        if not outer:
            atom = make(self.key, members)
            empty = members == FALSE and isinstance(atom, CountAtom)
            return FALSE if empty else self.outer.atom(atom)
        number, *rest = outer
        atom = self.atoms[number]
        assert isinstance(atom, OuterAtom)  # noqa: S101 - how `outer` was chosen
        condition = _lifted(self.outer, atom.formula, atom.levels - 1)
        return disjunction(
            conjunction((truth, self._without(rest, substitution({number: value})(members), make)))
            for truth, value in ((condition, TRUE), (negation(condition), FALSE))
        )


def _lifted(sort: Sort, formula: Formula, levels: int) -> Formula:
    if not levels or formula in (TRUE, FALSE):
        return formula
    return sort.atom(OuterAtom(levels, formula))


def root_of(schema: CqlSchema, subject: type[Customer] | type[Account]) -> Sort:
    """The sort of those whom queries are about, with tables that are empty yet."""
    traits = schema.account_traits if subject is Account else schema.traits
    key = GroupKey(GroupKind.SUBJECT)
    return Sort(schema, key, None, _traits(traits), schema.entities, [])


def _traits(fields: Fields) -> Mapping[SlotKind, Fields]:
    return {SlotKind.TRAIT: fields, SlotKind.ENTRY: fields}


def _sentence(known: Allowed) -> str:
    parts = ["of any type" if known.kind is Kind.UNKNOWN else f"of type {known.kind}"]
    if known.enum is not None:
        named = [repr(text_of(value)) for value in known.enum[:_MOST_SHOWN]]
        more = ", ..." if len(known.enum) > _MOST_SHOWN else ""
        parts.append(f"one of {', '.join(named)}{more}")
    if known.minimum is not None:
        parts.append(f"at least {text_of(known.minimum)}")
    if known.maximum is not None:
        parts.append(f"at most {text_of(known.maximum)}")
    if known.members is not None:
        names = ", ".join(repr(name) for name, _ in known.members[:_MOST_SHOWN])
        more = ", ..." if len(known.members) > _MOST_SHOWN else ""
        parts.append(f"with no members but {names}{more}" if names else "without members")
    parts.append("always present" if known.required else "or missing")
    return ", ".join(parts)
