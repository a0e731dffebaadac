"""What is contained in what, where duplicates do not count.

A. Chandra, P. Merlin: Optimal implementation of conjunctive queries in relational data bases,
STOC 1977; with comparisons, the disjunction over all mappings at once, which z3 decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice, product
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import (
    Column,
    Compares,
    Comparison,
    Exists,
    In,
    Join,
    Or,
    Output,
    Query,
    Select,
    Source,
)
from jurist.languages.sql.proving.normal.blocks import as_source, has_full_join, is_join
from jurist.languages.sql.proving.normal.conditions import conjuncts, union_sides
from jurist.languages.sql.proving.pairing import renamed
from jurist.languages.sql.proving.rows import Rows, any_row, joined
from jurist.languages.sql.proving.symbols import Asked, Bound, Columns, Sameness, Symbols
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue

_MOST_MAPPINGS: Final = 48
_MOST_ADDED: Final = 6
_MOST_SIDES: Final = 6


class Homomorphisms:
    """Containment of results as sets.

    Args:
        symbols: Makes rows, and tells what follows.
        fresh: Numbers for further sources.
    """

    def __init__(self, symbols: Symbols, fresh: count[int]) -> None:
        self._symbols = symbols
        self._fresh = fresh

    def contained(self, left: Query, right: Query, outer: Columns) -> bool:
        """Whether every row of the left result is one of the right's.

        Each branch of the left is taken by itself. For any row of its join that its conditions
        keep, the right has a row with the same outputs if for one of its branches and one
        mapping of that branch's sources to rows which the left's row shows to be there, its
        conditions are true and its outputs equal. Which branch and mapping may differ from row
        to row: z3 is asked for all of them at once.
        """
        rights = list(self.branches(right))
        return all(self._block(branch, rights, outer) for branch in self.branches(left))

    def disjoint(self, left: Query, right: Query) -> bool:
        """Whether no row is ever in both results: no branches have rows with the same outputs."""
        rights = list(self.branches(right))
        return all(self._apart(one, other) for one in self.branches(left) for other in rights)

    def _apart(self, left: Select, right: Select) -> bool:
        symbols = self._symbols
        conditions: list[Term] = []
        outputs: list[list[SymbolicValue]] = []
        found: list[tuple[Source, Mapping[str, SymbolicValue], Term]] = []
        for block in (left, right):
            rows, asked = any_row(symbols, block, {}), Asked()
            bound = Bound(symbols, rows.columns, asked)
            conditions += [
                *rows.known,
                *joined(symbols, block, rows, asked),
                bound.true(block.where),
            ]
            outputs.append([bound.of(output.value) for output in block.outputs])
            conditions += asked.axioms
            found += rows.found
        equal = [
            symbols.values.same(one, other)
            for one, other in zip(outputs[0], outputs[1], strict=True)
        ]
        return symbols.impossible((*conditions, *symbols.keys(found), *equal))

    def branches(self, query: Query) -> Iterator[Select]:
        """Blocks whose results together are the query's, as a set."""
        sides = union_sides(query)
        if len(sides) > 1:
            for side in sides:
                yield from self.branches(side)
            return
        if is_join(query):
            split = _split(query)
            if len(split) == 1:
                yield query
            for part in split if len(split) > 1 else ():
                yield from self.branches(self._symbols.normal(part, Sameness.SET))
            return
        source = as_source(query, self._fresh, "c")
        outputs = tuple(Output(column.name, column) for column in source.values)
        yield Select((source,), (), None, (), outputs)

    def _block(self, left: Select, rights: Sequence[Select], outer: Columns) -> bool:
        symbols, terms = self._symbols, self._symbols.terms
        tables = {source.of for block in rights for source in block.sources}
        left, parents = self._with_parents(left, tables)
        rows, asked = any_row(symbols, left, outer), Asked()
        bound = Bound(symbols, rows.columns, asked)
        known = [
            *rows.known,
            *joined(symbols, left, rows, asked),
            bound.true(left.where),
            *self._parents_there(parents, rows, bound),
        ]
        if symbols.impossible((*known, *asked.axioms)):
            return True
        goals: list[Term] = []
        mappings = (
            (right, chosen) for right in rights for chosen in self._mappings(left, right, outer)
        )
        for right, chosen in islice(mappings, _MOST_MAPPINGS):
            spend(20)
            goal = self._goal(left, right, chosen, rows, bound)
            if goal is terms.true:
                return True
            goals.append(goal)
        return symbols.follows(terms.disjunction(goals), (*known, *asked.axioms))

    def _mappings(
        self, left: Select, right: Select, outer: Columns
    ) -> Iterator[tuple[tuple[Source, Source], ...]]:
        options: list[list[Source]] = []
        for other in right.sources:
            if other.join is Join.FULL:
                return
            options.append([part for part in left.sources if self._fits(part, other, outer)])
        for chosen in product(*options):
            yield tuple(zip(chosen, right.sources, strict=True))

    def _fits(self, source: Source, other: Source, outer: Columns) -> bool:
        """Whether a row of the one is a row of the other."""
        if len(source.columns) != len(other.columns):
            return False
        if isinstance(source.of, str) or isinstance(other.of, str):
            return source.of == other.of
        if source.of == other.of:
            return True
        if is_join(source.of) and is_join(other.of):
            return self.contained(source.of, other.of, outer)
        return self._symbols.same(source.of, other.of, outer, Sameness.BAG)

    def _goal(
        self,
        left: Select,
        right: Select,
        chosen: tuple[tuple[Source, Source], ...],
        rows: Rows,
        bound: Bound,
    ) -> Term:
        """That a mapping leads to a row of the right with the same outputs."""
        symbols, terms = self._symbols, self._symbols.terms
        there = {source.id: present for source, _, present in rows.found}
        moved = renamed(right, chosen)
        needed: list[Term] = []
        for (source, original), other in zip(chosen, moved.sources, strict=True):
            on = bound.true(other.on)
            present = there[source.id]
            both_left = other.join is Join.LEFT and source.join is Join.LEFT
            alike = both_left and self._has_no_more(source, original, bound.columns)
            if alike and self._finds_no_more(source, other, rows):
                needed.append(terms.implication(present, on))
            else:
                needed.append(terms.both(present, on))
        same = [
            symbols.values.same(bound.of(one.value), bound.of(other.value))
            for one, other in zip(left.outputs, moved.outputs, strict=True)
        ]
        return terms.conjunction((*needed, bound.true(moved.where), *same))

    def _has_no_more(self, source: Source, other: Source, outer: Columns) -> bool:
        """Whether every row of what the right joins is a row of what the left joins."""
        if isinstance(source.of, str) or isinstance(other.of, str) or source.of == other.of:
            return source.of == other.of
        return self._symbols.same(source.of, other.of, outer, Sameness.SET)

    def _finds_no_more(self, source: Source, other: Source, rows: Rows) -> bool:
        """Whether the right's outer join finds nothing where the left's does not."""
        symbols = self._symbols
        row = next(row for found, row, _ in rows.found if found.id == source.id)
        columns = {**rows.columns, **{(source.id, name): value for name, value in row.items()}}
        asked = Asked()
        bound = Bound(symbols, columns, asked)
        goal = symbols.terms.implication(bound.true(other.on), bound.true(source.on))
        return symbols.follows(goal, (*rows.known, *asked.axioms))

    # --- rows that foreign keys drag in ---------------------------------------------------

    def _with_parents(
        self, block: Select, tables: set[str | Query]
    ) -> tuple[Select, list[_Parent]]:
        """The block with the rows that its foreign keys refer to, as left joins.

        A left join on a key finds one row at most, so that it changes no other column; by the
        foreign key it finds one wherever none of the columns is NULL.
        """
        sources, added = list(block.sources), list[_Parent]()
        if has_full_join(block):
            return block, []
        for source in sources:
            if not isinstance(source.of, str):
                continue
            for reference in self._symbols.facts.references(source.of):
                if reference.table not in tables or len(added) >= _MOST_ADDED:
                    continue
                self._symbols.facts.use(reference.fact, reference.key)
                table = self._symbols.facts.table(reference.table)
                parent = Source(
                    next(self._fresh),
                    reference.table,
                    tuple(column.name.lower() for column in table.columns),
                    tuple(column.type for column in table.columns),
                    Join.LEFT,
                )
                own = tuple(source.column(name) for name in reference.columns)
                on = tuple(
                    Comparison(Compares.EQ, parent.column(theirs), mine)
                    for theirs, mine in zip(reference.parents, own, strict=True)
                )
                sources.append(replace(parent, on=on))
                added.append(_Parent(parent.id, own))
        return replace(block, sources=tuple(sources)), added

    def _parents_there(self, parents: list[_Parent], rows: Rows, bound: Bound) -> list[Term]:
        terms = self._symbols.terms
        there = {source.id: present for source, _, present in rows.found}
        return [
            terms.either(
                there[parent.source],
                terms.disjunction(bound.of(column).null for column in parent.columns),
            )
            for parent in parents
        ]


def _split(block: Select) -> list[Select]:
    """A block for each side of an OR that asks subqueries, which may be joins then."""
    for condition in block.where:
        if not isinstance(condition, Or) or not 1 < len(condition.parts) <= _MOST_SIDES:
            continue
        if any(
            isinstance(part, (In, Exists))
            for side in condition.parts
            for part in conjuncts((side,))
        ):
            rest = tuple(part for part in block.where if part is not condition)
            return [replace(block, where=(*rest, side)) for side in condition.parts]
    return [block]


@dataclass(frozen=True, slots=True)
class _Parent:
    """A source that a foreign key has added, and the columns that refer to it."""

    source: int
    columns: tuple[Column, ...]
