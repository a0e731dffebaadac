"""Two blocks whose sources are paired off: the same rows, groups, outputs and keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Column,
    Expression,
    Join,
    Select,
    Source,
    Window,
)
from jurist.languages.sql.algebra.walking import (
    parts,
    sources_of,
    subqueries,
    substitute,
    transform_select,
)
from jurist.languages.sql.proving.grouping import Groups
from jurist.languages.sql.proving.knowing import determined
from jurist.languages.sql.proving.rows import Rows, any_row, joined
from jurist.languages.sql.proving.symbols import (
    Asked,
    Bound,
    Columns,
    Sameness,
    Symbols,
)
from jurist.languages.sql.smt.terms import Term

_MOST_PAIRINGS: Final = 24
_MOST_SOURCES: Final = 12


def renamed(block: Select, pairs: Sequence[tuple[Source, Source]]) -> Select:
    """The right block in terms of the left one's sources, its own with which they are paired."""
    columns = {
        (other.id, name): Column(source.id, mine, kind)
        for source, other in pairs
        for name, mine, kind in zip(other.columns, source.columns, source.types, strict=True)
    }
    moved = transform_select(block, substitute(columns))
    numbers = {other.id: source for source, other in pairs}
    return replace(
        moved,
        sources=tuple(
            replace(numbers[source.id], join=source.join, on=source.on)
            if source.id in numbers
            else source
            for source in moved.sources
        ),
    )


