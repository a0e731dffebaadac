"""The truths that atoms which share values or events can have together: one dimension.

A funnel looks at the customer's events twice, a comparison of two values at two of them
at once, so the atoms about them are no independent dimensions. Which combinations of
their truths exist is asked of the solver, first on the smallest histories, so that a
witness is small, at last for each combination on histories so large that none larger can
show more (`sizes`): then the list is complete, and the dimension as exact as any other.
What is impossible even where each event has followers of its own is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from jurist.languages.cql.prover.dimensions import Dimension, Sample
from jurist.languages.cql.prover.formulas import Formula, atoms_of, conjunction
from jurist.languages.cql.prover.resources import OutOfTime, Resources
from jurist.languages.cql.prover.terms import all_of, any_of
from jurist.languages.cql.prover.things import (
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    GroupKind,
    MeanAtom,
    ModeAtom,
    SignAtom,
    Slot,
    SumAtom,
    Thing,
    ValueAtom,
    Whose,
    is_nested,
)
from jurist.languages.cql.prover.timeline.history import History
from jurist.languages.cql.prover.timeline.sizes import sizes, some_sizes
from jurist.languages.cql.prover.timeline.survey import (
    Pool,
    Survey,
    Unfit,
    is_profile,
    pool_of,
)

_FIRST_BOUNDS = (1, 2, 4, 12)
_MOST_SOME = 16
"""Items of a pool where no number within reach is enough."""
_MOST_ITEMS = 40
_MOST_PROFILES = 256
_MOST_KNOWN = 500
_SHARE = 0.5
"""Of the time that is left."""


@dataclass(frozen=True, slots=True)
class Joint:
    """One dimension for several atoms, with a sample for each option that is sure."""

    atoms: frozenset[int]
    dimension: Dimension
    samples: Sequence[Sample | None]
    is_settled: bool
    """Whether more time would not show more."""

    def sample(self, option: int) -> Sample:
        """A thing that takes an option."""
        sample = self.samples[option]
        assert sample is not None  # noqa: S101 - unsure options are never sampled
        return sample


Loosely = Callable[[Sequence[int]], Iterable[frozenset[int]] | None]
"""Combinations of some atoms' truths, more than there are; `None`: too many to list."""


def joints(
    thing: Thing,
    numbers: Iterable[int],
    reduced: Iterable[Slot],
    resources: Resources,
    loosely: Loosely,
    known: dict[tuple[Thing, tuple[int, ...]], Joint],
) -> list[Joint]:
    """The dimensions of those atoms of a thing that depend on one another.

    Args:
        thing: The thing.
        numbers: The atoms that are used of it.
        reduced: Slots that must stay dimensions of their own.
        resources: The moment, the coercion, the time that is left.
        loosely: Combinations of some atoms' truths as if they did not depend on one another.
        known: Those that were found before, at the same moment; what is found is added.
    """
    found: list[Joint] = []
    for part in _entangled(thing, numbers, set(reduced)):
        joint = known.get((thing, tuple(part)))
        if joint is None:
            with suppress(Unfit):
                survey = Survey(thing, part, resources.coercion)
                joint = _joint(survey, resources, list(loosely(part) or ()))
        if joint is None:
            continue
        found.append(joint)
        if joint.is_settled:
            if len(known) >= _MOST_KNOWN:
                del known[next(iter(known))]
            known[thing, tuple(part)] = joint
    return found


# --- which atoms ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Touch:
    """What an atom is about; `ties`: it looks at more than one independent thing."""

    touched: set[Slot | Pool]
    ties: bool = False


def _entangled(thing: Thing, numbers: Iterable[int], reduced: set[Slot]) -> list[list[int]]:
    touches = {number: _touch(thing, number) for number in dict.fromkeys(numbers)}
    _tie_nested([touch for touch in touches.values() if touch is not None])
    groups: list[tuple[list[int], _Touch]] = []
    for number, touch in touches.items():
        if touch is None:
            continue
        joined = [group for group in groups if group[1].touched & touch.touched]
        groups = [group for group in groups if group not in joined]
        groups.append(
            (
                [*(n for group in joined for n in group[0]), number],
                _Touch(
                    touch.touched.union(*(group[1].touched for group in joined)),
                    touch.ties or any(group[1].ties for group in joined),
                ),
            )
        )
    return [sorted(part) for part, touch in groups if touch.ties and not touch.touched & reduced]


