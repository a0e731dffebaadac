"""What a query leaves open inside, made visible: the query itself with probes in places.

A probe is an aggregate of the engine that gives the first of its values and remembers where there
was another: around a column beside GROUP BY, the value of a scalar subquery, an aggregate that
turns on the order of its rows; or a function that remembers ties of a window. So it looks at
exactly the rows, groups and outer rows at which the query itself looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import OnZero, habits
from jurist.languages.sql.engines.sqlite import Sqlite
from jurist.languages.sql.outcomes.grouping import CannotProbe, probe_bare_columns
from jurist.languages.sql.outcomes.ordering import (
    Sorted,
    is_cut,
    limit_and_offset,
    sorted_query,
    unwrapped,
)
from jurist.languages.sql.outcomes.scopes import is_closed
from jurist.languages.sql.readings import SeveralRows, Ties
from jurist.languages.sql.schemas.schema import SqlSchema

_BY_ORDER: Final = (
    exp.GroupConcat,
    exp.ArrayAgg,
    exp.AnyValue,
    exp.First,
    exp.Last,
    exp.ArgMax,
    exp.ArgMin,
    exp.JSONArrayAgg,
    exp.JSONObjectAgg,
)
"""Aggregates whose value turns on the order of rows, or on which of them is taken."""
_BY_ORDER_NAMES: Final = frozenset(
    {"json_group_array", "json_group_object", "mode", "listagg", "string_agg"}
)
_RANKS: Final = (exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist)
"""Window functions that give equals the same."""
_VOLATILE: Final = (exp.Rand, exp.Randn, exp.Uuid)


_MAY_BE_OPEN: Final = (
    exp.AggFunc,
    exp.Anonymous,
    exp.Distinct,
    exp.Div,
    exp.Mod,
    exp.Group,
    exp.Having,
    exp.SetOperation,
    exp.Subquery,
    exp.In,
    exp.Exists,
    exp.With,
    exp.Window,
    *_VOLATILE,
)
"""Without any of these nothing inside is open."""


@dataclass(frozen=True, slots=True)
class Probes:
    """What is to be looked at before a result counts."""

    inside: exp.Query | None
    """The query with probes; `None`: nothing that they look at can be open."""
    cuts: tuple[Sorted, ...]
    """The queries inside that have a LIMIT, each able to run alone."""
    is_always_open: bool
    """Whether the query may be open in a way that no probe can look at."""


def is_volatile(tree: exp.Query) -> bool:
    """Whether a query asks for chance."""
    return tree.find(*_VOLATILE) is not None


def probes_of(tree: exp.Query, schema: SqlSchema) -> Probes:
    """The probes of a query, whose outermost LIMIT is none of their business."""
    if tree.find(*_MAY_BE_OPEN) is None:
        return Probes(None, (), is_always_open=False)
    top = unwrapped(tree)
    cuts: list[Sorted] = []
    is_always_open = is_volatile(tree) or any(
        distinct.args.get("on") for distinct in tree.find_all(exp.Distinct)
    )
    takes_first = schema.readings.ties is Ties.FIRST
    for query in tree.find_all(exp.Query):
        if takes_first or query is top or not is_cut(query) or _is_harmless(query):
            continue
        cut = None
        if not isinstance(query, exp.Subquery) and is_closed(query, schema):
            cut = sorted_query(alone(query, top), schema)
        if cut is None:
            is_always_open = True
        else:
            cuts.append(cut)
    try:
        inside = _with_probes(top, schema)
    except CannotProbe:
        inside, is_always_open = None, True
    return Probes(inside, tuple(cuts), is_always_open)


def is_settled(tree: exp.Query) -> bool:
    """Whether nothing inside a query can be open, its own ORDER BY and LIMIT aside.

    Of a dialect in which bare columns, and several rows of a scalar subquery, are errors.
    """
    top = unwrapped(tree)
    is_cut_inside = any(
        query is not top and is_cut(query) and not _is_harmless(query)
        for query in tree.find_all(exp.Query)
    )
    return not (
        is_volatile(tree)
        or is_cut_inside
        or any(distinct.args.get("on") for distinct in tree.find_all(exp.Distinct))
        or any(map(_is_by_order, tree.find_all(*_BY_ORDER, exp.Anonymous, exp.Mode)))
        or any(map(_turns_on_ties, tree.find_all(exp.Window)))
    )


def _is_by_order(node: exp.Expr) -> bool:
    return not isinstance(node, exp.Anonymous) or node.name.lower() in _BY_ORDER_NAMES


def alone(query: exp.Query, top: exp.Query) -> exp.Query:
    """A query inside another with what it may read of the WITH around it."""
    lone = query.copy()
    around = top.args.get("with_")
    if around is None or lone.args.get("with_"):
        return lone
    kept = around.copy()
    inside = query.find_ancestor(exp.CTE)
    if inside is not None and inside.parent is around:
        before = next(n for n, each in enumerate(around.expressions) if each is inside)
        kept.set("expressions", [each.copy() for each in around.expressions[:before]])
    if kept.expressions:
        lone.set("with_", kept)
    return lone


def is_scalar(subquery: exp.Subquery) -> bool:
    """Whether a subquery stands for a value, and might have several rows."""
    if isinstance(subquery.this, exp.Table | exp.Join):
        return False
    parent = subquery.parent
    while isinstance(parent, exp.Paren | exp.Subquery):
        parent = parent.parent
    if parent is None or isinstance(
        parent,
        exp.From
        | exp.Join
        | exp.In
        | exp.Exists
        | exp.CTE
        | exp.SetOperation
        | exp.Any
        | exp.All
        | exp.Lateral
        | exp.Unnest,
    ):
        return False
    if subquery.parent is not None and isinstance(subquery.parent, exp.Subquery):
        return False  # the outer parentheses are looked at
    query = unwrapped(subquery)
    if not isinstance(query, exp.Select):
        return True
    if is_cut(query) and (limit_and_offset(query) or (None, 0))[0] in {0, 1}:
        return False
    is_one_group = not query.args.get("group") and any(
        output.find(exp.AggFunc) is not None and output.find(exp.Window, exp.Query) is None
        for output in query.selects
    )
    return not is_one_group


def _is_harmless(query: exp.Query) -> bool:
    """Whether it does not matter which rows a LIMIT leaves."""
    limit = limit_and_offset(query)
    if limit == (0, 0):
        return True
    return isinstance(query.parent, exp.Exists) and limit is not None and limit[1] == 0


def _with_probes(top: exp.Query, schema: SqlSchema) -> exp.Query | None:
    probed = top.copy()
    for part in ("limit", "offset"):
        probed.set(part, None)
    is_probed = False
    if schema.readings.bare_columns is SeveralRows.OPEN:
        for select in list(probed.find_all(exp.Select)):
            is_probed |= probe_bare_columns(select, schema)
    for node in list(probed.find_all(*_BY_ORDER, exp.Anonymous)):
        if not _is_by_order(node):
            continue
        is_probed = True
        arguments = [value for value in node.args.values() if isinstance(value, exp.Expr)]
        values = [*arguments, *node.expressions]
        _probe_aggregate(node, values[0] if values else exp.null())
    for window in list(probed.find_all(exp.Window)):
        is_probed |= _probe_ties(window)
    if habits(schema.dialect).on_zero is OnZero.ERROR:
        for division in list(probed.find_all(exp.Div, exp.Mod)):
            is_probed |= _probe_divisor(division)
    takes_first = schema.readings.scalar_subqueries is SeveralRows.FIRST
    for subquery in list(probed.find_all(exp.Subquery)):
        if is_scalar(subquery) and not takes_first:
            is_probed = True
            _probe_scalar(subquery)
    return probed if is_probed else None


def _probe_aggregate(node: exp.Expr, value: exp.Expr) -> None:
    if isinstance(node.parent, exp.Window) and node.parent.this is node:
        raise CannotProbe
    while isinstance(value, exp.Distinct | exp.Order):
        value = value.expressions[0] if isinstance(value, exp.Distinct) else value.this
    node.replace(exp.Anonymous(this=Sqlite.FIRST, expressions=[value.copy()]))


def _probe_scalar(subquery: exp.Subquery) -> None:
    inner = unwrapped(subquery).copy()
    left = inner
    while isinstance(left, exp.SetOperation):
        left = left.left
        if isinstance(left, exp.Subquery):
            left = unwrapped(left)
    if not isinstance(left, exp.Select) or len(left.expressions) != 1 or left.is_star:
        raise CannotProbe
    value = exp.alias_(left.expressions[0].unalias(), "jurist_value", copy=False)
    left.set("expressions", [value])
    source = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("jurist_rows")))
    first = exp.Anonymous(this=Sqlite.FIRST, expressions=[exp.column("jurist_value")])
    subquery.set("this", exp.select(first).from_(source))


def _probe_divisor(division: exp.Div | exp.Mod) -> bool:
    """Let a division by zero be remembered: an error of the dialect, and NULL in SQLite."""
    divisor = division.expression
    if isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.this):
        return False
    is_zero = exp.Case(
        ifs=[exp.If(this=exp.EQ(this=exp.paren(divisor.copy()), expression=exp.Literal.number(0)),
                    true=exp.Literal.number(2))],
        default=exp.Literal.number(1),
    )  # fmt: skip
    arguments = [is_zero, divisor.copy()]
    division.set("expression", exp.Anonymous(this=Sqlite.TIES, expressions=arguments))
    return True


def _probe_ties(window: exp.Window) -> bool:
    """Let a window function whose value turns on the order of equals remember that there are."""
    if not _turns_on_ties(window):
        return False
    if window.args.get("alias"):
        raise CannotProbe  # a named window
    order = window.args.get("order")
    keys = [key.this if isinstance(key, exp.Ordered) else key for key in order or ()]
    together = [*(window.args.get("partition_by") or ()), *keys]
    count = exp.Window(
        this=exp.Count(this=exp.Star()),
        partition_by=[key.copy() for key in together],
        over="OVER",
    )
    arguments = [count, window.copy()]
    window.replace(exp.Anonymous(this=Sqlite.TIES, expressions=arguments))
    return True


def _turns_on_ties(window: exp.Window) -> bool:
    function = window.this
    while isinstance(function, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        function = function.this
    order, spec = window.args.get("order"), window.args.get("spec")
    by_rows = spec is not None and str(spec.args.get("kind") or "").upper() != "RANGE"
    is_positional = not isinstance(function, exp.AggFunc) or isinstance(
        function, exp.FirstValue | exp.LastValue | exp.NthValue | exp.Lag | exp.Lead
    )
    if isinstance(function, _RANKS):
        return False
    return is_positional or (order is not None and by_rows) or bool(window.args.get("alias"))
