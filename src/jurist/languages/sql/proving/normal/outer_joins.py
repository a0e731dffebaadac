"""Outer joins: to inner ones, to anti-joins, or away."""

from __future__ import annotations

from dataclasses import replace

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.comparing import NULL, TRUE
from jurist.languages.sql.algebra.conditions import ONE
from jurist.languages.sql.algebra.nodes import (
    Column,
    Compares,
    Comparison,
    Exists,
    Expression,
    IsNull,
    Join,
    Not,
    Select,
    Source,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import asks_query, sources_of, transform_select
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import output_never_null, rejecting, result_keys
from jurist.languages.sql.proving.normal.blocks import replaced, used_columns, with_sources
from jurist.languages.sql.proving.rows import is_empty
from jurist.languages.sql.proving.symbols import Asked, Bound, Symbols
from jurist.languages.sql.smt.values import SymbolicValue


def to_inner(block: Select, symbols: Symbols) -> Select | None:
    """An outer join whose padded rows WHERE never keeps is an inner one.

    Of a FULL JOIN each side by itself: without the rows that pad its left side it is a LEFT
    JOIN, without both an inner one. WHERE is looked at alone, with the padded columns NULL. What
    a later outer join's ON says does not count: it keeps the rows.
    """
    for place, source in enumerate(block.sources):
        if source.join is Join.LEFT and _rejects(block, (source,), symbols):
            return _as_inner(block, place)
        if source.join is Join.FULL:
            before = block.sources[:place]
            pads_left = not _rejects(block, before, symbols)
            pads_right = not _rejects(block, (source,), symbols)
            if not pads_left and not pads_right:
                return _as_inner(block, place)
            if not pads_left:
                return with_sources(block, place, replace(source, join=Join.LEFT))
            if not pads_right and place == 1:
                left, right = block.sources[:2]
                swapped = (
                    replace(right, join=Join.INNER, on=()),
                    replace(left, join=Join.LEFT, on=right.on),
                )
                return replace(block, sources=(*swapped, *block.sources[2:]))
    return None


def _as_inner(block: Select, place: int) -> Select:
    source = block.sources[place]
    inner = replace(source, join=Join.INNER, on=())
    return replace(with_sources(block, place, inner), where=(*block.where, *source.on))


def _rejects(block: Select, padded: tuple[Source, ...], symbols: Symbols) -> bool:
    numbers = {source.id for source in padded}
    for condition in block.where:
        if not sources_of(condition) & numbers:
            continue
        if any(
            isinstance(value, Column) and value.source in numbers for value in rejecting(condition)
        ):
            return True
        if _is_never_true(condition, block, numbers, symbols):
            return True
    return False


def _is_never_true(
    condition: Expression, block: Select, padded: set[int], symbols: Symbols
) -> bool:
    if asks_query(condition):
        return False
    columns: dict[tuple[int, str], SymbolicValue] = {}
    for source in block.sources:
        for name, value in symbols.row(source).items():
            if source.id in padded:
                value = SymbolicValue(symbols.terms.true, value.term, value.type)
            elif source.join is not Join.INNER:
                value = symbols.value("may be", value.type, nullable=True)
            columns[source.id, name] = value
    try:
        return symbols.impossible((Bound(symbols, columns, Asked()).true((condition,)),))
    except UnsupportedError:
        return False


def to_anti(block: Select, facts: Facts) -> Select | None:
    """A left join kept only where it found nothing is NOT EXISTS.

    WHERE asks that a column be NULL which is not NULL in any row that ON keeps; what is left are
    the rows without a partner, padded: NULL takes the place of the columns everywhere else.
    """
    for place, source in enumerate(block.sources):
        if source.join is not Join.LEFT:
            continue
        others = with_sources(block, place).sources
        if any(source.id in sources_of(part) for other in others for part in other.on):
            continue
        for condition in block.where:
            if not isinstance(condition, IsNull) or not isinstance(condition.value, Column):
                continue
            column = condition.value
            if column.source != source.id or not _found_not_null(column, source, facts):
                continue
            inner = replace(source, join=Join.INNER, on=())
            found = Exists(Select((inner,), source.on, None, (), ONE))
            where = tuple(part for part in block.where if part is not condition)
            rest = _never_there(replace(block, where=where), place)
            return replace(rest, where=(*rest.where, Not(found)))
    return None


def _found_not_null(column: Column, source: Source, facts: Facts) -> bool:
    if any(column == value for part in source.on for value in rejecting(part)):
        return True
    if isinstance(source.of, str):
        return facts.not_null(source.of, column.name)
    return output_never_null(source.of, source.columns.index(column.name), facts)


def never_found(block: Select, symbols: Symbols) -> Select | None:
    """A left join that finds nothing in any row leaves NULL for its columns."""
    for place, source in enumerate(block.sources):
        if source.join is not Join.LEFT or any(map(asks_query, source.on)):
            continue
        columns = {
            (other.id, name): value
            for other in block.sources
            for name, value in symbols.padded(
                symbols.row(other),
                symbols.terms.true if other is source else symbols.truth("there"),
            ).items()
        }
        bound = Bound(symbols, columns, Asked())
        try:
            never = symbols.impossible((bound.true(source.on),))
        except UnsupportedError:
            continue
        if never or (not isinstance(source.of, str) and is_empty(symbols, source.of, {})):
            return _never_there(block, place)
    return None


def _never_there(block: Select, place: int) -> Select:
    """The block without a source, NULL for its columns."""
    source = block.sources[place]
    nulls = {(source.id, name): NULL for name in source.columns}
    return replaced(with_sources(block, place), nulls)


def as_presence(block: Select, facts: Facts) -> Select | None:
    """A left join of one row at most, of which only is used whether there is one, is EXISTS."""
    for place, source in enumerate(block.sources):
        if source.join is not Join.LEFT:
            continue
        alone = with_sources(block, place)
        if any(source.id in sources_of(part) for other in alone.sources for part in other.on):
            continue
        used = used_columns(alone, source.id)
        if not used or not _finds_one(source, facts):
            continue
        inner = replace(source, join=Join.INNER, on=())
        found = Exists(Select((inner,), source.on, None, (), ONE))

        def change(
            part: Expression, source: Source = source, found: Exists = found
        ) -> Expression | None:
            if (
                isinstance(part, IsNull)
                and isinstance(part.value, Column)
                and part.value.source == source.id
                and _found_not_null(part.value, source, facts)
            ):
                return Not(found)
            return None

        changed = transform_select(alone, change)
        if not _used_outside(changed, source.id, found):
            return changed
    return None


def _used_outside(block: Select, source: int, found: Exists) -> bool:
    """Whether a source's columns are used but in the subquery that now asks for it."""

    def change(part: Expression) -> Expression | None:
        return TRUE if part == found else None

    return bool(used_columns(transform_select(block, change), source))


def unused(block: Select, facts: Facts, *, as_set: bool) -> Select | None:
    """A left join that finds one row at most, of which nothing is used, changes nothing.

    One row: ON equates all columns of a key with what the row does not change. Where duplicates
    do not count, however many.
    """
    for place, source in enumerate(block.sources):
        if source.join is not Join.LEFT:
            continue
        if used_columns(with_sources(block, place), source.id):
            continue
        if as_set or _finds_one(source, facts):
            return with_sources(block, place)
    return None


def _finds_one(source: Source, facts: Facts) -> bool:
    equated = {
        side.name
        for part in source.on
        if isinstance(part, Comparison) and part.compares is Compares.EQ
        for side, other in ((part.left, part.right), (part.right, part.left))
        if isinstance(side, Column)
        and side.source == source.id
        and source.id not in sources_of(other)
        and (type_of(side) is type_of(other) or type_of(side).is_number)
    }
    if isinstance(source.of, str):
        for key in facts.keys(source.of):
            if set(key.columns) <= equated:
                facts.use(key.fact)
                return True
        return False
    return any(
        all(source.columns[spot] in equated for spot in places) for places in result_keys(source.of)
    )
