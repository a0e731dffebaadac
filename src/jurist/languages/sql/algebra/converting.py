"""Qualified trees of sqlglot to the algebra, which knows no dialects.

`text/resolving` has resolved names, stars, USING and NATURAL before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra import grouping
from jurist.languages.sql.algebra.aggregates import sort_keys
from jurist.languages.sql.algebra.conditions import conjuncts
from jurist.languages.sql.algebra.expressions import Expressions
from jurist.languages.sql.algebra.functions import refuse
from jurist.languages.sql.algebra.nodes import (
    Column,
    Combines,
    Expression,
    Output,
    Query,
    Select,
    SetOperation,
    Window,
)
from jurist.languages.sql.algebra.numbers import number_kind
from jurist.languages.sql.algebra.scopes import Common, Conversion, Named, Scope
from jurist.languages.sql.algebra.tables import Tables
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import has_aggregate, walk
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.collating import fold_tree, refuse_other_order
from jurist.languages.sql.text.resolving.qualifying import qualified

_COMBINES: Final[dict[type[exp.SetOperation], Combines]] = {
    exp.Union: Combines.UNION,
    exp.Except: Combines.EXCEPT,
    exp.Intersect: Combines.INTERSECT,
}
_NO_NODE: Final = (
    *("qualify", "windows", "laterals", "connect", "sample", "pivots", "match", "into"),
    *("cluster", "distribute", "sort", "settings", "prewhere", "kind", "locks"),
)


def converted(schema: SqlSchema, *queries: SqlQuery) -> tuple[Query, ...]:
    """What queries mean under a schema, each source with a number of its own.

    Where the dialect takes texts for equal, the constants are folded (`text/collating`).

    Raises:
        UnsupportedError: See `convert`.
    """
    refuse_other_order(schema, *queries)
    fresh = count(1)
    trees = [qualified(query, schema) for query in queries]
    for tree in trees:
        fold_tree(tree, schema)
    return tuple(convert(tree, schema, fresh) for tree in trees)


def as_spelled(schema: SqlSchema, query: SqlQuery) -> Query:
    """What a query means, for who tells it: with its texts in its own spelling.

    Raises:
        UnsupportedError: See `convert`.
    """
    return convert(qualified(query, schema), schema, count(1))


def convert(tree: exp.Expr, schema: SqlSchema, fresh: Iterator[int]) -> Query:
    """What a qualified tree means under a schema, in the schema's dialect.

    Args:
        tree: As `text/resolving` made it; it is not changed.
        schema: The tables, with their types.
        fresh: Numbers for sources, from 1 on, shared by both queries of a pair.

    Raises:
        UnsupportedError: Something in it has no node; it is named.
    """
    return _Converter(Conversion(schema, fresh)).query(tree, None, {})


@dataclass(frozen=True, slots=True)
class _Converter:
    conversion: Conversion

    def query(self, tree: exp.Expr, outer: Scope | None, common: dict[str, Common]) -> Query:
        """A query, inside a scope where it is a subquery."""
        common = self._with(tree, common)
        match tree:
            case exp.Subquery() | exp.Paren():
                return self._cut(tree, self.query(tree.this, outer, common))
            case exp.SetOperation():
                return self._set_operation(tree, outer, common)
            case exp.Values():
                return self._values(tree, outer, common)
            case exp.Select():
                return self._select(tree, outer, common)
            case _:
                raise refuse(f"{tree.key} as a query")

    def _with(self, tree: exp.Expr, common: dict[str, Common]) -> dict[str, Common]:
        clause = tree.args.get("with_")
        if clause is None:
            return common
        if clause.args.get("recursive") and _names_itself(clause):
            raise refuse("a recursive common table expression")
        for expression in clause.expressions:
            names = tuple(column.lower() for column in expression.alias_column_names)
            name = expression.alias.lower()
            common = {**common, name: Common(expression.this, names, common)}
        return common

    # --- set operations -----------------------------------------------------------------

    def _set_operation(
        self, tree: exp.SetOperation, outer: Scope | None, common: dict[str, Common]
    ) -> Query:
        if tree.args.get("by_name") or tree.args.get("side") or tree.args.get("on"):
            raise refuse("a set operation by names")
        left = self.query(tree.this, outer, common)
        right = self.query(tree.expression, outer, common)
        if len(left.outputs) != len(right.outputs):
            raise refuse("a set operation of sides with different numbers of columns")
        every = tree.args.get("distinct") is False
        whole = SetOperation(_COMBINES[type(tree)], every, left, right)
        return self._cut(tree, whole)

    def _cut(self, tree: exp.Expr, query: Query) -> Query:
        """ORDER BY, LIMIT and OFFSET of a set operation, or of a query in brackets."""
        order, limit, offset = tree.args.get("order"), *_limits(tree)
        if order is None and limit is None and not offset:
            return query
        if isinstance(query, Select) or query.order or query.limit is not None:
            raise refuse("ORDER BY or LIMIT of a query in brackets")
        names, kinds = [output.name.lower() for output in query.outputs], output_types(query)

        def key(of: exp.Expr) -> Expression:
            if isinstance(of, exp.Literal) and not of.is_string:
                place = _position(of, len(names))
            elif isinstance(of, exp.Column) and names.count(of.name.lower()) == 1:
                place = names.index(of.name.lower())
            else:
                raise refuse("ORDER BY of a set operation by what is no output")
            if names.count(names[place]) != 1:
                raise refuse("ORDER BY of a set operation with two outputs of one name")
            return Column(0, query.outputs[place].name, kinds[place])

        keys = sort_keys(order, key, self.conversion.dialect)
        return replace(query, order=keys, limit=limit, offset=offset)

    def _values(self, tree: exp.Values, outer: Scope | None, common: dict[str, Common]) -> Query:
        scope = Scope(outer, common)
        expressions = self._expressions(scope)
        rows: list[Query] = []
        for row in tree.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            outputs = tuple(
                Output(f"column{place}", expressions.value(cell))
                for place, cell in enumerate(cells, 1)
            )
            rows.append(Select((), (), None, (), outputs))
        whole = rows[0]
        for row in rows[1:]:
            if len(row.outputs) != len(whole.outputs):
                raise refuse("VALUES of rows of several lengths")
            whole = SetOperation(Combines.UNION, True, whole, row)  # noqa: FBT003 - a field
        return whole

    # --- SELECT -------------------------------------------------------------------------

    def _expressions(self, scope: Scope) -> Expressions:
        def inner(tree: exp.Expr, inside: Scope) -> Query:
            return self.query(tree, inside, dict(inside.common))

        return Expressions(self.conversion, scope, inner)

    def _select(self, tree: exp.Select, outer: Scope | None, common: dict[str, Common]) -> Query:
        for name in _NO_NODE:
            if tree.args.get(name):
                raise refuse(f"SELECT with {name}")
        scope = Scope(outer, common)
        expressions = self._expressions(scope)
        tables = Tables(self.conversion, scope, self.query, expressions.condition)
        from_ = tree.args.get("from_")
        if from_ is not None:
            tables.gather(from_.this, tree.args.get("joins") or [])
        where = list(tables.where)
        if tree.args.get("where") is not None:
            where.extend(conjuncts(expressions.condition(tree.args["where"].this)))
        whole = Select(tuple(tables.sources), tuple(where), None, (), ())
        group = tree.args.get("group")
        if group is not None and group.args.get("all"):
            raise refuse("GROUP BY ALL")
        plan = grouping.plan(group)
        if plan is None:
            return self._finish(tree, scope, whole, None)
        keys = [self._key(key, tree, scope) for key in plan.keys]
        if len(plan.sets) == 1:
            return self._finish(tree, scope, whole, tuple(keys[key] for key in plan.sets[0]))
        branches: list[Select] = []
        for chosen in plan.sets:
            kept = tuple(keys[key] for key in chosen)
            scope.grouping = kept, tuple(key for key in keys if key not in kept)
            scope.aliases.clear()
            branches.append(self._finish(tree, scope, whole, kept))
        return grouping.union(branches, self.conversion.fresh)

    def _key(self, key: exp.Expr, tree: exp.Select, scope: Scope) -> Expression:
        """A key of GROUP BY: a position, an alias or an expression."""
        key = key.unnest()
        if isinstance(key, exp.Literal) and not key.is_string:
            key = tree.expressions[_position(key, len(tree.expressions))].unalias()
        elif isinstance(key, exp.Column) and not key.table:
            aliased = [part for part in tree.expressions if part.alias == key.name]
            names = [table for table in scope.tables.values() if key.name.lower() in table]
            if aliased and not names:
                key = aliased[0].unalias()
        return self._expressions(scope).value(key)

    def _finish(
        self,
        tree: exp.Select,
        scope: Scope,
        whole: Select,
        group: tuple[Expression, ...] | None,
    ) -> Select:
        """HAVING, outputs, DISTINCT, ORDER BY and LIMIT over rows or groups."""
        expressions = self._expressions(scope)
        outputs: list[Output] = []
        for written in tree.expressions:
            inner = written.unalias()
            if isinstance(inner, (exp.Star, exp.Tuple)) or (
                isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
            ):
                raise refuse("a star or a row as a column")
            value = expressions.value(inner)
            outputs.append(Output(written.alias_or_name, value))
            affine = isinstance(inner.unnest(), exp.Cast) or (
                isinstance(inner, exp.Column) and scope.column(inner).has_affinity
            )
            alias = written.alias_or_name.lower()
            scope.aliases.setdefault(alias, Named(value, affine, number_kind(value)))
        having: tuple[Expression, ...] = ()
        if tree.args.get("having") is not None:
            having = conjuncts(expressions.condition(tree.args["having"].this))

        def key(of: exp.Expr) -> Expression:
            inner = of.unnest()
            if isinstance(inner, exp.Literal) and not inner.is_string:
                return outputs[_position(inner, len(outputs))].value
            if isinstance(inner, exp.Column) and not inner.table:
                named = scope.aliases.get(inner.name.lower())
                if named is not None:
                    return named.value
            return expressions.value(of)

        order = sort_keys(tree.args.get("order"), key, self.conversion.dialect)
        values = (*(output.value for output in outputs), *(key.value for key in order))
        if group is None and (having or any(has_aggregate(value) for value in values)):
            group = ()
        if any(isinstance(part, Window) for cond in (*having, *whole.where) for part in walk(cond)):
            raise refuse("a window in a condition")
        distinct = tree.args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            raise refuse("DISTINCT ON")
        limit, offset = _limits(tree)
        return grouping.blanked(
            Select(
                whole.sources,
                whole.where,
                group,
                having,
                tuple(outputs),
                distinct is not None,
                order,
                limit,
                offset,
            ),
            scope.grouping,
        )


def _names_itself(clause: exp.Expr) -> bool:
    return any(
        table.name.lower() == expression.alias.lower()
        for expression in clause.expressions
        for table in expression.this.find_all(exp.Table)
    )


def _position(literal: exp.Literal, columns: int) -> int:
    place = int(literal.name) if literal.name.isdecimal() else 0
    if not 1 <= place <= columns:
        raise refuse(f"the position {literal.name[:20]}, where there is no column,")
    return place - 1


def _limits(tree: exp.Expr) -> tuple[int | None, int]:
    """LIMIT and OFFSET, in either spelling."""
    limit, offset = tree.args.get("limit"), tree.args.get("offset")
    if isinstance(limit, exp.Fetch):
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise refuse("FETCH with PERCENT or TIES")
        count = limit.args.get("count")
        most: int | None = 1 if count is None else _whole(count)
    else:
        most = None if limit is None else _whole(limit.expression)
        if limit is not None and (limit.expressions or limit.args.get("limit_options")):
            raise refuse("such a LIMIT")
    return most, 0 if offset is None else _whole(offset.expression) or 0


def _whole(tree: exp.Expr) -> int | None:
    """A number of rows; `None`: all of them, as SQLite reads a negative one."""
    inner = tree.unnest()
    if isinstance(inner, exp.Literal) and inner.name.isdecimal():
        return int(inner.name)
    if isinstance(inner, exp.Neg) and inner.this.name.isdecimal() and int(inner.this.name):
        return None
    raise refuse("a LIMIT or OFFSET that is no number")
