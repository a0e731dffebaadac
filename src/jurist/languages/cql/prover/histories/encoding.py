"""A history of so many items of each pool, as constraints for the solver.

Each pool has slots that may be empty, filled from the front, in the order of time: so of
equal times the earlier slot comes first, as in the history itself. The same slots are the
customer's events and the followers of any event; a delay is the difference of two times. A row
below a row says by a number to which of the rows of that pool it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from jurist.languages.cql.boolean import Formula, Junction, Not
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    ModeAtom,
    Order,
    SignAtom,
    Slot,
    ValueAtom,
    Whose,
    is_nested,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.context import Resources
from jurist.languages.cql.prover.histories.modes import Modes
from jurist.languages.cql.prover.histories.problem import (
    ANY_MOMENT,
    BoundedAtom,
    Pool,
    Problem,
    pool_of,
)
from jurist.languages.cql.prover.histories.value_orders import APART, SYMBOLS, ValueOrders
from jurist.languages.cql.prover.histories.values import (
    ROUND,
    Unwritten,
    Variable,
    Writer,
    between,
    domain_of,
    have_none_in_common,
    is_number_like,
    numbers_compared,
    same_name,
    same_text,
)
from jurist.languages.cql.prover.limits import NO_EXAMPLE, SPELLED_MOMENTS, TEXTS_AND_NUMBERS
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import all_of, any_of, at_least, integer
from jurist.languages.cql.prover.values.predicates import IS_PRESENT, Primitive
from jurist.languages.cql.prover.values.value_classes import NOTHING
from jurist.languages.cql.semantics.values import FIRST_MOMENT, Value

_CLEAR = ("clear",)
"""The guess that no two values are as frequent, of which it is not known which comes first."""
_GUESSES: Mapping[tuple[object, ...], str] = {
    _CLEAR: "which of several values that are as frequent comes first",
    APART: "how a number is written that meets a text",
}
"""What is assumed in search of a subject, and what is left open by that."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """The root (`pool` is `None`), or a slot of a pool."""

    name: str
    pool: Pool | None
    values: dict[Slot, Variable] = field(default_factory=dict[Slot, Variable])

    @property
    def exists(self) -> str:
        """That the slot is filled."""
        return f"{self.name}e"

    @property
    def owner(self) -> str:
        """Of a row below a row, the number of the one that it belongs to."""
        return f"{self.name}o"

    @property
    def time(self) -> str:
        """When it happened, in milliseconds after now: never more than 0."""
        return f"{self.name}t"


class History:
    """The encoding of a problem's atoms over pools of given sizes."""

    def __init__(self, problem: Problem, sizes: Mapping[Pool, int], resources: Resources) -> None:
        self.problem = problem
        self._resources = resources
        self.solver = Solver(resources)
        self._left_open = dict(problem.left_open)
        self._defined: dict[tuple[object, ...], str] = {}
        self._terms: dict[str, str] = {}
        """The names of defined terms: what is said twice in other words is one thing."""
        self._orders = ValueOrders(problem, self._define_free)
        clear = partial(self._define_free, _CLEAR)
        self._modes = Modes(self.solver, problem.fewest_of_modes, clear, self._as_often)
        self._domains = {
            location: domain_of(use, problem.coercion) for location, use in problem.uses.items()
        }
        for location, use in problem.uses.items():
            if use.as_moment and use.as_value:
                self._left_open["a value compared both as a moment and as a text"] = None
            if use.compared and self._domains[location].joint:
                self._left_open[TEXTS_AND_NUMBERS] = None
            if use.as_moment and self._domains[location].repeats_moments:
                self._left_open[SPELLED_MOMENTS] = None
        self.solver.declare(ROUND, "Bool")
        self.root = self._item("r", None)
        self._is_root_timed = False
        self.ruled_out: list[str] = []
        """What rules out all subjects with what was asked for last, though not a proof."""
        self.pools = {
            pool: [self._item(f"p{p}i{i}", pool) for i in range(size)]
            for p, (pool, size) in enumerate(sizes.items())
        }
        for pool, items in self.pools.items():
            self._in_order(pool, items)
        for pool, outer in problem.owners.items():
            self._belong(self.pools[pool], self.pools[outer])
        self._keep_apart()
        self.names = {
            number: self._define((number,), self._atom(problem.root, number, self.root, self.root))
            for number in problem.numbers
        }

    @property
    def left_open(self) -> dict[str, None]:
        """Where the constraints allow more than there is."""
        return self._left_open | self._orders.left_open

    # --- items ---

    def _item(self, name: str, pool: Pool | None) -> Item:
        item = Item(name, pool)
        for location, use in self.problem.uses.items():
            if location.pool == pool:
                variable = Variable(f"{name}v{len(item.values)}", self._domains[location], use)
                variable.declare(self.solver)
                item.values[location.slot] = variable
        for given, implied in self.problem.implied:
            if given.pool == pool:
                premise, conclusion = item.values[given.slot], item.values[implied.slot]
                self.solver.add(f"(=> {premise.is_there} {conclusion.is_there})")
        return item

    def _in_order(self, pool: Pool, items: list[Item]) -> None:
        first = FIRST_MOMENT - self._resources.now
        for i, item in enumerate(items):
            self.solver.declare(item.exists, "Bool")
            if not pool.rows:
                self.solver.declare(item.time)
                self.solver.add(between(item.time, first, 0))
            if i > 0:
                self.solver.add(f"(=> {item.exists} {items[i - 1].exists})")
                if not pool.rows:
                    self.solver.add(f"(<= {items[i - 1].time} {item.time})")

    def _belong(self, items: list[Item], owners: list[Item]) -> None:
        """Each item that exists belongs to one of the owners, which exists as well."""
        for item in items:
            self.solver.declare(item.owner)
            own = [f"(and {o.exists} (= {item.owner} {i}))" for i, o in enumerate(owners)]
            self.solver.add(f"(=> {item.exists} {any_of(own)})")

    def _keep_apart(self) -> None:
        """No two values without a common text have one name, by way of a third either."""
        items = (self.root, *(item for items in self.pools.values() for item in items))
        compared = [v for item in items for v in item.values.values() if v.use.compared]
        for left, right in combinations(compared, 2):
            if left.use is not right.use and have_none_in_common(left.use, right.use):
                self.solver.add(f"(not {same_name(left, right)})")

    # --- formulas ---

    def _define(self, key: tuple[object, ...], term: str) -> str:
        name = self._defined.get(key) or self._terms.get(term)
        if name is None:
            name = self._terms[term] = self.solver.declare(f"d{len(self._defined)}", "Bool")
            self.solver.add(f"(= {name} {term})")
        self._defined[key] = name
        return name

    def _once(self, key: tuple[object, ...], write: Callable[[], str]) -> str:
        """The name of a term, which is written where it is asked for first."""
        if key not in self._defined:
            self._define(key, write())
        return self._defined[key]

    def _holds(self, sort: Sort, formula: Formula, item: Item, around: Item) -> str:
        if isinstance(formula, Not):
            return f"(not {self._holds(sort, formula.part, item, around)})"
        if not isinstance(formula, Junction):
            return self._atom(sort, formula, item, around)
        terms = [self._holds(sort, part, item, around) for part in formula.parts]
        return all_of(terms) if formula.every else any_of(terms)

    def _atom(self, sort: Sort, number: int, item: Item, around: Item) -> str:
        atom = sort.atoms[number]
        match atom:
            case ValueAtom(slot, fact):
                return self._value(slot, fact, item, around)
            case SignAtom(order, sign):
                key = (id(sort), number, item.name, around.name)
                return self._once(key, lambda: self._order(order, sign, item, around))
            case CountAtom() | DistinctAtom() | EndAtom() | ModeAtom():
                key = (id(sort), number, item.name)
                return self._once(key, lambda: self._group(sort, atom, item))
            case _:
                return self._define_free((id(sort), number, item.name, around.name))

    def _value(self, slot: Slot, fact: Primitive, item: Item, around: Item) -> str:
        if slot == TIME:
            now = self._resources.now
            low = None if fact.low is None else fact.low - now
            high = None if fact.high is None or fact.high >= now else fact.high - now
            return "true" if fact == IS_PRESENT else between(self._time(item), low, high)
        if slot == DELAY:
            return between(f"(- {item.time} {self._time(around)})", fact.low, fact.high)
        return item.values[slot].has(fact)

    def _time(self, item: Item) -> str:
        """When an item happens; of the root, which may be an event too, where it is asked."""
        if item is self.root and not self._is_root_timed:
            self._is_root_timed = True
            self.solver.declare(item.time)
            self.solver.add(between(item.time, FIRST_MOMENT - self._resources.now, 0))
        return item.time

    # --- groups ---

    def _group(self, sort: Sort, atom: BoundedAtom, item: Item) -> str:
        inner = sort.groups[atom.group]
        items = self.pools[pool_of(inner)]
        passing = [self._passing(inner, atom.members, member, item) for member in items]
        match atom:
            case CountAtom():
                return at_least(atom.least, passing)
            case DistinctAtom():
                values = [member.values[atom.slot] for member in items]
                return at_least(atom.least, [
                    all_of([term, *(
                        f"(not (and {passing[j]} {self._orders.same(values[j], values[i])}))"
                        for j in range(i)
                    )])
                    for i, term in enumerate(passing)
                ])  # fmt: skip
            case ModeAtom():
                return self._modes.holds(
                    atom, [member.values[atom.slot] for member in items], passing
                )
            case EndAtom():
                return any_of([
                    all_of([
                        term,
                        member.values[atom.slot].has(atom.fact),
                        *(f"(not {t})" for t in (passing[i + 1 :] if atom.latest else passing[:i])),
                    ])
                    for i, (member, term) in enumerate(zip(items, passing, strict=True))
                ])  # fmt: skip

    def _passing(self, inner: Sort, members: Formula, member: Item, around: Item) -> str:
        return self._once(
            ("passes", id(inner), members, member.name, around.name),
            lambda: all_of(
                [
                    member.exists,
                    *self._belongs(member, around),
                    self._holds(inner, members, member, around),
                ]
            ),
        )

    def _belongs(self, member: Item, around: Item) -> list[str]:
        """That an item is one of the rows below the one around it; nothing of other items."""
        outer = None if member.pool is None else self.problem.owners.get(member.pool)
        if outer is None or around.pool != outer:
            return []
        return [f"(= {member.owner} {self.pools[outer].index(around)})"]

    def _as_often(self, first: Variable, second: Variable) -> str:
        """That two values count as the same text."""
        number = numbers_compared("=", first, second)
        if first.is_spelled:
            number = all_of([number, f"(= {first.spelling} {second.spelling})"])
        elif is_number_like(first.use):
            free = self._define_free((first.name, second.name, "spelling"))
            number = all_of([number, any_of([free, self._define_free(_CLEAR)])])
        return any_of([number, same_text(first, second)])

    def _define_free(self, key: tuple[object, ...]) -> str:
        if key not in self._defined:
            self._defined[key] = self.solver.declare(f"d{len(self._defined)}", "Bool")
        return self._defined[key]

    # --- two values ---

    def _order(self, order: Order, sign: int, item: Item, around: Item) -> str:
        second = {Whose.OWN: item, Whose.PARENT: around, Whose.PROFILE: self.root}[order.whose]
        if order.moments:
            return self._moments(order.left, item, order.right, second, sign)
        left, right = item.values[order.left], second.values[order.right]
        return self._orders.sign(order, left, right, sign)

    def _moments(self, left: Slot, first: Item, right: Slot, second: Item, sign: int) -> str:
        parts: list[str] = []
        terms: list[str] = []
        for slot, item in ((left, first), (right, second)):
            if slot == TIME:
                terms.append(f"(+ {self._time(item)} {integer(self._resources.now)})")
            else:
                variable = item.values[slot]
                parts.append(variable.has(ANY_MOMENT))
                terms.append(variable.moment)
        symbol = SYMBOLS.get(sign)
        return all_of([*parts, f"({symbol} {terms[0]} {terms[1]})"]) if symbol else "false"

    # --- models ---

    def has_sample(self, asked: Sequence[tuple[str, bool]]) -> bool:
        """Whether a history is found that can be written down, one of round numbers first."""
        self.ruled_out = []
        guessed = [*asked, *self._guesses()]
        found = self.solver.check([*guessed, (ROUND, True)]) or self.solver.check(guessed)
        if not found:
            blamed = {name for name, _ in self.solver.core(self._guesses())}
            guesses = {self._defined.get(key): what for key, what in _GUESSES.items()}
            self.ruled_out = [guesses.get(name, NO_EXAMPLE) for name in sorted(blamed)]
        return found

    def _guesses(self) -> list[tuple[str, bool]]:
        """What may be assumed in search of a subject, though not for a proof.

        No value is of a class of which no value is known, the most frequent value is clear,
        and no number is the same text as a text.
        """
        items = [self.root, *(item for items in self.pools.values() for item in items)]
        known = [key for key in _GUESSES if key in self._defined]
        return [(self._defined[key], True) for key in known] + [
            (name, False)
            for item in items
            for variable in item.values.values()
            for name, option in variable.classes
            if option.sample is NOTHING
        ]

    def sample(self) -> Sample | None:
        """The subject of the solver's last model; `None` where a value has no text."""
        integers, true = self.solver.model()
        writer = Writer(integers, true, self.problem.coercion)
        filled = {
            pool: [item for item in items if item.exists in true]
            for pool, items in self.pools.items()
        }
        everything = [self.root, *(item for items in filled.values() for item in items)]
        writer.prepare([v for item in everything for v in item.values.values()])
        try:
            sample = Sample(_written(self.root, writer))
            if self._is_root_timed:
                time = self._resources.now + integers.get(self.root.time, 0)
                sample.spans[TIME] = (time, time)
            written = {
                pool: [Sample(_written(item, writer)) for item in items]
                for pool, items in filled.items()
            }
            for pool, items in filled.items():
                key, outer = self.problem.top_key(pool), self.problem.owners.get(pool)
                for item, member in zip(items, written[pool], strict=True):
                    owner = sample
                    if outer is not None:
                        owner = written[outer][integers.get(item.owner, 0)]
                    owner.groups.setdefault(key, []).append(member)
                    if not pool.rows:
                        time = self._resources.now + integers.get(item.time, 0)
                        member.spans[TIME] = (time, time)
        except Unwritten:
            return None
        return sample


def _written(item: Item, writer: Writer) -> dict[Slot, Value]:
    values = {slot: writer.value(variable) for slot, variable in item.values.items()}
    there = {slot: value for slot, value in values.items() if value is not None}
    objects = {outer for outer in there for inner in there if is_nested(outer, inner)}
    return {slot: value for slot, value in there.items() if slot not in objects}
