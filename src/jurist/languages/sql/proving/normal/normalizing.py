"""The rules in their order, from the inside out, until none applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import (
    Case,
    Combines,
    Exists,
    Expression,
    In,
    IsNull,
    Not,
    Query,
    Scalar,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.walking import is_cut, transform, transform_select
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import output_never_null
from jurist.languages.sql.proving.normal import (
    columns,
    eager,
    groups,
    keys,
    membership,
    ordering,
    outer_joins,
    views,
)
from jurist.languages.sql.proving.normal.blocks import (
    has_window,
    is_join,
    is_whole,
    with_sources,
    without_order,
)
from jurist.languages.sql.proving.normal.conditions import folded, with_conditions
from jurist.languages.sql.proving.rows import is_empty
from jurist.languages.sql.proving.symbols import Sameness, Symbols

_MOST_ROUNDS: Final = 60
"""Rules applied to one block, each of which takes something away or moves it inward."""
_MOST_DEPTH: Final = 24

Rule = Callable[[Select], Query | None]


class Normalizer:
    """Brings queries to a normal form.

    Args:
        facts: Of the schema.
        symbols: For conditions whose meaning counts, not their form.
        fresh: Numbers for further sources.
    """

    def __init__(self, facts: Facts, symbols: Symbols, fresh: Iterator[int]) -> None:
        self._facts = facts
        self._symbols = symbols
        self._fresh = fresh
        self._depth = 0

    def normal(self, query: Query, sameness: Sameness) -> Query:
        """The normal form of a query that is compared so."""
        self._depth += 1
        try:
            if self._depth > _MOST_DEPTH:
                return query
            if isinstance(query, SetOperation):
                return self._operation(query, sameness)
            return self._block(query, sameness)
        finally:
            self._depth -= 1

    def _operation(self, query: SetOperation, sameness: Sameness) -> Query:
        spend(10)
        sides = Sameness.BAG if query.all and sameness is not Sameness.SET else Sameness.SET
        cut = is_cut(query)
        if cut and query.all:
            sides = Sameness.BAG
        if query.combines is not Combines.UNION and query.all:
            sides = Sameness.BAG
        whole = replace(
            query, left=self.normal(query.left, sides), right=self.normal(query.right, sides)
        )
        if whole.order:
            whole = replace(whole, left=_named_as(query.left, whole.left))
        if not cut and not whole.order:
            side = self._without_empty(whole)
            if side is not None:
                return self.normal(side, sameness)
        if not cut and sameness is not Sameness.ORDERED:
            whole = replace(whole, order=())
            changed = membership.set_operation(whole, self._fresh)
            if changed is not None:
                return self.normal(changed, sameness)
        return whole

    def _without_empty(self, query: SetOperation) -> Query | None:
        """The one side of a set operation where the other never has a row."""
        left, right = query.left, query.right
        if is_empty(self._symbols, right, {}):
            if query.combines is Combines.INTERSECT:
                return right
            return left if query.all else _distinct(left)
        if is_empty(self._symbols, left, {}):
            if query.combines is not Combines.UNION:
                return left
            return right if query.all else _distinct(right)
        return None

    def _block(self, block: Select, sameness: Sameness) -> Query:
        if sameness is not Sameness.ORDERED:
            block = without_order(block)
        whole: Query = self._with_subqueries(with_conditions(block))
        for _ in range(_MOST_ROUNDS):
            spend(10)
            if isinstance(whole, SetOperation):
                return self.normal(whole, sameness)
            whole = with_conditions(whole)
            changed = self._step(whole, sameness)
            if changed is None:
                break
            whole = changed
        return whole

    def _step(self, block: Select, sameness: Sameness) -> Query | None:
        # a window function counts the rows that duplicates are
        as_set = sameness is Sameness.SET and is_whole(block)
        for rule in self._rules(as_set=as_set):
            changed = rule(block)
            if changed is not None:
                return changed
        return None

    def _rules(self, *, as_set: bool) -> tuple[Rule, ...]:
        facts, fresh = self._facts, self._fresh
        return (
            views.passed_through,
            views.filtered_groups,
            lambda block: views.merged(block, facts),
            lambda block: columns.counted(block, facts),
            columns.tidied,
            self._pruned,
            groups.rolled_up,
            lambda block: groups.over_distinct(block, facts),
            lambda block: outer_joins.to_anti(block, facts),
            lambda block: outer_joins.to_inner(block, self._symbols),
            lambda block: outer_joins.never_found(block, self._symbols),
            lambda block: outer_joins.as_presence(block, facts),
            lambda block: outer_joins.unused(
                block, facts, as_set=as_set or (block.distinct and not has_window(block))
            ),
            groups.having_to_where,
            groups.extreme_to_where,
            groups.constant_keys,
            groups.to_distinct,
            lambda block: groups.single_rows(block, facts),
            lambda block: groups.distinct_of_keys(block, facts),
            lambda block: groups.counts_of_rows(block, facts),
            lambda block: membership.in_as_exists(block, facts),
            membership.not_in_as_not_exists,
            lambda block: membership.of_itself(block, facts),
            lambda block: self._joined_in(block, as_set=as_set),
            lambda block: keys.self_joined(block, facts),
            lambda block: keys.referenced(block, facts),
            self._filters_pushed,
            lambda block: keys.without_distinct(block, facts),
            lambda block: ordering.one_row(block, facts),
            lambda block: ordering.canonical_keys(block, facts),
            self._grouped_first,
            lambda block: views.distributed(block, fresh),
            lambda block: self._distinct_views(block, as_set=as_set),
        )

    def _grouped_first(self, block: Select) -> Select | None:
        changed = eager.grouped_first(block, self._facts, self._fresh)
        return None if changed is None else self._with_views(changed, block)

    def _pruned(self, block: Select) -> Select | None:
        changed = views.pruned(block)
        return None if changed is None else self._with_views(changed, block)

    def _filters_pushed(self, block: Select) -> Select | None:
        changed = views.filters_pushed(block)
        return None if changed is None else self._with_views(changed, block)

    def _joined_in(self, block: Select, *, as_set: bool) -> Select | None:
        changed = membership.joined_in(block, self._fresh, as_set=as_set)
        return None if changed is None else self._with_views(changed, block)

    def _with_views(self, block: Select, before: Select) -> Select:
        """Subqueries in FROM that have changed in their normal form."""
        known = {source.id: source.of for source in before.sources}
        return replace(
            block,
            sources=tuple(
                source
                if isinstance(source.of, str) or known.get(source.id) == source.of
                else replace(source, of=self.normal(source.of, Sameness.BAG))
                for source in block.sources
            ),
        )

    def _distinct_views(self, block: Select, *, as_set: bool) -> Select | None:
        """Where duplicates do not count, they do not in subqueries in FROM either."""
        if not is_join(block) or not (as_set or block.distinct):
            return None
        for place, source in enumerate(block.sources):
            inner = source.of
            if isinstance(inner, Select) and inner.distinct and is_whole(inner):
                plain = replace(source, of=replace(inner, distinct=False))
                return with_sources(block, place, plain)
        return None

    def _with_subqueries(self, block: Select) -> Select:
        """Subqueries in FROM and in expressions in their normal forms."""

        def change(part: Expression) -> Expression | None:
            match part:
                case Scalar(query):
                    return self._scalar(query)
                case IsNull(Scalar(query)) if output_never_null(query, 0, self._facts):
                    return Not(transform(Exists(query), change))
                case Case():
                    return folded(part, change)
                case Exists(query):
                    return Exists(self.normal(membership.existence(query), Sameness.SET))
                case In(values, query):
                    return In(values, self.normal(query, Sameness.SET))
                case _:
                    return None

        sources = tuple(
            source
            if isinstance(source.of, str)
            else replace(source, of=self.normal(source.of, Sameness.BAG))
            for source in block.sources
        )
        bare = replace(block, sources=tuple(replace(part, of="") for part in sources))
        changed = transform_select(bare, change)
        whole = tuple(
            replace(part, of=source.of)
            for part, source in zip(changed.sources, sources, strict=True)
        )
        return replace(changed, sources=whole)

    def _scalar(self, query: Query) -> Expression:
        greatest = ordering.extreme(query, self._facts)
        return Scalar(self.normal(query if greatest is None else greatest, Sameness.BAG))


def _named_as(before: Query, after: Query) -> Query:
    """A normal form under the names of what it came from, by which the whole is sorted."""
    names = [output.name for output in before.outputs]
    if [output.name for output in after.outputs] == names:
        return after
    if isinstance(after, SetOperation):
        return before
    renamed = tuple(
        replace(output, name=name) for output, name in zip(after.outputs, names, strict=True)
    )
    return replace(after, outputs=renamed)


def _distinct(query: Query) -> Query | None:
    """The query without duplicates, where a flag says so."""
    if isinstance(query, SetOperation):
        return query if not query.all else None
    if is_cut(query):
        return query if query.distinct or (query.limit or 2) <= 1 else None
    return replace(query, distinct=True)
