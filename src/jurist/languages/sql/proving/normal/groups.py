"""GROUP BY: what is WHERE, DISTINCT or no group at all; aggregates of aggregates."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Call,
    Case,
    Collects,
    Column,
    Compares,
    Comparison,
    Constant,
    Expression,
    IsNull,
    Output,
    Query,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.types import output_types, type_of
from jurist.languages.sql.algebra.walking import (
    Change,
    asks_query,
    free_columns,
    grouped_expressions,
    has_aggregate,
    parts,
    subqueries,
    transform_own,
    walk,
    with_grouped,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import determined, never_null, output_never_null
from jurist.languages.sql.proving.normal.blocks import (
    aggregates,
    has_window,
    is_whole,
    union_branches,
)
from jurist.languages.sql.values import ValueType

_ROLLED: Final = {
    Collects.COUNT: Collects.SUM,
    Collects.SUM: Collects.SUM,
    Collects.MIN: Collects.MIN,
    Collects.MAX: Collects.MAX,
}
"""What aggregates, over groups of groups, an aggregate over the groups."""


def having_to_where(block: Select) -> Select | None:
    """A condition on the keys alone keeps whole groups, so it may keep their rows before."""
    if not block.group or not block.having:
        return None
    keys = set(block.group)
    own = {source.id for source in block.sources}
    moved = [part for part in block.having if not has_aggregate(part) and _of_keys(part, keys, own)]
    if not moved:
        return None
    rest = tuple(part for part in block.having if part not in moved)
    return replace(block, where=(*block.where, *moved), having=rest)


def extreme_to_where(block: Select) -> Select | None:
    """HAVING MAX(x) > c keeps the groups in which a row has such an x: WHERE x > c.

    Only where nothing else is asked of the rows of the groups, which are fewer then.
    """
    if not block.group or len(block.having) != 1 or has_window(block):
        return None
    shown = grouped_expressions(replace(block, having=()))
    own = {source.id for source in block.sources}
    keys = set(block.group)
    if not all(not has_aggregate(value) and _of_keys(value, keys, own) for value in shown):
        return None
    match block.having[0]:
        case Comparison(compares, Aggregate() as extreme, bound):
            pass
        case Comparison(compares, bound, Aggregate() as extreme):
            compares = compares.mirrored
        case _:
            return None
    if has_aggregate(bound) or not _of_keys(bound, keys, own) or extreme.argument is None:
        return None
    wanted = {Compares.GT: Collects.MAX, Compares.GE: Collects.MAX}
    wanted |= {Compares.LT: Collects.MIN, Compares.LE: Collects.MIN}
    if wanted.get(compares) is not extreme.collects:
        return None
    condition = Comparison(compares, extreme.argument, bound)
    return replace(block, where=(*block.where, condition), having=())


def _of_keys(value: Expression, keys: set[Expression], own: set[int]) -> bool:
    if value in keys:
        return True
    if isinstance(value, Column):
        return value.source not in own
    if any(
        column.source in own and column not in keys
        for query in subqueries(value)
        for column in free_columns(query)
    ):
        return False
    return all(_of_keys(part, keys, own) for part in parts(value))


def constant_keys(block: Select) -> Select | None:
    """A key that is a constant tells no rows apart; a single one left keeps groups from none."""
    if not block.group or len(block.group) == 1:
        return None
    kept = tuple(dict.fromkeys(key for key in block.group if not isinstance(key, Constant)))
    kept = kept or block.group[:1]
    return None if kept == block.group else replace(block, group=kept)


def to_distinct(block: Select) -> Select | None:
    """Groups of which only the keys are shown, all of them, are the distinct rows of keys."""
    if not block.group or block.having or aggregates(block) or has_window(block):
        return None
    shown = [output.value for output in block.outputs]
    if not all(key in shown or isinstance(key, Constant) for key in block.group):
        return None
    keys = set(block.group)
    own = {source.id for source in block.sources}
    if not all(_of_keys(value, keys, own) for value in grouped_expressions(block)):
        return None
    return replace(block, group=None, distinct=True)


def single_rows(block: Select, facts: Facts) -> Select | None:
    """Groups whose keys determine the row of every source have one row each, and are its row."""
    if not block.group or has_window(block):
        return None
    sources, _ = determined(block, block.group, facts)
    if len(sources) != len(block.sources):
        return None
    if any(
        isinstance(part, Aggregate) and part.collects is Collects.OTHER
        for value in grouped_expressions(block)
        for part in walk(value)
    ):
        return None

    def change(part: Expression) -> Expression | None:
        return _of_one_row(part) if isinstance(part, Aggregate) else None

    moved = _with_values(block, change)
    return replace(moved, group=None, having=(), where=(*block.where, *moved.having))


def _of_one_row(aggregate: Aggregate) -> Expression:
    """An aggregate over a single row."""
    argument = aggregate.argument
    one, zero = Constant(1, ValueType.INTEGER), Constant(0, ValueType.INTEGER)
    if argument is None:
        return one
    if aggregate.collects is Collects.COUNT:
        return Case(((IsNull(argument), zero),), one)
    if aggregate.type is ValueType.REAL and type_of(argument) is not ValueType.REAL:
        return Call("cast", (argument,), ValueType.REAL)
    return argument


def counts_of_rows(block: Select, facts: Facts) -> Select | None:
    """COUNT of what is NULL in no row counts the rows."""
    if block.group is None:
        return None
    rows = replace(block, group=None, having=(), order=())
    found = False

    def change(part: Expression) -> Expression | None:
        nonlocal found
        if not isinstance(part, Aggregate) or part.argument is None or part.distinct:
            return None
        if part.collects is not Collects.COUNT or not never_null(part.argument, rows, facts):
            return None
        found = True
        return replace(part, argument=None)

    changed = _with_values(block, change)
    return changed if found else None


def distinct_of_keys(block: Select, facts: Facts) -> Select | None:
    """COUNT(DISTINCT x), where no two rows have the same x, is COUNT(x); SUM and AVG as well.

    So it is where x determines the row of every source, within the whole block.
    """
    if block.group is None:
        return None
    found = False

    def change(part: Expression) -> Expression | None:
        nonlocal found
        if not isinstance(part, Aggregate) or not part.distinct or part.argument is None:
            return None
        if part.collects is Collects.OTHER:
            return None
        sources, _ = determined(block, (*(block.group or ()), part.argument), facts)
        if len(sources) != len(block.sources):
            return None
        found = True
        return replace(part, distinct=False)

    changed = _with_values(block, change)
    return changed if found else None


def over_distinct(block: Select, facts: Facts) -> Select | None:
    """Aggregates over DISTINCT rows of the keys and one column more take DISTINCT values of it.

    Within a group the keys are the same, so that no two rows have the same value there.
    """
    if block.group is None or len(block.sources) != 1 or has_window(block) or block.where:
        return None
    source = block.sources[0]
    inner = source.of
    if not isinstance(inner, Select) or not inner.distinct or not is_whole(inner):
        return None
    others = [column for column in source.values if column not in block.group]
    if len(others) != 1 or any(map(asks_query, grouped_expressions(block))):
        return None
    only = others[0]
    counts_all = output_never_null(inner, source.values.index(only), facts)
    fine = True

    def change(part: Expression) -> Expression | None:
        nonlocal fine
        if not isinstance(part, Aggregate):
            return None
        if part.argument is None and counts_all:
            return replace(part, argument=only, distinct=True)
        if part.argument != only or part.collects is Collects.OTHER:
            fine = False
        is_extreme = part.collects in {Collects.MIN, Collects.MAX}
        return part if is_extreme else replace(part, distinct=True)

    changed = replace(
        _with_values(block, change),
        sources=(replace(source, of=replace(inner, distinct=False)),),
    )
    return changed if fine else None


def _with_values(block: Select, change: Change) -> Select:
    """The block with its HAVING, outputs and keys changed, no subqueries in them."""
    return with_grouped(block, partial(transform_own, change=change))


def rolled_up(block: Select) -> Select | None:
    """Aggregates over groups of a subquery's groups are aggregates over its rows.

    The subquery's groups (or those of the branches of a UNION ALL) divide its rows; the block
    puts them together by their keys. SUM of COUNT is COUNT, of sums and extremes are sums and
    extremes, NULL where there is no value in either. Not: SUM of COUNT over no groups, NULL
    where COUNT is 0 (unless there always is one); COUNT(*) of groups; DISTINCT but of a key.
    """
    if block.group is None or len(block.sources) != 1 or has_window(block):
        return None
    source = block.sources[0]
    if isinstance(source.of, str):
        return None
    branches = list(union_branches(source.of))
    if not all(_is_grouped(branch) for branch in branches):
        return None
    grouped = [branch for branch in branches if isinstance(branch, Select)]
    if block.group and not all(branch.group for branch in grouped):
        # a branch without rows has a group all the same, with NULL for its keys
        return None
    always = all(branch.group == () for branch in grouped)
    roles = [_role(grouped, place) for place in range(len(source.columns))]
    if None in roles:
        return None
    role = dict(zip(source.columns, roles, strict=True))
    if any(map(asks_query, (*grouped_expressions(block), *block.where))):
        return None
    changed = _rolled(block, source.id, role, always=always)
    if changed is None:
        return None
    view = _rows_of(source.of)
    types = output_types(view)
    return replace(changed, sources=(replace(source, of=view, types=types),))


def _is_grouped(query: Query) -> bool:
    if not isinstance(query, Select) or query.group is None:
        return False
    return not query.having and not query.distinct and is_whole(query)


def _role(branches: list[Select], place: int) -> Aggregate | str | None:
    """What a column of groups is: `key`, or the aggregate that it holds in all branches."""
    values = [branch.outputs[place].value for branch in branches]
    if all(value in (branch.group or ()) for value, branch in zip(values, branches, strict=True)):
        return "key"
    first = values[0]
    if not isinstance(first, Aggregate) or first.distinct or first.collects not in _ROLLED:
        return None
    alike = all(
        isinstance(value, Aggregate) and not value.distinct and value.collects is first.collects
        for value in values
    )
    return first if alike else None


def _rolled(
    block: Select, source: int, role: dict[str, Aggregate | str | None], *, always: bool
) -> Select | None:
    """The block over rows in the place of groups, of which there always are some or not."""
    fine = True

    def change(part: Expression) -> Expression | None:
        nonlocal fine
        if isinstance(part, Column) and part.source == source:
            fine = fine and role[part.name] == "key"
            return part
        if not isinstance(part, Aggregate):
            return None
        argument = part.argument
        if part.parameters or not isinstance(argument, Column) or argument.source != source:
            fine = False
            return part
        held = role[argument.name]
        if not isinstance(held, Aggregate):
            fine = fine and (part.distinct or part.collects in {Collects.MIN, Collects.MAX})
            return part
        if part.distinct or part.collects is not _ROLLED[held.collects]:
            fine = False
            return part
        if held.collects is not Collects.COUNT:
            return part
        if not block.group and (not always or block.where):
            fine = False
        return Aggregate(Collects.COUNT, argument, distinct=False, type=ValueType.INTEGER)

    changed = replace(
        _with_values(block, change),
        where=tuple(transform_own(part, change) for part in block.where),
        group=tuple(transform_own(key, change) for key in block.group or ()),
    )
    return changed if fine else None


def _rows_of(query: Query) -> Query:
    """Of each row what the aggregates of its group collect."""
    if isinstance(query, SetOperation):
        return replace(query, left=_rows_of(query.left), right=_rows_of(query.right), order=())
    outputs = tuple(Output(output.name, _collected(output.value)) for output in query.outputs)
    return replace(query, group=None, outputs=outputs, order=())


def _collected(value: Expression) -> Expression:
    if not isinstance(value, Aggregate):
        return value
    return Constant(1, ValueType.INTEGER) if value.argument is None else value.argument
