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

A witness of a stream is one of every stream that asks less, so those need fewer of their
own. A distinct count keeps j members with different values. The first or last member is kept
for every kept item: no member is new, so it stays the first one.

Of the most frequent value of the root's events, which occurs at least k times, so many
members are kept that it occurs k times and once more than other items are kept; or all of
them, where there are fewer. No other value occurs more often then, and none as often that
did not before, so of those the first in order is as it was. A value that too few members
have is left so by dropping. Two such streams of one pool have no bound here, as what is
kept of one counts in the other.

The number of items of a pool is thus the sum, over the atoms about it, of thresholds times
owners; where a negative atom makes a pool feed itself there is no such bound. It is the
theorem of reference/equivalence.md section 4 without its restriction to positive patterns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jurist.languages.cql.boolean import Formula, Junction, Not
from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    ModeAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.histories.problem import Pool, Problem, pool_of


def sufficient_sizes(problem: Problem, true: Collection[int]) -> dict[Pool, int | None]:
    """How many items of each pool are enough; `None` where no number is.

    Args:
        problem: What the atoms say.
        true: The atoms of the root that are true: the others need no witnesses.
    """
    return _Bound(problem, true).all()


_MOST_COMPARED = 6
"""Items of which each is compared with each."""


def guessed_sizes(problem: Problem, most: int) -> dict[Pool, int]:
    """Sizes at which a history may show something, where none is enough: each threshold once."""
    some = dict.fromkeys(problem.arrays, 1)
    for sort in (problem.root, *(each for each, _ in problem.sorts.values())):
        for _, atom in problem.streams(sort):
            least = 1 if isinstance(atom, EndAtom) else atom.least
            pool = pool_of(atom.group)
            few = _MOST_COMPARED if isinstance(atom, ModeAtom) else most
            some[pool] = min(some[pool] + least, few)
    return some


@dataclass(frozen=True, slots=True)
class _Need:
    """Witnesses that each owner keeps for one stream; `always`: every kept owner does."""

    inner: Sort
    pool: Pool
    each: int
    always: bool


class _Bound:
    def __init__(self, problem: Problem, true: Collection[int]) -> None:
        self._problem = problem
        self._true = true
        self._modes: dict[Pool, dict[tuple[object, ...], int]] = {}
        self._moded: set[int] = set()
        """The items that a most frequent value is sought among."""
        self._needs: list[tuple[Sort, Pool | None, _Need]] = []
        for sort, pool in [(problem.root, None), *problem.sorts.values()]:
            self._needs += [(sort, pool, need) for need in self._needs_of(sort)]
        self._open: set[Pool] = set()
        self._known: dict[Pool, int | None] = {}

    def all(self) -> dict[Pool, int | None]:
        return {pool: self._size(pool) for pool in self._problem.arrays}

    def _needs_of(self, sort: Sort) -> list[_Need]:
        formulas = self._problem.formulas(sort)
        found: dict[tuple[object, ...], tuple[GroupKey, Formula, int, bool]] = {}
        for number, atom in self._problem.streams(sort):
            at_root = sort is self._problem.root
            if isinstance(atom, ModeAtom):
                self._note_mode(sort.groups[atom.group], atom, at_root=at_root)
                continue
            if at_root and number not in self._true and not isinstance(atom, EndAtom):
                continue
            key, each = _stream(atom)
            always = isinstance(atom, EndAtom) or any(
                _occurs_negatively(formula, number, negated=False) for formula in formulas
            )
            _, _, before, was = found.get(key, (atom.group, atom.members, 0, False))
            found[key] = atom.group, atom.members, max(each, before), always or was
        return [
            _Need(sort.groups[group], pool_of(group), each, always)
            for group, each, always in _sharing(found)
        ]

    def _note_mode(self, inner: Sort, atom: ModeAtom, *, at_root: bool) -> None:
        modes = self._modes.setdefault(pool_of(atom.group), {})
        key = (atom.group, atom.members, atom.slot, at_root)
        modes[key] = max(atom.least, modes.get(key, 0))
        if not at_root:
            modes["below the root",] = 0
        self._moded.add(id(inner))

    def _size(self, pool: Pool) -> int | None:
        if pool in self._known:
            return self._known[pool]
        if pool in self._open:
            return None
        self._open.add(pool)
        total: int | None = 0
        for inner, target in self._problem.sorts.values():
            if target == pool and total is not None:
                witnesses = self._witnesses(inner)
                total = None if witnesses is None else total + witnesses
        modes = self._modes.get(pool, {})
        if len(modes) > 1:
            total = None
        elif modes and total is not None:
            total += max(total + 1, *modes.values())
        self._open.discard(pool)
        if not self._open or total is not None:
            self._known[pool] = total
        return total

    def _witnesses(self, inner: Sort) -> int | None:
        """How many members of a group are kept as witnesses."""
        total = 0
        for owner, pool, need in self._needs:
            if need.inner is not inner:
                continue
            if pool is None:
                owners: int | None = 1
            elif need.always or id(owner) in self._moded:
                owners = self._size(pool)
            else:
                owners = self._witnesses(owner)
            if owners is None:
                return None
            total += owners * need.each
        return total


def _stream(atom: CountAtom | DistinctAtom | EndAtom) -> tuple[tuple[object, ...], int]:
    """What thresholds of one stream share, and how many witnesses the atom needs."""
    if isinstance(atom, EndAtom):
        return ("end", atom.group, atom.members, atom.slot, atom.latest), 1
    if isinstance(atom, DistinctAtom):
        return ("distinct", atom.group, atom.members, atom.slot), atom.least
    return ("count", atom.group, atom.members), atom.least


def _sharing(
    streams: Mapping[tuple[object, ...], tuple[GroupKey, Formula, int, bool]],
) -> Iterator[tuple[GroupKey, int, bool]]:
    """The streams with fewer witnesses where others that ask more have some."""
    kept: list[tuple[GroupKey, frozenset[Formula], int, bool]] = []
    asking = [(_conjuncts(m), k, g, each, a) for k, (g, m, each, a) in streams.items()]
    for asked, key, group, each, always in sorted(asking, key=lambda s: -len(s[0])):
        if key[0] == "count":
            each -= sum(
                n for g, more, n, a in kept if g == group and more >= asked and (a or not always)
            )
            each = max(0, each)
            kept.append((group, asked, each, always))
        yield group, each, always


def _conjuncts(formula: Formula) -> frozenset[Formula]:
    if isinstance(formula, Junction) and formula.every:
        return formula.members
    return frozenset((formula,))


def _occurs_negatively(formula: Formula, number: int, *, negated: bool) -> bool:
    if isinstance(formula, Not):
        return _occurs_negatively(formula.part, number, negated=not negated)
    if isinstance(formula, Junction):
        return any(_occurs_negatively(part, number, negated=negated) for part in formula.parts)
    return negated and formula == number
