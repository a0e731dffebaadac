"""Every name of a query resolved under a schema: sources, columns, stars, aliases, positions.

Where an output's alias may be named, and whether a column of that name comes first, is the
dialect's: PostgreSQL's manual, SELECT (GROUP BY, ORDER BY); MySQL's, SELECT;
https://www.sqlite.org/lang_select.html; DuckDB as its engine answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.mistakes import quoted
from jurist.languages.nearest import NearestNames
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import Resolving
from jurist.languages.sql.text.resolving.outputs import (
    Outputs,
    name_outputs,
    named,
    star,
    with_unwritten_name,
    written_aliases,
    written_names,
)
from jurist.languages.sql.text.resolving.positions import place_group_keys, place_sort_keys
from jurist.languages.sql.text.resolving.scopes import Place, Scope, Source, resolve_column

_MOST_COLUMNS: Final = 2_000
_ALIASES_IN_WHERE: Final = {Dialect.SQLITE, Dialect.DUCKDB}
_ALIASES_IN_KEYS: Final = {Dialect.SQLITE, Dialect.DUCKDB, Dialect.MYSQL}
"""Within expressions of GROUP BY, HAVING and ORDER BY; as a whole key every dialect has them."""


def resolve_query(query: exp.Expr, place: Place) -> Outputs:
    """Resolve a query in place, and say what its columns are.

    Raises:
        UnsupportedError: It is none, or has a source or join that is not known here.
        OutOfSteps: The steps were used up.
    """
    spend(10)
    place = _with(query, place)
    if isinstance(query, exp.Select):
        return _select(query, place)
    if isinstance(query, exp.Subquery):
        outputs = resolve_query(query.this, place)
        _sort_outputs(query, (outputs,))
        return outputs
    if not isinstance(query, exp.SetOperation):
        raise _unsupported(query)
    left = resolve_query(query.this, place)
    right = resolve_query(query.expression, place)
    if len(left.names) != len(right.names):
        place.resolving.report(
            "different_widths",
            query.expression,
            f"{len(right.names)} columns",
            f"as many as on the other side ({len(left.names)})",
        )
    _sort_outputs(query, (left, right) if place.resolving.dialect is Dialect.SQLITE else (left,))
    return left


def _unsupported(node: exp.Expr) -> UnsupportedError:
    return UnsupportedError(
        f"{quoted(node.sql()[:60])} is not supported as a source of rows",
        expected="tables, queries and joins of them",
        fix="put it otherwise",
    )


def _with(query: exp.Expr, place: Place) -> Place:
    clause = query.args.get("with_")
    if clause is None:
        return place
    known = dict(place.common)
    if place.resolving.dialect is Dialect.SQLITE:  # where one may name those after it
        clause.set("expressions", _in_order_of_use(clause.expressions))
    for table in clause.expressions:
        name, alias = table.alias.lower(), table.args["alias"]
        if clause.args.get("recursive"):
            columns = tuple(column.name.lower() for column in alias.columns)
            known[name] = columns or written_names(table.this)
        outputs = resolve_query(table.this, Place(place.resolving, known, place.outer))
        known[name] = name_outputs(outputs, alias, place.resolving)
    return Place(place.resolving, known, place.outer)


def _in_order_of_use(tables: Sequence[exp.Expr]) -> list[exp.Expr]:
    waiting = {table.alias.lower(): table for table in tables}
    ordered: list[exp.Expr] = []
    while waiting:
        for name, table in waiting.items():
            used = {source.name.lower() for source in table.find_all(exp.Table)}
            spend(len(used) + 1)
            if not used & (waiting.keys() - {name}):
                break
        else:
            name = next(iter(waiting))  # in a circle, which is found when names are resolved
        ordered.append(waiting.pop(name))
    return ordered


# --- SELECT ---------------------------------------------------------------------------------


def _select(select: exp.Select, place: Place) -> Outputs:
    scope = Scope(place)
    dialect = place.resolving.dialect
    begin = select.args.get("from_")
    if begin is not None:
        _source(begin.this, scope)
    _joins(select.args.get("joins") or (), scope)
    names = _projections(select, scope)
    aliases = written_aliases(select.expressions)

    scope.aliases = aliases if dialect in _ALIASES_IN_WHERE else {}
    for clause in ("where", "qualify", "distinct"):
        _clause(select, clause, scope)
    place_group_keys(select, names, scope)
    scope.aliases = aliases if dialect in _ALIASES_IN_KEYS else {}
    _clause(select, "group", scope)
    _clause(select, "having", scope)
    for window in select.args.get("windows") or ():
        _expression(window, scope)
    place_sort_keys(select, names, aliases, place.resolving)
    _clause(select, "order", scope)
    scope.aliases = {}
    return Outputs(names, select, scope)


def _projections(select: exp.Select, scope: Scope) -> tuple[str, ...]:
    outputs: list[exp.Expr] = []
    for projection in select.expressions:
        if projection.is_star:
            outputs += star(projection, scope)
        else:
            if scope.resolving.dialect is Dialect.DUCKDB:  # there outputs name those before them
                scope.aliases = written_aliases(outputs)
            outputs.append(_projection(projection, scope))
        if len(outputs) > _MOST_COLUMNS:
            raise UnsupportedError(
                f"a result of more than {_MOST_COLUMNS} columns",
                expected="fewer",
                fix="name those that are meant",
            )
    scope.aliases = {}
    select.set("expressions", outputs)
    return tuple(projection.alias for projection in outputs)


def _projection(projection: exp.Expr, scope: Scope) -> exp.Expr:
    if isinstance(projection, exp.Alias):
        return named(_expression(projection.this, scope), projection.alias.lower())
    if isinstance(projection, exp.Subquery) and projection.alias:  # the parser's own shape of it
        alias = projection.alias.lower()
        projection.set("alias", None)
        return named(_expression(projection, scope), alias)
    name = projection.name.lower() if isinstance(projection, exp.Column) else ""
    return with_unwritten_name(_expression(projection, scope), name or scope.resolving.new_name())


def _sort_outputs(query: exp.Query, sides: Sequence[Outputs]) -> None:
    """ORDER BY of a set operation, or of a query in parentheses, names outputs alone.

    In SQLite those of either side, or by an expression that is one.
    """
    order = query.args.get("order")
    scope = sides[0].scope
    if order is None or scope is None:
        return
    for side in sides:
        place_sort_keys(query, side.names, {}, scope.resolving)
    for key in order.expressions:
        if isinstance(key.this, exp.Literal):
            continue
        at = next(filter(None, (_output_at(key.this, side) for side in sides)), 0)
        if at:
            key.set("this", exp.Literal.number(at))
        else:
            scope.resolving.report(
                "unknown_column",
                key,
                f"{quoted(key.this.sql())} to sort by",
                "a column of the result, by its name or position",
                NearestNames(sides[0].names).nearest(key.this.name),
            )


def _output_at(term: exp.Expr, side: Outputs) -> int:
    """The position of an output that is an expression; 0 where none is."""
    if side.select is None or side.scope is None:
        return 0
    of = side.scope.resolving
    silent = Resolving(of.schema, of.dialect)
    scope = Scope(Place(silent, side.scope.place.common, side.scope.place.outer))
    scope.sources, scope.merged = side.scope.sources, side.scope.merged
    value = _expression(term.copy(), scope)
    values = [projection.this for projection in side.select.expressions]
    return values.index(value) + 1 if value in values and not silent.findings else 0


# --- sources --------------------------------------------------------------------------------

_KINDS: Final = {"", "INNER", "OUTER", "CROSS"}
_METHODS: Final = {"", "NATURAL"}


def _joins(joins: Sequence[exp.Join], scope: Scope) -> None:
    later = scope.resolving.dialect is Dialect.SQLITE
    for join in joins:
        if (join.kind or "").upper() not in _KINDS or (join.method or "").upper() not in _METHODS:
            raise _unsupported(join)
        before = len(scope.sources)
        _source(join.this, scope)
        _merge(join, scope, before)
        if not later:
            _clause(join, "on", scope)
    for join in joins if later else ():  # there a condition may name what comes after it
        _clause(join, "on", scope)


def _merge(join: exp.Join, scope: Scope, before: int) -> None:
    natural = (join.method or "").upper() == "NATURAL"
    using = join.args.get("using")
    if not natural and not using:
        return
    if len(scope.sources) != before + 1:
        raise _unsupported(join)
    names = [name.name.lower() for name in using or ()]
    if natural:
        right = scope.sources[-1].columns
        earlier = {name for source in scope.sources[:-1] for name in source.columns}
        names = [name for name, _ in scope.shown if name in earlier and name in right]
    condition = scope.merge(list(dict.fromkeys(names)), (join.side or "").upper(), join)
    join.set("using", None)
    join.set("method", None)
    join.set("on", condition)


def _source(node: exp.Expr, scope: Scope) -> None:
    alias = node.args.get("alias")
    name = node.alias.lower()
    joins = node.args.get("joins") or ()
    if isinstance(node, exp.Table):
        name = name or node.name.lower()
        columns = _columns(node, scope)
        _set_alias(node, name)
        scope.add(Source(name, columns or (), columns is not None), node)
        _joins(joins, scope)
    elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query) and not joins:
        outputs = resolve_query(node.this, scope.place)
        names = name_outputs(outputs, alias, scope.resolving)
        name = name or scope.resolving.new_name()
        _set_alias(node, name)
        scope.add(Source(name, names), node)
    elif isinstance(node, exp.Subquery | exp.Paren) and not name:
        _source(node.this, scope)
        _joins(joins, scope)
    else:
        raise _unsupported(node)


def _columns(table: exp.Table, scope: Scope) -> tuple[str, ...] | None:
    name = table.name.lower()
    schema, common = scope.resolving.schema, scope.place.common
    if name in common:
        return common[name]
    known = schema.table(name)
    if known is not None:
        return tuple(column.name.lower() for column in known.columns)
    names = [*common, *(other.name for other in schema.tables)]
    scope.resolving.report(
        "unknown_table",
        table.this,
        f"table {quoted(table.name)}",
        "a table of the schema",
        NearestNames(names).nearest(name),
    )
    return None


def _set_alias(node: exp.Expr, name: str) -> None:
    alias = node.args.get("alias")
    if alias is None:
        alias = exp.TableAlias()
        node.set("alias", alias)
    alias.set("this", exp.to_identifier(name, quoted=True))


# --- expressions ----------------------------------------------------------------------------


def _clause(node: exp.Expr, clause: str, scope: Scope) -> None:
    part = node.args.get(clause)
    if part is not None:
        _expression(part, scope)


def _expression(node: exp.Expr, scope: Scope) -> exp.Expr:
    """Resolve an expression or a clause in place, and say what it has become."""
    waiting = [node]
    while waiting:
        spend(1)
        part = waiting.pop()
        if isinstance(part, exp.Query):
            resolve_query(part, scope.within)
        elif isinstance(part, exp.Column):
            if isinstance(part.this, exp.Star):
                raise _unsupported(part)
            resolved = resolve_column(part, scope)
            resolved.meta.update(part.this.meta)  # where it stands
            if part.parent is not None:
                part.replace(resolved)
            if part is node:
                node = resolved
        else:
            waiting.extend(part.iter_expressions(reverse=True))
    return node
