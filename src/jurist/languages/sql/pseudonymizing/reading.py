"""A query read for what its values are of: sources, joins, outputs, keys, set operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from jurist.languages.effort import spend
from jurist.languages.pseudonymizing import Relation
from jurist.languages.sql.pseudonymizing.expressions import Expressions
from jurist.languages.sql.pseudonymizing.senses import COUNT, Family, Sense, Senses
from jurist.languages.sql.schemas.schema import Column, SqlSchema
from jurist.languages.sql.values import ValueType

_FAMILIES: Final = {
    ValueType.INTEGER: Family.NUMBER,
    ValueType.REAL: Family.NUMBER,
    ValueType.TEXT: Family.TEXT,
    ValueType.DATE: Family.TIME,
    ValueType.TIMESTAMP: Family.TIME,
    ValueType.BOOLEAN: Family.FLAG,
}
_GROUPED: Final = "rows are grouped or compared by a rounded number"
Outputs = tuple[Sense, ...]


def place_of(table: str, column: str) -> str:
    """What a column is called as a place, whatever its case."""
    return f"{table}.{column}".lower()


def family_of(column: Column) -> Family | None:
    """What a column holds; `None`: its type does not say it."""
    if column.values is not None and set(column.values) <= {0, 1}:
        return Family.FLAG
    return _FAMILIES.get(column.type)


@dataclass(slots=True)
class Scope:
    """The sources of a SELECT by their aliases, and what surrounds it."""

    outer: Scope | None
    common: Mapping[str, Mapping[str, Sense]]
    sources: dict[str, Mapping[str, Sense]] = field(default_factory=dict[str, Mapping[str, Sense]])

    def column(self, column: exp.Column) -> Sense | None:
        """What a qualified column is of."""
        scope: Scope | None = self
        while scope is not None:
            if column.table in scope.sources:
                return scope.sources[column.table].get(column.name)
            scope = scope.outer
        return None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads qualified trees into one `Senses`."""

    schema: SqlSchema
    senses: Senses

    def query(
        self,
        tree: exp.Expr,
        outer: Scope | None = None,
        common: Mapping[str, Mapping[str, Sense]] | None = None,
    ) -> Outputs:
        """What the columns of a query are of."""
        spend(10)
        common = self._with(tree, outer, common or {})
        self._keep_limits(tree)
        match tree:
            case exp.Select():
                return self._select(tree, outer, common)
            case exp.SetOperation():
                return self._set_operation(tree, outer, common)
            case _:  # in parentheses
                outputs = self.query(tree.this, outer, common)
                self._sort_outputs(tree, outputs)
                return outputs

    def _with(
        self, tree: exp.Expr, outer: Scope | None, common: Mapping[str, Mapping[str, Sense]]
    ) -> Mapping[str, Mapping[str, Sense]]:
        clause: exp.Expr | None = tree.args.get("with_")
        known = dict(common)
        if clause is None:
            return known
        for table in clause.expressions:
            name, query = table.alias.lower(), table.this
            if clause.args.get("recursive") and isinstance(query.unnest(), exp.SetOperation):
                # What it reads of itself is of what it begins with.
                first = self.query(query.unnest().this, outer, known)
                known[name] = _named(query, first)
            known[name] = _named(query, self.query(query, outer, known))
        return known

    def _set_operation(
        self, tree: exp.SetOperation, outer: Scope | None, common: Mapping[str, Mapping[str, Sense]]
    ) -> Outputs:
        left = self.query(tree.this, outer, common)
        right = self.query(tree.expression, outer, common)
        outputs = tuple(
            self.senses.meet(one, other) for one, other in zip(left, right, strict=False)
        )
        self._ask_all(outputs, Relation.EQUALITY)
        self._sort_outputs(tree, outputs)
        return outputs

    def _sort_outputs(self, tree: exp.Expr, outputs: Outputs) -> None:
        order = tree.args.get("order")
        for key in order.expressions if order is not None else ():
            if isinstance(key.this, exp.Literal):
                self._sort(self._at(key.this, outputs))

    def _select(
        self, tree: exp.Select, outer: Scope | None, common: Mapping[str, Mapping[str, Sense]]
    ) -> Outputs:
        scope = Scope(outer, common)
        begin = tree.args.get("from_")
        joins: list[exp.Join] = list(tree.args.get("joins") or ())
        if begin is not None:
            self._source(begin.this, scope, joins)
        for join in list(joins):
            self._source(join.this, scope, joins)
        read = Expressions(self.senses, self.schema.dialect, scope.column, self._inner(scope))
        for join in joins:
            self._condition(read, join.args.get("on"))
        for clause in ("where", "having", "qualify"):
            part = tree.args.get(clause)
            self._condition(read, None if part is None else part.this)
        for window in tree.args.get("windows") or ():
            read.window(window)
        outputs = tuple(read.value(output.unalias()) for output in tree.expressions)
        self._group(tree, read, outputs)
        order = tree.args.get("order")
        for key in order.expressions if order is not None else ():
            self._sort(self._key(key.this, read, outputs))
        return outputs

    def _group(self, tree: exp.Select, read: Expressions, outputs: Outputs) -> None:
        group: exp.Expr | None = tree.args.get("group")
        keys: list[exp.Expr] = []
        if group is not None:
            keys += group.expressions
            for name in ("rollup", "cube", "grouping_sets"):
                keys += group.args.get(name) or ()
        while keys:
            key = keys.pop()
            if isinstance(key, exp.Tuple | exp.Rollup | exp.Cube | exp.GroupingSets):
                keys += key.expressions
                continue
            self.senses.settled(self._key(key, read, outputs), _GROUPED)
        distinct = tree.args.get("distinct")
        if distinct is not None:
            on = distinct.args.get("on")
            by = tuple(map(read.value, on.expressions)) if on is not None else outputs
            self._ask_all(by, Relation.EQUALITY)

    def _condition(self, read: Expressions, tree: exp.Expr | None) -> None:
        if tree is not None:
            read.value(tree)

    def _ask_all(self, outputs: Sequence[Sense], relation: Relation) -> None:
        for sense in outputs:
            self.senses.ask(self.senses.settled(sense, _GROUPED), relation)

    def _sort(self, sense: Sense) -> None:
        self.senses.ask(
            self.senses.settled(sense, "rows are sorted by a rounded number"), Relation.ORDER
        )

    def _key(self, key: exp.Expr, read: Expressions, outputs: Outputs) -> Sense:
        """A key to sort or group by; a number is the position of an output."""
        is_position = isinstance(key, exp.Literal) and not key.is_string
        return self._at(key, outputs) if is_position else read.value(key)

    def _at(self, position: exp.Expr, outputs: Outputs) -> Sense:
        self.senses.keep(position)
        at = int(position.name) if position.name.isdigit() else 0
        return outputs[at - 1] if 1 <= at <= len(outputs) else COUNT

    def _keep_limits(self, tree: exp.Expr) -> None:
        for name in ("limit", "offset"):
            clause = tree.args.get(name)
            for literal in clause.find_all(exp.Literal) if clause is not None else ():
                self.senses.keep(literal)

    # --- sources --------------------------------------------------------------------------

    def _source(self, node: exp.Expr, scope: Scope, joins: list[exp.Join]) -> None:
        joins += node.args.get("joins") or ()
        match node:
            case exp.Table():
                scope.sources[node.alias] = self._table(node, scope)
            case exp.Subquery() if isinstance(node.this, exp.Query):
                outputs = self.query(node.this, scope.outer, scope.common)
                scope.sources[node.alias] = _named(node.this, outputs)
            case _:
                self._source(node.this, scope, joins)

    def _table(self, node: exp.Table, scope: Scope) -> Mapping[str, Sense]:
        name = node.name.lower()
        if name in scope.common:
            return scope.common[name]
        table = self.schema.table(name)
        return (
            {}
            if table is None
            else {
                column.name.lower(): self.senses.column(
                    place_of(table.name, column.name),
                    family_of(column),
                    is_whole=column.type is ValueType.INTEGER,
                )
                for column in table.columns
            }
        )

    def _inner(self, scope: Scope) -> Callable[[exp.Expr], Outputs]:
        def read(tree: exp.Expr) -> Outputs:
            return self.query(tree, scope, scope.common)

        return read


def _named(query: exp.Expr, outputs: Outputs) -> Mapping[str, Sense]:
    """The columns of a query in FROM or WITH by their names."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    names = (output.alias_or_name for output in query.expressions)
    return dict(zip(names, outputs, strict=False))
