"""IN, EXISTS and set operations as joins and as NOT EXISTS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jurist.languages.sql.algebra.comparing import TRUE
from jurist.languages.sql.algebra.conditions import ONE
from jurist.languages.sql.algebra.nodes import (
    And,
    Column,
    Combines,
    Compares,
    Comparison,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Join,
    Not,
    Output,
    Query,
    Same,
    Select,
    SetOperation,
    Source,
)
from jurist.languages.sql.algebra.walking import (
    free_columns,
    has_aggregate,
    is_cut,
    renumber,
    sources_of,
    substitute,
    transform,
    transform_own,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import never_null, output_never_null
from jurist.languages.sql.proving.normal.blocks import (
    as_source,
    has_full_join,
    is_join,
    only_inner,
    used_columns,
)


def existence(query: Query) -> Query:
    """A query that has a row exactly where the given one has."""
    if isinstance(query, SetOperation) or query.limit == 0 or query.offset:
        return query
    if query.group is not None:
        if query.having or query.group == ():
            return query
        query = replace(query, group=None)
    return replace(query, outputs=ONE, distinct=False, order=(), limit=None)


@dataclass(frozen=True, slots=True)
class Correlation:
    """A subquery's conditions, apart: its own, and equalities with the query around it."""

    own: tuple[Expression, ...]
    pairs: tuple[tuple[Expression, Expression, bool], ...]
    """A value inside, the value outside that it equals, and whether NULLs are equal."""


def correlation(query: Select) -> Correlation | None:
    """Conditions that tie a subquery to what is around it, where all are equalities."""
    ids = {source.id for source in query.sources}
    if any(
        column.source not in ids
        for source in query.sources
        if not isinstance(source.of, str)
        for column in free_columns(source.of)
    ):
        return None
    if any(sources_of(part) - ids for source in query.sources for part in source.on):
        return None
    own: list[Expression] = []
    pairs: list[tuple[Expression, Expression, bool]] = []
    for condition in query.where:
        if sources_of(condition) <= ids:
            own.append(condition)
            continue
        match condition:
            case Comparison(Compares.EQ, left, right) | Same(left, right):
                null_safe = isinstance(condition, Same)
                inside, outside = sources_of(left), sources_of(right)
                if inside <= ids and not outside & ids and inside:
                    pairs.append((left, right, null_safe))
                elif outside <= ids and not inside & ids and outside:
                    pairs.append((right, left, null_safe))
                else:
                    return None
            case _:
                return None
    return Correlation(tuple(own), tuple(pairs))


def joined_in(block: Select, fresh: Iterator[int], *, as_set: bool) -> Select | None:
    """A conjunct IN or EXISTS is a join with the subquery's distinct rows.

    WHERE keeps a row where IN is true: where the values equal a row of the result; one row of
    DISTINCT values is matched then, and none else. EXISTS with equalities to values around it is
    IN of these values (NULL-safe where they are). Where the block's duplicates do not count, all
    of the subquery's rows may be joined, whatever ties them to the block.
    """
    if has_full_join(block):
        return None
    loose = is_join(block) and (as_set or block.distinct)
    for condition in block.where:
        match condition:
            case In(values, query):
                made = _view(values, query, fresh, loose=loose)
            case Exists(query):
                made = _view((), query, fresh, loose=loose)
            case _:
                continue
        if made is None:
            continue
        sources, conditions = made
        rest = tuple(part for part in block.where if part is not condition)
        return replace(block, sources=(*block.sources, *sources), where=(*rest, *conditions))
    return None


def _view(
    values: tuple[Expression, ...], query: Query, fresh: Iterator[int], *, loose: bool
) -> tuple[tuple[Source, ...], tuple[Expression, ...]] | None:
    if any(has_aggregate(value) for value in values):
        return None
    query = renumber(query, fresh)
    if not is_join(query) or has_full_join(query):
        if not values or free_columns(query):
            return None
        distinct = _distinct(query, fresh)
        pairs = zip(values, distinct.values, strict=True)
        return (distinct,), tuple(Comparison(Compares.EQ, *pair) for pair in pairs)
    if loose and only_inner(query):
        equal = tuple(
            Comparison(Compares.EQ, value, output.value)
            for value, output in zip(values, query.outputs if values else (), strict=True)
        )
        return query.sources, (*query.where, *equal)
    tied = correlation(query)
    if tied is None:
        return None
    outputs = [Output("", inside) for inside, _, _ in tied.pairs]
    outputs.extend(query.outputs if values else ())
    view = Select(query.sources, tied.own, None, (), tuple(outputs) or ONE, distinct=True)
    source = as_source(view, fresh, "i")
    columns = source.values
    conditions: list[Expression] = []
    for column, (_, outside, null_safe) in zip(columns, tied.pairs, strict=False):
        equals = Same(outside, column) if null_safe else Comparison(Compares.EQ, outside, column)
        conditions.append(equals)
    for value, column in zip(values, columns[len(tied.pairs) :], strict=False):
        conditions.append(Comparison(Compares.EQ, value, column))
    return (source,), tuple(conditions)


def _distinct(query: Query, fresh: Iterator[int]) -> Source:
    """A source with each row of a result once."""
    inner = as_source(query, fresh, "i")
    outputs = tuple(Output("", column) for column in inner.values)
    return as_source(Select((inner,), (), None, (), outputs, distinct=True), fresh, "i")


