"""What some atoms say of an item and of the histories below it, gathered before encoding.

Events of one name are one pool, whether they are looked at as the customer's events or as
the followers of another event: all facts said of a value anywhere in the pool cut its
classes together, so that parent and follower see one value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import NamedTuple, TypeVar

from jurist.languages.cql.boolean import Formula, Not, atoms_of
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    OF_ROWS,
    TIME,
    Atom,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    GroupKind,
    MeanAtom,
    ModeAtom,
    OpaqueAtom,
    Order,
    SearchAtom,
    SignAtom,
    Slot,
    SlotKind,
    SumAtom,
    ValueAtom,
    Whose,
    is_nested,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.limits import SEARCHES, WHOLE
from jurist.languages.cql.prover.values.predicates import (
    IS,
    IS_NUMBER,
    IS_PRESENT,
    MOMENT,
    NUMBER,
    OTHER_IS,
    READING_NUMBERS,
    Primitive,
    points,
)
from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import units_of
from jurist.languages.cql.semantics.values import EACH, Coercion, as_number, split_path, text_of


class NotEncodable(Exception):  # noqa: N818 - says what happened
    """The atoms say something that this arm does not encode."""


class Pool(NamedTuple):
    """Items that are the same wherever they are looked at: `path` is a name, or slugs of rows."""

    rows: bool
    path: tuple[str, ...]


class Location(NamedTuple):
    """A value: whose (`None`: the item's own), and which."""

    pool: Pool | None
    slot: Slot


T = TypeVar("T")
TRAIT = SlotKind.TRAIT
ANY_MOMENT = Primitive(MOMENT)
BoundedAtom = CountAtom | DistinctAtom | EndAtom | ModeAtom


def pool_of(items: Sort) -> Pool:
    """The pool that a group's members come from."""
    path: list[str] = []
    sort: Sort | None = items
    while sort is not None and (sort.of_rows or not path):
        path.append(sort.key.name)
        sort = sort.outer if sort.of_rows else None
    return Pool(items.of_rows, tuple(reversed(path)))


def is_below(key: GroupKey, owner: Sort) -> bool:
    """Whether a group's members belong to one item of their owner's sort: rows below a row."""
    return key.kind in OF_ROWS and owner.of_rows


@dataclass(slots=True)
class ValueUse:
    """What is said of one value."""

    known: Allowed
    separate: bool
    """Whether it is compared in its own type (A10)."""
    exact: bool
    """Whether it is equal only to its own text."""
    facts: set[Primitive] = field(default_factory=set[Primitive])
    compared: bool = False
    """Whether it is compared with another value."""
    spelled: bool = False
    """Whether its texts are compared, also those of one number."""
    as_moment: bool = False
    """Whether it is so as a moment."""
    as_value: bool = False
    """Whether it is so as a number or a text."""
    reads_numbers: bool = False
    """Of what is exact: whether something still asks which number its text says."""

    @property
    def of_moments(self) -> bool:
        """Whether it is a column of timestamps, of which any two of one moment are equal."""
        return self.separate and self.known.kind is Kind.DATE_TIME


class Problem:
    """A walk through some atoms of an item, down to the values and the groups they speak of.

    Args:
        root: The item.
        numbers: The atoms.
        coercion: What happens where a number meets a text.

    Raises:
        NotEncodable: Where something is said that this arm does not encode.
    """

    def __init__(self, root: Sort, numbers: Sequence[int], coercion: Coercion) -> None:
        self.root = root
        self.numbers = numbers
        self.coercion = coercion
        self.uses: dict[Location, ValueUse] = {}
        self.arrays: dict[Pool, GroupKey] = {}
        self.owners: dict[Pool, Pool] = {}
        """Of rows below rows, the pool of the rows that they belong to."""
        self.sorts: dict[int, tuple[Sort, Pool]] = {}
        self.implied: list[tuple[Location, Location]] = []
        """Values of which the second is there wherever the first is."""
        self.left_open: dict[str, None] = {}
        """What is encoded as more than there is."""
        self._visited: set[tuple[int, int]] = set()
        self._streams: dict[int, list[tuple[int, BoundedAtom]]] = {}
        self._linked: list[tuple[Location, Location]] = []
        for number in numbers:
            self._visit(root, None, None, number)
        self._refine()
        self._check_paths()

    def _visit(self, sort: Sort, pool: Pool | None, around: Pool | None, number: int) -> None:
        if (id(sort), number) in self._visited:
            return
        self._visited.add((id(sort), number))
        atom = sort.atoms[number]
        match atom:
            case ValueAtom(slot, fact):
                if slot == DELAY and (around is None or around.rows):
                    raise NotEncodable
                if slot not in (TIME, DELAY):
                    self._use(sort, pool, slot).facts.add(fact)
            case SignAtom(order):
                self._compare(sort, pool, around, order)
            case CountAtom() | DistinctAtom() | EndAtom() | ModeAtom():
                self._streams.setdefault(id(sort), []).append((number, atom))
                self._group(sort, pool, atom)
            case OpaqueAtom(_, beyond):
                self.left_open[beyond] = None
            case SearchAtom():
                self.left_open[SEARCHES] = None
            case SumAtom() | MeanAtom():
                self.left_open["a sum or an average beside values or events that are tied"] = None
            case _:
                raise NotEncodable

    def _group(self, sort: Sort, pool: Pool | None, atom: BoundedAtom) -> None:
        key = atom.group
        if key.kind is GroupKind.USERS:
            raise NotEncodable
        inner = sort.groups[key]
        target = pool_of(inner)
        # entries of an array are items of their own, so one pool cannot be both
        if self.arrays.setdefault(target, key).arrays != key.arrays:
            raise NotEncodable
        if pool is not None and is_below(key, sort):
            if sort.key.arrays:  # the entries of a row share what is below it
                raise NotEncodable
            self.owners[target] = pool
        self.sorts[id(inner)] = inner, target
        for number in atoms_of(atom.members):
            self._visit(inner, target, pool, number)
        if isinstance(atom, EndAtom | ModeAtom):
            self._use(inner, target, atom.slot).facts |= {atom.fact, IS_PRESENT}
        if isinstance(atom, DistinctAtom | ModeAtom):
            use = self._use(inner, target, atom.slot)
            use.compared = True
            by_moment = use.of_moments and isinstance(atom, DistinctAtom)
            use.as_moment |= by_moment
            use.as_value |= not by_moment
            use.spelled |= isinstance(atom, ModeAtom)

    def _use(self, sort: Sort, pool: Pool | None, slot: Slot) -> ValueUse:
        place = Location(pool, slot)
        use = self.uses.get(place)
        if use is None:
            known = sort.known.get(slot)
            if known is None:
                raise NotEncodable
            use = self.uses[place] = ValueUse(known, sort.of_rows, sort.is_exact(slot))
        return use

    def _compare(self, sort: Sort, pool: Pool | None, around: Pool | None, order: Order) -> None:
        owner, owners_pool = {
            Whose.OWN: (sort, pool),
            Whose.PARENT: (sort.outer if pool is not None else None, around),
            Whose.PROFILE: (self.root if self.root.is_profile else None, None),
        }[order.whose]
        if owner is None or (pool is None and order.whose is not Whose.OWN):
            raise NotEncodable
        left, right = Location(pool, order.left), Location(owners_pool, order.right)
        for of, place in ((sort, left), (owner, right)):
            if place.slot == TIME:
                continue
            use = self._use(of, place.pool, place.slot)
            use.compared = True
            use.as_moment |= order.moments
            use.as_value |= not order.moments
            use.reads_numbers |= not (order.moments or order.exact)
        self._linked.append((left, right))

    def _refine(self) -> None:
        """Give compared values one set of facts: each constant, and what tells kinds apart."""
        for place, use in self.uses.items():
            use.reads_numbers |= any(fact.kind in READING_NUMBERS for fact in points(use.facts))
            if use.compared:
                self._linked.append((place, place))
        for linked in components(self._linked):
            uses = [self.uses[place] for place in linked if place.slot != TIME]
            facts = {IS_PRESENT, IS_NUMBER}
            for use in uses:
                facts |= {*use.facts, *self._points(use)}
            if any(use.as_moment for use in uses):
                facts.add(ANY_MOMENT)
            for use in uses:
                use.facts = facts

    def _points(self, use: ValueUse) -> Iterator[Primitive]:
        """Facts that tell the values of a closed list apart."""
        known = use.known
        values = known.enum or (("true", "false") if known.kind is Kind.BOOLEAN else ())
        for value in values:
            if use.exact:
                yield Primitive(IS, text=text_of(value))
                continue
            number = as_number(value, self.coercion)
            if number is None:
                plain = self.coercion is not Coercion.NUMBER
                yield Primitive(IS if plain else OTHER_IS, text=text_of(value))
            elif (units := units_of(number)) is not None:
                yield Primitive(NUMBER, units, units)

    def _check_paths(self) -> None:
        """What an object requires is there with it, and it with what it holds."""
        for sort, pool in [(self.root, None), *self.sorts.values()]:
            places = [(Location(pool, a), Location(pool, b)) for a, b in sort.implied]
            self.implied += [pair for pair in places if self.uses.keys() >= set(pair)]
        for outer, inner in permutations(self.uses, 2):
            if outer.pool == inner.pool and is_nested(outer.slot, inner.slot):
                unrolled = EACH in split_path(inner.slot.name) and inner.slot.kind is not TRAIT
                # the text of an object, or of an array's entries
                if unrolled or self.uses[outer].facts - {IS_PRESENT}:
                    self.left_open[WHOLE] = None

    def top_key(self, pool: Pool) -> GroupKey:
        """The group of the root that a pool's items are written to."""
        kind = GroupKind.ROWS if pool.rows else GroupKind.EVENTS
        return GroupKey(kind, pool.path[-1], self.arrays[pool].arrays)

    def streams(self, sort: Sort) -> list[tuple[int, BoundedAtom]]:
        """The visited atoms of an item that are about groups of bounded size."""
        return self._streams.get(id(sort), [])

    @property
    def fewest_of_modes(self) -> int:
        """How often a most frequent value must occur at least, of all that are asked for."""
        atoms = [atom for streams in self._streams.values() for _, atom in streams]
        return min([atom.least for atom in atoms if isinstance(atom, ModeAtom)], default=1)

    @property
    def all_sorts(self) -> list[Sort]:
        """The root, and the sorts of items below it."""
        return [self.root, *(sort for sort, _ in self.sorts.values())]

    def formulas(self, sort: Sort) -> Sequence[Formula]:
        """The formulas that are asked of a sort's members or, of the root, the atoms."""
        if sort is self.root:
            return self.numbers
        return [
            atom.members
            for owner in self.all_sorts
            for _, atom in self.streams(owner)
            if owner.groups[atom.group] is sort
        ]


def puts_in_order(sort: Sort, formula: Formula, order: Order) -> bool:
    """Whether a formula tells which of two values comes first, not just that they differ."""
    if isinstance(formula, int):
        atom = sort.atoms[formula]
        return isinstance(atom, SignAtom) and atom.order == order and atom.sign in {-1, 1}
    if isinstance(formula, Not):
        return puts_in_order(sort, formula.part, order)
    parts = formula.parts
    if not formula.every:
        atoms: list[Atom] = [sort.atoms[part] for part in parts if isinstance(part, int)]
        signs = {a.sign for a in atoms if isinstance(a, SignAtom) and a.order == order}
        if {-1, 1} <= signs:
            parts = tuple(part for part in parts if not isinstance(part, int))
    return any(puts_in_order(sort, part, order) for part in parts)


def components(parts: Iterable[Collection[T]]) -> list[set[T]]:
    """The parts, those that share a member joined until none do."""
    apart: list[set[T]] = []
    for part in parts:
        touching = [joined for joined in apart if not joined.isdisjoint(part)]
        apart = [joined for joined in apart if joined.isdisjoint(part)]
        apart.append(set(part).union(*touching))
    return apart
