"""How many items of each pool a history needs: the small-model theorem.

Let some atoms each say "at least k members of a group pass phi", where phi is a boolean
combination, in any polarity, of facts about the member's own values, orders of its values
and values further out, its time, its delay after its parent, and such atoms about the
events that follow it. Take any history. Keep k witnesses of every atom of the root that
is true. Further, for every atom `at least j` inside a phi that is true of an item, keep j
witnesses of it

- of every kept item of the pool, if the atom occurs negatively in a phi asked of it;
- else of the items that were themselves kept as witnesses of that phi.

Claim: of a kept item, phi after dropping everything else implies phi before; of a kept
witness it is still true. By induction from the innermost phi outwards: values, orders and
delays do not change. A count of members after dropping is at most what it was, as none of
them is new, so positive atoms become at most false; a negative atom keeps its truth, as
its witnesses are kept; all atoms of a witness keep theirs. So every atom of the root has
the truth that it had, and with it both queries.

A row below a row belongs to it, and is dropped with it; a kept item's own rows are dropped like
its followers, and are counted per owner as they are.

A witness of a stream is one of every stream that asks less, so those need fewer of their
own. A distinct count keeps j members with different values. The first or last member is kept
for every kept item: no member is new, so it stays the first one.

Of the most frequent value of the root's events, which occurs at least k times, so many
members are kept that it occurs k times and once more than other items are kept; or all of
them, where there are fewer. No other value occurs more often then, and none as often that
did not before, so of those the first in order is as it was. A value that too few members
have is left so by dropping. Two such streams of one pool have no bound here, as what is
kept of one counts in the other.

Where a negative atom makes a pool feed itself ("an event with none after it"), the latest events
may be enough. Let events of one name be all that the atoms count, each follower happen later
than its parent, and each atom of the root that is true say no more than that so many events
happened, or did since some moment. Keep the latest events, as many as the greatest of those
numbers. What follows a kept event is kept, so whatever is said of it is as it was; counts of the
root are at most what they were, so those that were too low still are; and the latest events are
among those that happened since whatever moment.

The number of items of a pool is thus the sum, over the atoms about it, of thresholds times
owners; else, where a negative atom makes a pool feed itself, there is no such bound. It is the
theorem of reference/equivalence.md section 4 without its restriction to positive patterns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from jurist.languages.cql.boolean import Formula, Junction, Not, conjuncts
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    ModeAtom,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.histories.problem import Pool, Problem, pool_of


def sufficient_sizes(problem: Problem, true: Collection[int], now: int) -> dict[Pool, int] | None:
    """How many items of each pool are enough; `None` where of some pool no number is.

    Args:
        problem: What the atoms say.
        true: The atoms of the root that are true: the others need no witnesses.
        now: After which nothing happens.
    """
    bound = _Bound(problem, true)
    with suppress(_Unbounded):
        return {pool: bound.size(pool) for pool in problem.arrays}
    return _latest_enough(problem, true, now)


def _latest_enough(problem: Problem, true: Collection[int], now: int) -> dict[Pool, int] | None:
    """How many of the latest events are enough, where that is known without a bound."""
    if len(problem.arrays) > 1:
        return None
    (pool,) = problem.arrays
    most = 1
    for sort in problem.all_sorts:
        for number, atom in problem.streams(sort):
            if not isinstance(atom, CountAtom) or pool.rows:
                return None
            inner = sort.groups[atom.group]
            if sort is not problem.root:
                if not _follow_later(inner, atom.members):
                    return None
            elif number in true:
                if not _are_latest(inner, atom.members, now):
                    return None
                most = max(most, atom.least)
    return {pool: most}


def _follow_later(items: Sort, members: Formula) -> bool:
    """Whether all members of a group happen after the item that they follow."""
    facts = [items.atoms[part] for part in conjuncts(members) if isinstance(part, int)]
    return any(
        isinstance(atom, ValueAtom) and atom.slot == DELAY and (atom.fact.low or 0) > 0
        for atom in facts
    )


def _are_latest(items: Sort, members: Formula, now: int) -> bool:
    """Whether whatever happens after a member is a member: its age is all that is asked."""
    for part in conjuncts(members):
        atom = items.atoms[part] if isinstance(part, int) else None
        if not isinstance(atom, ValueAtom) or atom.slot != TIME:
            return False
        if atom.fact.high is not None and atom.fact.high < now:
            return False
    return True


_FEW_COMPARED, _MOST_COMPARED = 6, 9
"""Items of which each is compared with each: where few may do, and at most."""


def guessed_sizes(problem: Problem, most: int) -> dict[Pool, int]:
    """Sizes at which a history may show something, where none is enough: each threshold once.

    Of two most frequent values that occur k times, one may have to overtake the other: 2k + 1
    items, where the other comes first in text order.
    """
    thresholds = {pool: [1] for pool in problem.arrays}
    modes = defaultdict[Pool, dict[tuple[object, ...], int]](dict)
    for sort in problem.all_sorts:
        for _, atom in problem.streams(sort):
            pool = pool_of(sort.groups[atom.group])
            thresholds[pool].append(1 if isinstance(atom, EndAtom) else atom.least)
            if isinstance(atom, ModeAtom):
                key = id(sort), atom.members, atom.slot
                modes[pool][key] = max(atom.least, modes[pool].get(key, 0))
    some: dict[Pool, int] = {}
    for pool, asked in thresholds.items():
        overtaken = min(1 + sum(modes[pool].values()), _MOST_COMPARED)
        few = max(_FEW_COMPARED, overtaken, *asked) if modes[pool] else most
        some[pool] = min(sum(asked), few, most)
    return some


@dataclass(slots=True)
class _Need:
    """How many witnesses an owner keeps for a stream; `always`: every kept owner does."""

    owner: Sort
    pool: Pool | None
    """That of the owners; `None`: the root."""
    group: GroupKey
    members: Formula
    witnesses: int = 0
    always: bool = False


class _Unbounded(Exception):  # noqa: N818 - says what happened
    """No number of items is enough."""


class _Bound:
    def __init__(self, problem: Problem, true: Collection[int]) -> None:
        self._problem = problem
        self._true = true
        self._modes = defaultdict[Pool, dict[tuple[object, ...], int]](dict)
        self._moded: set[int] = set()
        """The items that a most frequent value is sought among."""
        self._needs: list[_Need] = []
        for sort, pool in [(problem.root, None), *problem.sorts.values()]:
            self._needs += self._needs_of(sort, pool)
        self._open: set[Pool] = set()
        self._known: dict[Pool, int] = {}

    def _needs_of(self, sort: Sort, pool: Pool | None) -> Iterable[_Need]:
        formulas = self._problem.formulas(sort)
        needs: dict[tuple[object, ...], _Need] = {}
        for number, atom in self._problem.streams(sort):
            if isinstance(atom, ModeAtom):
                self._note_mode(sort.groups[atom.group], atom, at_root=pool is None)
                continue
            if pool is None and number not in self._true and not isinstance(atom, EndAtom):
                continue
            key, least = _stream(atom)
            need = needs.setdefault(key, _Need(sort, pool, atom.group, atom.members))
            need.witnesses = max(need.witnesses, least)
            need.always |= isinstance(atom, EndAtom) or any(
                _occurs_negatively(formula, number, negated=False) for formula in formulas
            )
        _share([need for key, need in needs.items() if key[0] == "count"])
        return needs.values()

    def _note_mode(self, inner: Sort, atom: ModeAtom, *, at_root: bool) -> None:
        modes = self._modes[pool_of(inner)]
        key = (atom.group, atom.members, atom.slot, at_root)
        modes[key] = max(atom.least, modes.get(key, 0))
        if not at_root:
            modes["below the root",] = 0
        self._moded.add(id(inner))

    def size(self, pool: Pool) -> int:
        """How many items of a pool are enough.

        Raises:
            _Unbounded: Where it feeds itself, or modes of it do not go together.
        """
        if pool not in self._known:
            if pool in self._open or len(self._modes[pool]) > 1:
                raise _Unbounded
            self._open.add(pool)
            total = sum(
                self._witnesses(inner)
                for inner, target in self._problem.sorts.values()
                if target == pool
            )
            self._open.discard(pool)
            for least in self._modes[pool].values():
                total += max(total + 1, least)
            self._known[pool] = total
        return self._known[pool]

    def _witnesses(self, inner: Sort) -> int:
        """How many members of a group are kept as witnesses."""
        needs = [need for need in self._needs if need.owner.groups.get(need.group) is inner]
        return sum(self._owners(need) * need.witnesses for need in needs)

    def _owners(self, need: _Need) -> int:
        if need.pool is None:
            return 1
        if need.always or id(need.owner) in self._moded:
            return self.size(need.pool)
        return self._witnesses(need.owner)


def _stream(atom: CountAtom | DistinctAtom | EndAtom) -> tuple[tuple[object, ...], int]:
    """What thresholds of one stream share, and how many witnesses the atom needs."""
    if isinstance(atom, EndAtom):
        return ("end", atom.group, atom.members, atom.slot, atom.latest), 1
    if isinstance(atom, DistinctAtom):
        return ("distinct", atom.group, atom.members, atom.slot), atom.least
    return ("count", atom.group, atom.members), atom.least


def _share(needs: Iterable[_Need]) -> None:
    """Lower the needs of streams of which others, that ask more, have some witnesses."""
    asking = sorted(needs, key=lambda need: -len(conjuncts(need.members)))
    for i, need in enumerate(asking):
        asked = conjuncts(need.members)
        had = sum(
            other.witnesses
            for other in asking[:i]
            if other.group == need.group
            and conjuncts(other.members) >= asked
            and (other.always or not need.always)
        )
        need.witnesses = max(0, need.witnesses - had)


def _occurs_negatively(formula: Formula, number: int, *, negated: bool) -> bool:
    if isinstance(formula, Not):
        return _occurs_negatively(formula.part, number, negated=not negated)
    if isinstance(formula, Junction):
        return any(_occurs_negatively(part, number, negated=negated) for part in formula.parts)
    return negated and formula == number
