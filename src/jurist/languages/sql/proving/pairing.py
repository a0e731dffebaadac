"""Two blocks whose sources are paired off: the same rows, groups, outputs and keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.effort import spend
from jurist.languages.sql.algebra.nodes import (
    Column,
    Join,
    Select,
    Source,
)
from jurist.languages.sql.algebra.walking import (
    asks_query,
    is_cut,
    sources_of,
    substitute,
    transform_select,
)
from jurist.languages.sql.proving.joint import Joint, outputs_equal, same_groups, same_wholes
from jurist.languages.sql.proving.normal.blocks import has_full_join, has_window
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
        by_order = ordered or is_cut(left)
        if not self._alike(left, right, by_order=by_order):
            return False
        return any(
            self._under(left, right, pairs, outer, by_order=by_order)
            for pairs in self._pairings(left, right, outer)
        )

    def within(self, left: Select, right: Select, outer: Columns) -> bool:
        """Whether every row of the left block is one of the right's, as often: a filter of it.

        By a pairing as for `same`, where WHERE of the left implies the right's; of groups, where
        WHERE is the same and HAVING implies the other's.
        """
        if is_cut(left) or is_cut(right):
            return False
        if left.distinct or right.distinct or len(left.outputs) != len(right.outputs):
            return False
        if (left.group is None, left.group == ()) != (right.group is None, right.group == ()):
            return False
        if has_window(left) or has_window(right):
            # the rows that only the right has count in its windows
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
        if has_full_join(left):
            return []
        inner = {source.id for source in left.sources if source.join is Join.INNER}
        own = {source.id for source in left.sources}
        bound = Bound(self._symbols, rows.columns, Asked())
        mine, theirs = (
            [
                bound.true((part,))
                for part in block.where
                if not asks_query(part) and sources_of(part) & own <= inner
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
        if left.group is not None:
            if not symbols.follows(terms.equal(kept, wanted), (*known, *asked.axioms)):
                return False
            whole = Joint(left, right, rows, asked, (*known, kept), outer, by_order=False)
            return same_groups(symbols, whole, terms.implication)
        equal = outputs_equal(symbols, left, right, bound, by_order=False)
        goal = terms.both(wanted, equal)
        return symbols.follows(goal, (*known, *asked.axioms, kept))

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
        same = symbols.follows(terms.equal(kept, wanted), (*known, *asked.axioms))
        if left.group == () and not same:
            whole = Joint(left, right, rows, asked, tuple(known), outer, by_order=by_order)
            return same_wholes(symbols, whole, kept, wanted)
        if not same:
            return False
        if left.group is None:
            equal = outputs_equal(symbols, left, right, bound, by_order=by_order)
            return symbols.follows(equal, (*known, kept, *asked.axioms))
        whole = Joint(left, right, rows, asked, (*known, kept), outer, by_order=by_order)
        return same_groups(symbols, whole, terms.equal)