def _tie_nested(touches: Sequence[_Touch]) -> None:
    slots = {each for touch in touches for each in touch.touched if isinstance(each, Slot)}
    pairs = [(a, b) for a in slots for b in slots if is_nested(a, b)]
    for touch in touches:
        for outer, inner in pairs:
            if outer in touch.touched or inner in touch.touched:
                touch.touched |= {outer, inner}
                touch.ties = True


def _touch(thing: Thing, number: int) -> _Touch | None:
    """What an atom of a thing is about; `None`: something that cannot be tied."""
    atom = thing.atoms[number]
    match atom:
        case ValueAtom(slot):
            return _Touch({slot})
        case SignAtom(order):
            if order.whose is not Whose.OWN:
                return None
            return _Touch({order.left, order.right}, ties=True)
        case CountAtom() | DistinctAtom() | EndAtom() | SumAtom() | MeanAtom() | ModeAtom():
            if atom.group.kind in {GroupKind.FOLLOWERS, GroupKind.USERS}:
                return None
            touch = _Touch({pool_of(atom.group)}, ties=isinstance(atom, ModeAtom))
            _touch_members(thing, thing, atom.group, atom.members, touch)
            return touch
        case _:
            return None


def _touch_members(
    root: Thing, owner: Thing, key: GroupKey, members: Formula, touch: _Touch
) -> None:
    inner = owner.groups[key]
    for number in atoms_of(members):
        atom = inner.atoms[number]
        match atom:
            case SignAtom(order):
                of_root = (order.whose is Whose.PARENT and owner is root) or (
                    order.whose is Whose.PROFILE and is_profile(root)
                )
                if of_root:
                    touch.touched.add(order.right)
                touch.ties |= order.whose is not Whose.OWN
            case CountAtom() | DistinctAtom() | EndAtom() | ModeAtom():
                touch.touched.add(pool_of(atom.group))
                touch.ties = True
                _touch_members(root, inner, atom.group, atom.members, touch)
            case _:
                pass


# --- their truths -----------------------------------------------------------------------------


def _joint(survey: Survey, resources: Resources, among: Sequence[frozenset[int]]) -> Joint:
    among = [true for true in among if _is_often_enough(survey.root, survey.numbers, true)]
    if not 0 < len(among) <= _MOST_PROFILES:
        raise Unfit
    own = replace(resources, solver_ms=0.0)
    own.deadline -= resources.remaining_ms() / 1_000 * (1 - _SHARE)
    search = _Search(survey, among, own)
    in_time = True
    try:
        search.run()
    except OutOfTime:
        in_time = False
    resources.solver_ms += own.solver_ms
    resources.tick()
    options = {**search.found, **dict.fromkeys(search.left)}
    return Joint(
        frozenset(survey.numbers),
        Dimension(
            len(options),
            {n: [i for i, true in enumerate(options) if n in true] for n in survey.numbers},
            [i for i, sample in enumerate(options.values()) if sample is None],
            blind=search.history.loose,
        ),
        list(options.values()),
        in_time,
    )


def _is_often_enough(thing: Thing, numbers: Sequence[int], true: frozenset[int]) -> bool:
    """Whether no most frequent value has a fact that too few members have: no need to ask."""
    for number in true:
        mode = thing.atoms[number]
        if not isinstance(mode, ModeAtom):
            continue
        fact = thing.groups[mode.group].atom(ValueAtom(mode.slot, mode.fact))
        often = CountAtom(mode.group, conjunction((mode.members, fact)), mode.least)
        if any(n not in true and thing.atoms[n] == often for n in numbers):
            return False
    return True


