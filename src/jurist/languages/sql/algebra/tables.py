"""FROM: tables, subqueries and joins as numbered sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra.conditions import conjuncts
from jurist.languages.sql.algebra.functions import refuse
from jurist.languages.sql.algebra.nodes import (
    Column,
    Expression,
    Join,
    Output,
    Query,
    Select,
    Source,
)
from jurist.languages.sql.algebra.numbers import Mixed, NumberKind, is_mixed, of_type, origin
from jurist.languages.sql.algebra.scopes import Common, Conversion, Named, Scope
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import all_queries
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.values import ValueType

Convert = Callable[[exp.Expr, Scope | None, dict[str, Common]], Query]
Condition = Callable[[exp.Expr], Expression]
_INNER: Final = {"", "INNER", "CROSS"}


@dataclass(slots=True)
class Tables:
    """Gathers the sources of one SELECT into its scope."""

    conversion: Conversion
    scope: Scope
    convert: Convert
    condition: Condition
    sources: list[Source] = field(default_factory=list[Source])
    where: list[Expression] = field(default_factory=list[Expression])
    """Conditions of inner joins."""

    def gather(self, first: exp.Expr, joins: list[exp.Join]) -> None:
        """Add what FROM names.

        Raises:
            UnsupportedError: It has no node.
        """
        self._add(first, Join.INNER)
        for join in joins:
            self._join(join)

    def _join(self, join: exp.Join) -> None:
        side, kind = (join.side or "").upper(), (join.kind or "").upper()
        if join.args.get("using") or join.method:
            raise refuse("a join whose columns are not resolved")
        if kind not in {*_INNER, "OUTER"} or side not in {"", "LEFT", "RIGHT", "FULL"}:
            raise refuse(f"a {side} {kind} JOIN")
        if side in {"RIGHT", "FULL"}:
            before = self.as_one()
            kept_on_left = side == "FULL"
        else:
            before, kept_on_left = None, True
        how = {"LEFT": Join.LEFT, "FULL": Join.FULL}.get(side, Join.INNER)
        if how is Join.LEFT and any(source.join is Join.FULL for source in self.sources):
            self.sources = [self.as_one()]
        self._add(join.this, how)
        on = join.args.get("on")
        conditions = () if on is None else conjuncts(self.condition(on))
        added = self.sources[-1]
        if before is not None and not kept_on_left:
            # what stood before is joined to the new source, that comes first
            self.sources = [added, replace(before, join=Join.LEFT, on=conditions)]
        elif how is Join.INNER:
            self.where.extend(conditions)
        else:
            self.sources[-1] = replace(added, on=conditions)

    def _add(self, tree: exp.Expr, join: Join) -> None:
        if isinstance(tree, exp.Table) and tree.args.get("joins"):
            tree = exp.Subquery(this=tree)
        match tree:
            case exp.Table():
                self._table(tree, join)
            case exp.Subquery() if isinstance(tree.this, (exp.Table, exp.Subquery)) and (
                isinstance(tree.this, exp.Table) or tree.this.args.get("joins")
            ):
                self._group(tree, join)
            case exp.Subquery():
                if tree.args.get("pivots") or tree.args.get("joins"):
                    raise refuse("PIVOT")
                query = self.convert(tree.this, self.scope.outer, dict(self.scope.common))
                self._query(query, tree.alias, tuple(tree.alias_column_names), join)
            case exp.Values():
                query = self.convert(tree, self.scope.outer, dict(self.scope.common))
                self._query(query, tree.alias, tuple(tree.alias_column_names), join)
            case _:
                raise refuse(f"{tree.key} in FROM")

    def _table(self, tree: exp.Table, join: Join) -> None:
        if any(tree.args.get(name) for name in ("pivots", "sample", "laterals", "version")):
            raise refuse("a table with a pivot, sample or version")
        name = tree.name.lower()
        common = None if tree.db else self.scope.common.get(name)
        if common is not None:
            query = self._written_out(common)
            columns = tuple(tree.alias_column_names) or common.columns
            self._query(query, tree.alias or name, columns, join)
            return
        table = self.conversion.schema.table(name)
        if table is None:
            raise refuse(f"the table {tree.name[:60]}, which is not in the schema,")
        number = self.conversion.next_source()
        names = tuple(column.name.lower() for column in table.columns)
        types = tuple(column.type for column in table.columns)
        self.sources.append(Source(number, name, names, types, join))
        columns = {
            name: Named(Column(number, name, kind), has_affinity=True, number=of_type(kind))
            for name, kind in zip(names, types, strict=True)
        }
        if self.conversion.dialect is Dialect.SQLITE:
            declared = zip(names, table.columns, strict=True)
            self.conversion.mixed.update(
                (number, name) for name, column in declared if is_mixed(column.declared)
            )
        aliases = tree.alias_column_names
        renamed = dict(zip((alias.lower() for alias in aliases), columns.values(), strict=False))
        self._name(tree.alias or name, number, renamed if aliases else columns)

    def _written_out(self, common: Common) -> Query:
        """A common table expression, where it is named.

        One that leaves something open must not leave it open twice.
        """
        query = self.convert(common.tree, None, dict(common.before))
        used = self.conversion.common_used.get(id(common.tree), 0)
        self.conversion.common_used[id(common.tree)] = used + 1
        if used and any(below.limit is not None for below in all_queries(query)):
            raise refuse("a common table expression with a LIMIT, named twice,")
        return query

    def _query(self, query: Query, alias: str, columns: tuple[str, ...], join: Join) -> None:
        number, kinds = self.conversion.next_source(), output_types(query)
        names = distinct_names(
            (*columns, *(output.name for output in query.outputs[len(columns) :]))
        )
        self.sources.append(Source(number, query, names, kinds, join))
        named = derived(number, query, names, kinds, self.conversion.mixed)
        if self.conversion.dialect is Dialect.SQLITE:
            sure = {NumberKind.INTEGER, NumberKind.REAL}
            self.conversion.mixed.update(
                (number, name) for name, column in named.items() if column.number not in sure
            )
        self._name(alias, number, named)

    def _name(self, alias: str, number: int, columns: dict[str, Named]) -> None:
        self.scope.own.add(number)
        name = alias.lower() or f"#{number}"
        if name in self.scope.tables:
            raise refuse(f"two tables of the name {name[:60]}")
        self.scope.tables[name] = columns

    def _group(self, tree: exp.Subquery, join: Join) -> None:
        """A join in brackets is a query of its own; its tables keep their names."""
        first = tree.this
        inner = Tables(self.conversion, self.scope, self.convert, self.condition)
        bare = first.copy()
        joins: list[exp.Join] = bare.args.get("joins") or []
        bare.set("joins", None)
        inner.gather(bare, joins)
        if join is Join.INNER and not any(
            source.join is not Join.INNER for source in inner.sources
        ):
            self.sources.extend(inner.sources)
            self.where.extend(inner.where)
        else:
            self.sources.append(replace(inner.as_one(), join=join))
        if tree.alias:
            raise refuse("a join in brackets with a name")

    def as_one(self) -> Source:
        """What has been gathered as a single source, to whose columns all names now lead."""
        if len(self.sources) == 1 and not self.where and self.sources[0].join is Join.INNER:
            return self.sources[0]
        number = self.conversion.next_source()
        columns = [
            Column(source.id, name, kind)
            for source in self.sources
            for name, kind in zip(source.columns, source.types, strict=True)
        ]
        names = tuple(f"{column.name}${column.source}" for column in columns)
        outputs = tuple(Output(name, column) for name, column in zip(names, columns, strict=True))
        query = Select(tuple(self.sources), tuple(self.where), None, (), outputs)
        moved = {
            column: Column(number, name, column.type)
            for name, column in zip(names, columns, strict=True)
        }
        self.conversion.mixed.update(
            (number, moved[column].name)
            for column in columns
            if (column.source, column.name) in self.conversion.mixed
        )
        for table in self.scope.tables.values():
            for name, named in table.items():
                if isinstance(named.value, Column) and named.value in moved:
                    table[name] = replace(named, value=moved[named.value])
        self.scope.own.add(number)
        whole = Source(number, query, names, tuple(column.type for column in columns))
        self.sources, self.where = [whole], []
        return whole


def derived(
    number: int,
    query: Query,
    names: tuple[str, ...],
    kinds: tuple[ValueType, ...],
    mixed: Mixed,
) -> dict[str, Named]:
    """The columns of a subquery as a source."""
    return {
        name: Named(Column(number, name, kind), *origin(query, place, mixed))
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }


def distinct_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names for the columns of a source: lower-cased, those that repeat made different."""
    taken: list[str] = []
    for place, name in enumerate(names):
        low = name.lower() or f"column{place}"
        while low in taken:
            low += "'"
        taken.append(low)
    return tuple(taken)
