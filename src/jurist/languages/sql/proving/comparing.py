"""Whether two queries have the same result, by whichever way shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from jurist.errors import UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import Column, Combines, Query, Select, SetOperation
from jurist.languages.sql.algebra.walking import is_cut
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.homomorphisms import Homomorphisms
from jurist.languages.sql.proving.knowing import duplicate_free, result_keys
from jurist.languages.sql.proving.normal.blocks import is_join, union_branches
from jurist.languages.sql.proving.normal.normalizing import Normalizer
from jurist.languages.sql.proving.pairing import Pairing
from jurist.languages.sql.proving.rows import is_empty
from jurist.languages.sql.proving.symbols import Columns, Sameness, Solving, Symbols


class Prover:
    """Compares queries under the facts of a schema.

    Args:
        facts: Of the schema.
        fresh: Numbers for sources, above all that the queries have.
        solving: Terms and z3, which provers of one pair may share.
    """

    def __init__(self, facts: Facts, fresh: count[int], solving: Solving) -> None:
        self.facts = facts
        self.symbols = Symbols(facts, self.same, self.normal, self.is_empty, solving)
        self.normalizer = Normalizer(facts, self.symbols, fresh)
        self._pairing = Pairing(self.symbols)
        self._homomorphisms = Homomorphisms(self.symbols, fresh)
        self._normal: dict[tuple[Query, Sameness], Query] = {}
        self._empty: dict[Query, bool] = {}

    def normal(self, query: Query, sameness: Sameness) -> Query:
        """The normal form of a query, for a result that is compared so."""
        key = query, sameness
        known = self._normal.get(key)
        if known is None:
            known = self.normalizer.normal(query, sameness)
            self._normal[key] = known
            self._normal[known, sameness] = known
        return known

    def same(self, left: Query, right: Query, outer: Columns, sameness: Sameness) -> bool:
        """Whether two queries in normal form have the same result.

        Args:
            left: The one.
            right: The other.
            outer: What stands for the columns of queries around them.
            sameness: When they have.
        """
        spend(20)
        if len(left.outputs) != len(right.outputs):
            return False
        if left == right:
            return True
        if sameness is Sameness.SET:
            return self._same_plainly(left, right, outer, sameness) or self._same_sets(
                left, right, outer
            )
        if self._same_plainly(left, right, outer, sameness):
            return True
        if self.is_empty(left, outer):
            return self.is_empty(right, outer)
        if sameness is Sameness.ORDERED or is_cut(left) or is_cut(right):
            return False
        if not (self._is_set(left) and self._is_set(right)):
            return False
        sets = [self.normal(side, Sameness.SET) for side in (left, right)]
        return self._same_sets(sets[0], sets[1], outer)

    def _same_plainly(self, left: Query, right: Query, outer: Columns, sameness: Sameness) -> bool:
        """By the same form: sources paired off, or sides that are the same."""
        try:
            if isinstance(left, Select) and isinstance(right, Select):
                ordered = sameness is Sameness.ORDERED
                return self._pairing.same(left, right, outer, ordered=ordered)
            if isinstance(left, SetOperation) and isinstance(right, SetOperation):
                return self._same_operations(left, right, outer, sameness)
        except UnsupportedError:
            return False
        return False

    def _same_operations(
        self, left: SetOperation, right: SetOperation, outer: Columns, sameness: Sameness
    ) -> bool:
        """UNION ALL has the rows of its branches, in whichever order these stand."""
        limits = (left.limit, left.offset) == (right.limit, right.offset)
        by_order = sameness is Sameness.ORDERED or is_cut(left)
        if not limits or (left.combines, left.all) != (right.combines, right.all):
            return False
        if by_order and _places(left) != _places(right):
            return False
        if left.combines is not Combines.UNION:
            sides = Sameness.BAG if left.all else Sameness.SET
            return self.same(left.left, right.left, outer, sides) and self.same(
                left.right, right.right, outer, sides
            )
        if not left.all:
            return self._same_branches(left, right, outer)
        left, right = replace(left, limit=None, offset=0), replace(right, limit=None, offset=0)

        def same(branch: Query, other: Query) -> bool:
            return self.same(branch, other, outer, Sameness.BAG)

        return _unpaired(left, right, same) == []

    def _same_branches(self, left: SetOperation, right: SetOperation, outer: Columns) -> bool:
        """UNION has the rows of its sides, as a set."""
        plain = [replace(side, order=(), limit=None, offset=0) for side in (left, right)]
        return self._same_sets(plain[0], plain[1], outer)

    def _same_sets(self, left: Query, right: Query, outer: Columns) -> bool:
        if not (_has_branches(left) or _has_branches(right)):
            # they would be compared as a whole once more
            return False
        return self.contained(left, right, outer) and self.contained(right, left, outer)

    def contained(self, left: Query, right: Query, outer: Columns) -> bool:
        """Whether all rows of the one are rows of the other, duplicates aside."""
        try:
            return self._homomorphisms.contained(left, right, outer)
        except UnsupportedError:
            return False

    def disjoint(self, left: Query, right: Query) -> bool:
        """Whether no row is ever in both results."""
        try:
            return self._homomorphisms.disjoint(left, right)
        except UnsupportedError:
            return False

    def contained_bag(self, left: Query, right: Query, outer: Columns) -> bool:
        """Whether all rows of the one are rows of the other, counted."""
        if is_cut(left) or is_cut(right):
            return False
        if self.is_empty(left, outer):
            return True
        if self._is_set(left) and self.contained(left, right, outer):
            return True
        try:
            if isinstance(right, SetOperation) and right.combines is Combines.UNION and right.all:

                def within(branch: Query, other: Query) -> bool:
                    return self.contained_bag(branch, other, outer)

                return _unpaired(left, right, within) is not None
            if isinstance(left, Select) and isinstance(right, Select):
                return self._pairing.within(left, right, outer)
        except UnsupportedError:
            return False
        return False

    def is_empty(self, query: Query, outer: Columns) -> bool:
        """Whether a result never has a row."""
        if isinstance(query, SetOperation):
            left = self.is_empty(query.left, outer)
            if query.combines is Combines.UNION:
                return left and self.is_empty(query.right, outer)
            return left
        if outer:
            return is_empty(self.symbols, query, outer)
        if query not in self._empty:
            self._empty[query] = is_empty(self.symbols, query, outer)
        return self._empty[query]

    def _is_set(self, query: Query) -> bool:
        """Whether a result never has two equal rows."""
        if isinstance(query, Select):
            return duplicate_free(query, self.facts)
        return any(True for _ in result_keys(query))


def _has_branches(query: Query) -> bool:
    """Whether a result as a set is that of joins, whose sources can be looked at."""
    if isinstance(query, SetOperation):
        return query.combines is Combines.UNION and not is_cut(query)
    return is_join(query)


def _unpaired(
    left: Query, right: Query, fits: Callable[[Query, Query], bool]
) -> list[Query] | None:
    """The branches of the right that are left where each of the left takes one that fits.

    `None`: one of the left finds none.
    """
    rest = list(union_branches(right))
    for branch in union_branches(left):
        other = next((part for part in rest if fits(branch, part)), None)
        if other is None:
            return None
        rest.remove(other)
    return rest


def _places(query: SetOperation) -> list[tuple[int, bool, bool]]:
    """Keys by the outputs that they are."""
    names = [output.name for output in query.outputs]
    return [
        (names.index(key.value.name), key.descending, key.nulls_first)
        for key in query.order
        if isinstance(key.value, Column)
    ]