class _Search:
    """Sorts combinations of truths into those that some history has, and those that none has.

    Args:
        survey: What is said.
        among: The combinations.
        resources: The time that may be used.
    """

    def __init__(
        self, survey: Survey, among: Iterable[frozenset[int]], resources: Resources
    ) -> None:
        self.left = dict.fromkeys(among)
        """The combinations of which nothing is known."""
        self.found: dict[frozenset[int], Sample | None] = {}
        self._enough = {true: _within_reach(sizes(survey, true)) for true in self.left}
        known = [size for size in self._enough.values() if size is not None]
        if len(known) < len(self._enough):
            known.append(some_sizes(survey, _MOST_SOME))
        largest = {pool: max(size[pool] for size in known) for pool in survey.arrays}
        self.history = History(survey, largest, resources)
        self._unwritten: set[frozenset[int]] = set()
        self._guesses = self.history.guesses()

    def run(self) -> None:
        """Look at small histories, then at one of each combination's own size.

        Raises:
            OutOfTime: Where the time is used up; the rest is left.
        """
        largest = max(map(len, self.history.pools.values()), default=0)
        open_ended = None in self._enough.values()
        for most in (*(b for b in _FIRST_BOUNDS if b < largest), *((largest,) * open_ended)):
            self._list(dict.fromkeys(self.history.pools, most))
        for true in self.left.keys() - self._unwritten:
            self._settle(true, self._enough[true])

    def _list(self, bound: Mapping[Pool, int]) -> None:
        history, names = self.history, self.history.names
        if self.left:
            wanted = any_of([all_of(_literals(names, true)) for true in self.left])
            history.solver.add(f"(=> {history.listing} {wanted})")
        listing = (history.listing, True)
        while self.left and history.solver.check([listing, *self._empty(bound), *self._guesses]):
            truths = history.solver.truths(names.values())
            true = frozenset(n for n, name in names.items() if truths[name])
            if not self._note(true):
                self._unwritten.add(true)
            history.solver.block({**truths, history.listing: True})

    def _settle(self, true: frozenset[int], bound: Mapping[Pool, int] | None) -> None:
        """Find a combination within its bound, or prove that nothing has it."""
        history = self.history
        said = [(name, number in true) for number, name in history.names.items()]
        within = [] if bound is None else self._empty(bound)
        if history.solver.check([*said, *within, *self._guesses]):
            self._note(true)
            return
        if self._guesses and history.solver.check([*said, *within]):
            return
        if bound is not None or self._is_enough(history.solver.core(said), true):
            del self.left[true]

    def _is_enough(self, core: Sequence[tuple[str, bool]], true: frozenset[int]) -> bool:
        """Whether what contradicts itself here does so in histories of any size.

        Fewer atoms need fewer witnesses, and may have a bound where all together have none.
        """
        survey, pools = self.history.survey, self.history.pools
        numbers = {name: number for number, name in self.history.names.items()}
        part = [numbers[name] for name, _ in core]
        enough = sizes(Survey(survey.root, part, survey.coercion), true & set(part))
        return all(size is not None and size <= len(pools[p]) for p, size in enough.items())

    def _note(self, true: frozenset[int]) -> bool:
        """Keep the solver's model of a combination, where it can be written down."""
        sample = self.history.sample()
        if sample is not None:
            self.found[true] = sample
            self.left.pop(true, None)
        return sample is not None

    def _empty(self, bound: Mapping[Pool, int]) -> list[tuple[str, bool]]:
        """That no pool has more items."""
        return [
            (items[bound[pool]].exists, False)
            for pool, items in self.history.pools.items()
            if len(items) > bound[pool]
        ]


def _within_reach(enough: Mapping[Pool, int | None]) -> dict[Pool, int] | None:
    """What is enough, where that is no more than the solver can do."""
    known = {pool: size for pool, size in enough.items() if size is not None}
    if len(known) < len(enough) or sum(known.values()) > _MOST_ITEMS:
        return None
    return known


def _literals(names: Mapping[int, str], true: frozenset[int]) -> list[str]:
    return [name if number in true else f"(not {name})" for number, name in names.items()]
