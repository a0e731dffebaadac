"""What keys and foreign keys make of a block: sources that go, DISTINCT that goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from jurist.languages.sql.algebra.nodes import (
    Column,
    Compares,
    Comparison,
    Expression,
    IsNull,
    Join,
    Not,
    Same,
    Select,
    Source,
)
from jurist.languages.sql.proving.facts import Facts, Reference
from jurist.languages.sql.proving.knowing import Equal, duplicate_free, never_null
from jurist.languages.sql.proving.normal.blocks import has_full_join, replaced, used_columns


def without_distinct(block: Select, facts: Facts) -> Select | None:
    """DISTINCT over rows that differ anyway changes nothing.

    They must differ before a LIMIT: of the rows that DISTINCT makes one, it leaves open which
    one's keys are sorted by.
    """
    if not block.distinct:
        return None
    whole = replace(block, distinct=False, order=(), limit=None, offset=0)
    return replace(block, distinct=False) if duplicate_free(whole, facts) else None


def self_joined(block: Select, facts: Facts) -> Select | None:
    """Two inner sources of one table that agree in a key are one row, so that one goes.

    The equality of the key's columns stays as their not being NULL.
    """
    inner = [source for source in block.sources if _is_inner_table(source)]
    equal = Equal(block)
    for one, other in combinations(inner, 2):
        if one.of != other.of or not isinstance(one.of, str):
            continue
        for key in facts.keys(one.of):
            pairs = [(one.column(name), other.column(name)) for name in key.columns]
            if all(equal.of(mine) == equal.of(theirs) for mine, theirs in pairs):
                if not _are_not_null(pairs, block, facts):
                    continue
                facts.use(key.fact)
                return _without(block, other, one)
    return None


def _are_not_null(pairs: list[tuple[Column, Column]], block: Select, facts: Facts) -> bool:
    """Two NULLs that are the same (IS NOT DISTINCT FROM) are no one row's key."""
    return all(never_null(mine, block, facts) for mine, _ in pairs)


def _without(block: Select, gone: Source, kept: Source) -> Select:
    columns = {(gone.id, name): kept.column(name) for name in gone.columns}
    rest = replace(block, sources=tuple(part for part in block.sources if part is not gone))
    rest = replaced(rest, columns)
    return replace(rest, where=tuple(_useful(rest.where)))


def _useful(where: Iterable[Expression]) -> Iterable[Expression]:
    """That a value equals itself says no more than that it is not NULL."""
    for condition in where:
        match condition:
            case Comparison(Compares.EQ, left, right) if left == right:
                yield Not(IsNull(left))
            case Same(left, right) if left == right:
                continue
            case _:
                yield condition


def referenced(block: Select, facts: Facts) -> Select | None:
    """An inner join along a foreign key, of whose parent only the key is used, goes.

    There is exactly one parent where the columns are not NULL: that they are not, stays.
    """
    if has_full_join(block):
        return None
    equal = Equal(block)
    for child in block.sources:
        if child.join is not Join.INNER:
            continue
        for reference in _references(child, facts):
            for parent in block.sources:
                if parent.of == reference.table and _is_parent(
                    block, child, parent, reference, equal, facts
                ):
                    facts.use(reference.fact, reference.key)
                    return _without_parent(block, child, parent, reference)
    return None


def _references(source: Source, facts: Facts) -> Iterable[Reference]:
    """Foreign keys of a source; of a subquery, those of one column that it shows as it is."""
    if isinstance(source.of, str):
        yield from facts.references(source.of)
        return
    if not isinstance(source.of, Select):
        return
    inner = {part.id: part for part in source.of.sources if part.join is Join.INNER}
    if has_full_join(source.of):
        return
    for name, output in zip(source.columns, source.of.outputs, strict=True):
        value = output.value
        if isinstance(value, Column) and value.source in inner:
            for reference in _references(inner[value.source], facts):
                if reference.columns == (value.name,):
                    yield replace(reference, columns=(name,))


def _is_parent(
    block: Select,
    child: Source,
    parent: Source,
    reference: Reference,
    equal: Equal,
    facts: Facts,
) -> bool:
    if parent.join is not Join.INNER or parent.id == child.id:
        return False
    rows = replace(block, group=None, having=())
    for mine, theirs in zip(reference.columns, reference.parents, strict=True):
        own, other = child.column(mine), parent.column(theirs)
        if equal.of(own) != equal.of(other):
            return False
        if not (never_null(own, rows, facts) or never_null(other, rows, facts)):
            # IS NOT DISTINCT FROM meets every parent whose unique column is NULL
            return False
    return used_columns(block, parent.id) <= set(reference.parents)


def _without_parent(block: Select, child: Source, parent: Source, reference: Reference) -> Select:
    pairs = list(zip(reference.columns, reference.parents, strict=True))
    columns: dict[tuple[int, str], Expression] = {
        (parent.id, theirs): child.column(mine) for mine, theirs in pairs
    }
    rest = replace(block, sources=tuple(part for part in block.sources if part is not parent))
    rest = replaced(rest, columns)
    present = tuple(Not(IsNull(child.column(mine))) for mine, _ in pairs)
    return replace(rest, where=(*_useful(rest.where), *present))


def _is_inner_table(source: Source) -> bool:
    return isinstance(source.of, str) and source.join is Join.INNER
