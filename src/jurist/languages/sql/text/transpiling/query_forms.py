"""Queries that SQLite has in another form: comparisons with ANY and ALL, and DISTINCT ON."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from jurist.languages.sql.text.resolving.scopes import column_of
from jurist.languages.sql.text.transpiling.lacking import without

_EACH, _FIRST, _PLACE, _KEY = "jurist_each", "jurist_first", "jurist_place", "jurist_sort_"


def without_quantifier(node: exp.Expr) -> None:
    """A comparison with ANY or ALL of a query's values, by IN, or by the least and the greatest.

    Among values one of which settles it the least or the greatest does. If none does it is unknown
    where either side is NULL, unless there is no value.

    Args:
        node: ANY or ALL, in a qualified tree; what it stands in is replaced.

    Raises:
        UnsupportedError: It is of no query, or compared by what has no order.
    """
    compares, inner = node.parent, node.this.unnest()
    value = compares.this if isinstance(compares, exp.Binary) else None
    if not isinstance(inner, exp.Query) or compares is None or value is None or value is node:
        raise without(node.sql()[:60])
    wants_all = isinstance(node, exp.All)
    query = exp.Subquery(this=inner.copy())
    if isinstance(compares, exp.EQ) and not wants_all:
        compares.replace(exp.In(this=value.copy(), query=query))
        return
    if isinstance(compares, exp.NEQ) and wants_all:
        compares.replace(exp.Not(this=exp.In(this=value.copy(), query=query)))
        return
    settles = (_OPPOSITES if wants_all else _THEMSELVES).get(type(compares))
    if settles is None or len(inner.selects) != 1:
        raise without(compares.sql()[:60])
    query.set("alias", exp.TableAlias(this=exp.to_identifier(_EACH, quoted=True)))
    column = column_of(_EACH, inner.selects[0].alias)

    def of_all(output: exp.Expr) -> exp.Subquery:
        return exp.Subquery(this=exp.Select(expressions=[output]).from_(query.copy(), copy=False))

    ends = [exp.Max] if issubclass(settles, exp.LT | exp.LTE) else [exp.Min]
    if settles is exp.NEQ:
        ends = [exp.Min, exp.Max]
    sides = [settles(this=value.copy(), expression=of_all(end(this=column.copy()))) for end in ends]
    rows, known = exp.Count(this=exp.Star()), exp.Count(this=column.copy())
    zero, yes, no = (
        exp.Literal.number(number) for number in (0, int(wants_all), int(not wants_all))
    )
    branches = [
        exp.If(this=exp.EQ(this=of_all(rows.copy()), expression=zero), true=yes),
        exp.If(this=exp.or_(*sides), true=no),
        exp.If(
            this=exp.or_(
                exp.Is(this=exp.paren(value.copy()), expression=exp.Null()),
                exp.NEQ(this=of_all(rows), expression=of_all(known)),
            ),
            true=exp.Null(),
        ),
    ]
    compares.replace(exp.paren(exp.Case(ifs=branches, default=yes.copy())))


_THEMSELVES: Final[dict[type[exp.Expr], type[exp.Binary]]] = {
    kind: kind for kind in (exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
}
_OPPOSITES: Final[dict[type[exp.Expr], type[exp.Binary]]] = {
    exp.EQ: exp.NEQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
}
"""What one value that fulfils it makes ALL false by."""


def first_of_each(select: exp.Select) -> exp.Select:
    """DISTINCT ON: the first row of each key, by the order of the query.

    Raises:
        UnsupportedError: Two columns have one name, or one has none.
    """
    distinct, order = select.args["distinct"], select.args.get("order")
    names = [output.alias for output in select.expressions]
    if not all(names) or len(set(names)) != len(names):
        raise without("DISTINCT ON with two columns of one name")

    def as_written(key: exp.Expr) -> exp.Expr:
        place = key.unnest()
        if isinstance(place, exp.Literal) and not place.is_string:
            return select.expressions[int(place.this) - 1].unalias().copy()
        return key.copy()

    on = distinct.args["on"]
    keys = [as_written(key) for key in (on.expressions if isinstance(on, exp.Tuple) else [on])]
    sorts: list[exp.Ordered] = [sort.copy() for sort in order.expressions] if order else []
    for sort in sorts:
        sort.set("this", as_written(sort.this))
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=keys,
        order=exp.Order(expressions=[sort.copy() for sort in sorts]) if sorts else None,
        over="OVER",
    )
    inner = select.copy()
    for part in ("distinct", "order", "limit", "offset", "with_"):
        inner.set(part, None)
    added = [exp.alias_(sort.this, f"{_KEY}{at}", quoted=True) for at, sort in enumerate(sorts)]
    inner.set("expressions", [*inner.expressions, *added, exp.alias_(place, _PLACE, quoted=True)])

    outer = exp.Select(
        expressions=[exp.alias_(column_of(_FIRST, name), name, quoted=True) for name in names]
    )
    outer.from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(_FIRST, quoted=True))),
        copy=False,
    )
    outer.where(
        exp.EQ(this=column_of(_FIRST, _PLACE), expression=exp.Literal.number(1)), copy=False
    )
    for at, sort in enumerate(sorts):
        sort.set("this", column_of(_FIRST, f"{_KEY}{at}"))
    if sorts:
        outer.set("order", exp.Order(expressions=sorts))
    for part in ("limit", "offset", "with_"):
        outer.set(part, select.args.get(part))
    return outer