def not_in_as_not_exists(block: Select) -> Select | None:
    """NOT IN is true where no row is equal, and of none it is unknown whether it is."""
    for condition in block.where:
        if not isinstance(condition, Not) or not isinstance(condition.part, In):
            continue
        matched = _matched(condition.part)
        if matched is None:
            continue
        query, equal = matched
        whole = equal[0] if len(equal) == 1 else And(equal)
        same = existence(replace(query, where=(*query.where, *equal)))
        unsure = existence(replace(query, where=(*query.where, IsNull(whole))))
        rest = tuple(part for part in block.where if part is not condition)
        return replace(block, where=(*rest, Not(Exists(same)), Not(Exists(unsure))))
    return None


def _matched(part: In) -> tuple[Select, tuple[Expression, ...]] | None:
    """A subquery of IN, and that its row equals the values; where it is a plain one."""
    query = part.query
    if not is_join(query) or any(map(has_aggregate, part.values)):
        return None
    return query, tuple(
        Comparison(Compares.EQ, output.value, value)
        for value, output in zip(part.values, query.outputs, strict=True)
    )


def in_as_exists(block: Select, facts: Facts) -> Select | None:
    """IN is EXISTS of an equal row where neither side can be NULL: it is never unknown then.

    Neither can be where the block's other conditions, the subquery's or the schema rule it out.
    """
    for condition in block.where:
        if isinstance(condition, In):
            continue
        rest = tuple(part for part in block.where if part is not condition)
        others = replace(block, where=rest)

        def change(part: Expression, others: Select = others) -> Expression | None:
            return _as_exists(part, others, facts)

        changed = transform_own(condition, change)
        if changed != condition:
            where = tuple(changed if part is condition else part for part in block.where)
            return replace(block, where=where)
    if block.group is not None:
        return None

    def in_output(part: Expression) -> Expression | None:
        return _as_exists(part, block, facts)

    outputs = tuple(
        replace(output, value=transform_own(output.value, in_output)) for output in block.outputs
    )
    return None if outputs == block.outputs else replace(block, outputs=outputs)


def _as_exists(part: Expression, block: Select, facts: Facts) -> Expression | None:
    matched = _matched(part) if isinstance(part, In) else None
    if not isinstance(part, In) or matched is None:
        return None
    query, equal = matched
    if not all(never_null(value, block, facts) for value in part.values):
        return None
    if not all(output_never_null(query, place, facts) for place in range(len(equal))):
        return None
    return Exists(existence(replace(query, where=(*query.where, *equal))))


def of_itself(block: Select, facts: Facts) -> Select | None:
    """EXISTS of a row of the same table that agrees with the block's row is about that row.

    If the subquery equates its row with the block's (NULL-safe) in a key, or in every column
    that it uses, the block's own row fulfils it, if any does: its other conditions are asked of
    that one.
    """
    own = {
        source.id: source
        for source in block.sources
        if isinstance(source.of, str) and source.join is Join.INNER
    }
    if has_full_join(block):
        return None

    def change(part: Expression) -> Expression | None:
        if not isinstance(part, Exists) or not isinstance(part.query, Select):
            return None
        return _of_row(part.query, own, block, facts)

    where = tuple(transform_own(part, change) for part in block.where)
    return None if where == block.where else replace(block, where=where)


def _of_row(
    query: Select, own: dict[int, Source], block: Select, facts: Facts
) -> Expression | None:
    if len(query.sources) != 1 or query.group is not None or is_cut(query):
        return None
    inner = query.sources[0]
    equated: dict[int, dict[str, Expression]] = {}
    for condition in query.where:
        match condition:
            case Comparison(Compares.EQ, Column() as asked, Column() as other) | Same(
                Column() as asked, Column() as other
            ):
                if asked.source != inner.id:
                    asked, other = other, asked
                outside = own.get(other.source)
                if asked.source != inner.id or outside is None or outside.of != inner.of:
                    continue
                if asked.name == other.name and (
                    isinstance(condition, Same) or never_null(other, block, facts)
                ):
                    equated.setdefault(other.source, {})[asked.name] = condition
            case _:
                pass
    used = used_columns(query, inner.id)
    for number, names in equated.items():
        if not used <= set(names) and not _is_key(inner, set(names), own[number], block, facts):
            continue
        rest = tuple(part for part in query.where if part not in names.values())
        columns = {(inner.id, name): own[number].column(name) for name in inner.columns}
        asked = tuple(transform(part, substitute(columns)) for part in rest)
        return IsTrue(And(asked)) if asked else TRUE
    return None


def _is_key(inner: Source, names: set[str], outside: Source, block: Select, facts: Facts) -> bool:
    if not isinstance(inner.of, str):
        return False
    for key in facts.keys(inner.of):
        if set(key.columns) <= names and all(
            never_null(outside.column(name), block, facts) for name in key.columns
        ):
            facts.use(key.fact)
            return True
    return False


def set_operation(query: SetOperation, fresh: Iterator[int]) -> Query | None:
    """INTERSECT is a join, EXCEPT a NOT EXISTS, of NULL-safe equal rows; DISTINCT both."""
    if query.all or is_cut(query) or query.order or query.combines is Combines.UNION:
        return None
    left, right = as_source(query.left, fresh, "s"), as_source(query.right, fresh, "s")
    outputs = tuple(Output("", column) for column in left.values)
    pairs = list(zip(left.values, right.values, strict=True))
    if not all(one.type.is_comparable_to(other.type) for one, other in pairs):
        return None
    same = tuple(Same(*pair) for pair in pairs)
    if query.combines is Combines.INTERSECT:
        return Select((left, right), same, None, (), outputs, distinct=True)
    in_right = Exists(Select((right,), same, None, (), ONE))
    return Select((left,), (Not(in_right),), None, (), outputs, distinct=True)