class Pairing:
    """Compares blocks by pairing off their sources."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols

    def same(self, left: Select, right: Select, outer: Columns, *, ordered: bool) -> bool:
        """Whether both have the same rows, counted; sorted by the same keys where that counts.

        By a pairing of the sources under which, in every row of the join, WHERE is true of both
        or of neither, outer joins find the same (their ON are true of the same rows, whatever
        the other sources' rows are), and outputs (and keys) are NULL-safe equal where WHERE is
        true. Of groups also that two rows fall together in one exactly if they do in the other.
        """
        by_order = ordered or left.limit is not None or left.offset > 0
        if not self._alike(left, right, by_order=by_order):
            return False
        return any(
            self._under(left, right, pairs, outer, by_order=by_order)
            for pairs in self._pairings(left, right, outer)
        )

    def within(self, left: Select, right: Select, outer: Columns) -> bool:
        """Whether every row of the left block is one of the right's, as often: a filter of it.

        By a pairing as for `same`, where WHERE of the left implies the right's.
        """
        if left.limit is not None or right.limit is not None or left.offset or right.offset:
            return False
        if left.group is not None or right.group is not None or left.distinct or right.distinct:
            return False
        return any(
            self._within(left, right, pairs, outer) for pairs in self._pairings(left, right, outer)
        )

    # --- which sources may be paired ------------------------------------------------------

    @staticmethod
    def _alike(left: Select, right: Select, *, by_order: bool) -> bool:
        directions = [
            [(key.descending, key.nulls_first) for key in block.order] for block in (left, right)
        ]
        return (
            (left.limit, left.offset, left.distinct) == (right.limit, right.offset, right.distinct)
            and (left.group is None) is (right.group is None)
            and (left.group == ()) is (right.group == ())
            and len(left.outputs) == len(right.outputs)
            and len(left.sources) == len(right.sources) <= _MOST_SOURCES
            and (not by_order or directions[0] == directions[1])
        )

    def _pairings(
        self, left: Select, right: Select, outer: Columns
    ) -> Iterator[list[tuple[Source, Source]]]:
        """Pairings of all sources, no more than `_MOST_PAIRINGS`."""
        if len(left.sources) != len(right.sources):
            return
        fits: dict[tuple[int, int], bool] = {}

        def fit(source: Source, other: Source) -> bool:
            key = source.id, other.id
            if key not in fits:
                fits[key] = self._fit(source, other, left, right, outer)
            return fits[key]

        tried = 0

        def extend(
            place: int, rest: tuple[Source, ...], made: list[tuple[Source, Source]]
        ) -> Iterator[list[tuple[Source, Source]]]:
            nonlocal tried
            if place == len(left.sources):
                tried += 1
                yield list(made)
                return
            source = left.sources[place]
            for other in rest:
                if tried >= _MOST_PAIRINGS:
                    return
                if fit(source, other):
                    left_over = tuple(part for part in rest if part is not other)
                    yield from extend(place + 1, left_over, [*made, (source, other)])

        yield from extend(0, right.sources, [])

    def _fit(
        self, source: Source, other: Source, left: Select, right: Select, outer: Columns
    ) -> bool:
        spend(2)
        sides = Join.FULL in {part.join for part in left.sources[:2]} and Join.FULL in {
            part.join for part in right.sources[:2]
        }
        swapped = sides and source in left.sources[:2] and other in right.sources[:2]
        if (source.join is not other.join and not swapped) or len(source.columns) != len(
            other.columns
        ):
            return False
        if isinstance(source.of, str) or isinstance(other.of, str):
            return source.of == other.of
        return self._symbols.same(source.of, other.of, outer, Sameness.BAG)

    # --- rows -----------------------------------------------------------------------------

    def _rows(
        self, left: Select, right: Select, outer: Columns
    ) -> tuple[Rows, Asked, list[Term]] | None:
        """A row of both joins, where outer joins find the same in both."""
        symbols = self._symbols
        rows, asked = any_row(symbols, left, outer), Asked()
        if any(source.join is not Join.INNER for source in left.sources):
            filters = self._common_filters(left, right, rows)
            if not self._same_joins(left, right, rows, filters):
                return None
        known = [*rows.known, *joined(symbols, left, rows, asked)]
        return rows, asked, known

    def _common_filters(self, left: Select, right: Select, rows: Rows) -> list[Term]:
        """Conditions of both on inner sources alone, which may be asked before the outer joins."""
        if any(source.join is Join.FULL for source in left.sources):
            return []
        inner = {source.id for source in left.sources if source.join is Join.INNER}
        own = {source.id for source in left.sources}
        bound = Bound(self._symbols, rows.columns, Asked())
        mine, theirs = (
            [
                bound.true((part,))
                for part in block.where
                if not any(True for _ in subqueries(part)) and sources_of(part) & own <= inner
            ]
            for block in (left, right)
        )
        return [term for term in mine if term in theirs]

    def _same_joins(self, left: Select, right: Select, rows: Rows, filters: list[Term]) -> bool:
        symbols = self._symbols
        others = {source.id: source for source in right.sources}
        full = len(left.sources) > 1 and left.sources[1].join is Join.FULL
        for source, row, _ in rows.found:
            if source.join is Join.INNER:
                continue
            there = {source.id: row}
            on = others[source.id].on
            if full:
                there[rows.found[0][0].id] = rows.found[0][1]
                on = right.sources[1].on
            columns = dict(rows.columns)
            for number, values in there.items():
                columns.update({(number, name): value for name, value in values.items()})
            asked = Asked()
            bound = Bound(symbols, columns, asked)
            equal = symbols.terms.equal(bound.true(source.on), bound.true(on))
            if not symbols.follows(equal, (*rows.known, *filters, *asked.axioms)):
                return False
        return True

    def _within(
        self, left: Select, right: Select, pairs: list[tuple[Source, Source]], outer: Columns
    ) -> bool:
        symbols, terms = self._symbols, self._symbols.terms
        right = renamed(right, pairs)
        made = self._rows(left, right, outer)
        if made is None:
            return False
        rows, asked, known = made
        bound = Bound(symbols, rows.columns, asked)
        kept, wanted = bound.true(left.where), bound.true(right.where)
        equal = self._outputs(left, right, bound, ordered=False)
        goal = terms.both(wanted, equal)
        return symbols.follows(goal, (*known, *asked.axioms, kept))

    def _outputs(self, left: Select, right: Select, bound: Bound, *, ordered: bool) -> Term:
        symbols = self._symbols
        pairs = [
            (one.value, other.value) for one, other in zip(left.outputs, right.outputs, strict=True)
        ]
        if ordered:
            keys = zip(left.order, right.order, strict=True)
            pairs.extend((one.value, other.value) for one, other in keys)
        return symbols.terms.conjunction(
            symbols.values.same(bound.of(one), bound.of(other)) for one, other in pairs
        )

    def _under(
        self,
        left: Select,
        right: Select,
        pairs: list[tuple[Source, Source]],
        outer: Columns,
        *,
        by_order: bool,
    ) -> bool:
        spend(20)
        symbols, terms = self._symbols, self._symbols.terms
        right = renamed(right, pairs)
        made = self._rows(left, right, outer)
        if made is None:
            return False
        rows, asked, known = made
        bound = Bound(symbols, rows.columns, asked)
        kept, wanted = bound.true(left.where), bound.true(right.where)
        if not symbols.follows(terms.equal(kept, wanted), (*known, *asked.axioms)):
            return False
        hypotheses = [*known, kept]
        if left.group is None:
            equal = self._outputs(left, right, bound, ordered=by_order)
            return symbols.follows(equal, (*hypotheses, *asked.axioms))
        return self._same_groups(left, right, rows, asked, hypotheses, outer, by_order=by_order)

    # --- groups ---------------------------------------------------------------------------

    def _same_groups(
        self,
        left: Select,
        right: Select,
        rows: Rows,
        asked: Asked,
        hypotheses: list[Term],
        outer: Columns,
        *,
        by_order: bool,
    ) -> bool:
        symbols, terms = self._symbols, self._symbols.terms
        if left.group and not self._same_keys(left, right, rows, asked, hypotheses, outer):
            return False
        row = Bound(symbols, rows.columns, asked)
        groups = Groups(symbols, row, hypotheses, may_be_empty=not left.group)
        columns = rows.columns if left.group else dict(outer)
        bound = Bound(symbols, columns, asked, groups.value)
        having: list[Term] = []
        extremes: list[set[int]] = []
        for block in (left, right):
            groups.extremes.clear()
            having.append(bound.true(block.having))
            for output in block.outputs:
                bound.of(output.value)
            for key in block.order if by_order else ():
                bound.of(key.value)
            extremes.append(set(groups.extremes))
        if extremes[0] != extremes[1] and any(_is_bare(block, symbols) for block in (left, right)):
            # SQLite takes bare columns from the row that has the one minimum or maximum
            return False
        known = [*(hypotheses if left.group else ()), *asked.axioms, *groups.axioms]
        if not symbols.follows(terms.equal(having[0], having[1]), known):
            return False
        equal = self._outputs(left, right, bound, ordered=by_order)
        return symbols.follows(equal, (*known, *asked.axioms, *groups.axioms, having[0]))

    def _same_keys(
        self,
        left: Select,
        right: Select,
        rows: Rows,
        asked: Asked,
        hypotheses: list[Term],
        outer: Columns,
    ) -> bool:
        """Whether two rows that both WHERE keep are in one group of both blocks, or of neither."""
        symbols, terms = self._symbols, self._symbols.terms
        one = Bound(symbols, rows.columns, asked)
        mine, theirs = left.group or (), right.group or ()
        first = [[one.of(key) for key in keys] for keys in (mine, theirs)]
        if set(first[0]) == set(first[1]):
            return True
        if any(True for key in (*mine, *theirs) for _ in subqueries(key)):
            return False
        again, asked_again = any_row(symbols, left, outer), Asked()
        other = Bound(symbols, again.columns, asked_again)
        plain = [part for part in left.where if not any(True for _ in subqueries(part))]
        more = [
            *again.known,
            *joined(symbols, left, again, asked_again),
            other.true(plain),
            *symbols.keys((*rows.found, *again.found)),
        ]
        together = [
            terms.conjunction(
                symbols.values.same(value, other.of(key))
                for value, key in zip(values, keys, strict=True)
            )
            for values, keys in zip(first, (mine, theirs), strict=True)
        ]
        known = (*hypotheses, *asked.axioms, *more, *asked_again.axioms)
        return symbols.follows(terms.equal(together[0], together[1]), known)


def _is_bare(block: Select, symbols: Symbols) -> bool:
    """Whether a column outside aggregates may differ between the rows of a group."""
    keys = set(block.group or ())
    own = {source.id for source in block.sources}
    sources, whole = determined(block, block.group or (), symbols.facts)

    def bare(value: Expression) -> bool:
        if value in keys or isinstance(value, (Aggregate, Window)):
            return False
        if isinstance(value, Column):
            return value.source in own and value.source not in sources and not whole.knows(value)
        return any(map(bare, parts(value)))

    values = (
        *block.having,
        *(output.value for output in block.outputs),
        *(key.value for key in block.order),
    )
    return any(map(bare, values))
