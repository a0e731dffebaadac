"""Pairs in the shapes that provers have rules for: some right, some wrong by a hair.

Each shape says one question in several ways and draws two of them. Whether they mean the same
depends on the schema (keys, NULLs, foreign keys), and the oracle says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from sql_sampler import Sampler, fields_of
from sql_trees import (
    Aggregate,
    Call,
    Case,
    Column,
    Comparison,
    Exists,
    Expression,
    InQuery,
    IsNull,
    Join,
    Junction,
    Kind,
    Literal,
    Not,
    Output,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
)

Shape: TypeAlias = "Callable[[_Drawn], Sequence[Query | None]]"
ONE, ZERO = Literal(1, Kind.INTEGER), Literal(0, Kind.INTEGER)
COUNT = Aggregate("COUNT", None, False, Kind.INTEGER)


class _Drawn:
    """Tables, columns and conditions for one pair of a shape."""

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = sampler
        self.rng = sampler.rng
        sampler.sources = 0
        self.table = self.base()
        self.other = self.base()
        self.link = self._linked()

    def base(self) -> Source:
        return self.sampler._base()  # pyright: ignore[reportPrivateUsage]

    def _linked(self) -> Comparison | None:
        """A column of the one equal to a column of the other."""
        link = self.sampler._link([self.other], [self.table])  # pyright: ignore[reportPrivateUsage]
        if isinstance(link, Comparison) and isinstance(link.left, Column):
            sides = (link.left, link.right)
            if {side.source for side in sides if isinstance(side, Column)} == {1, 2}:
                mine, theirs = sorted(sides, key=lambda side: getattr(side, "source", 0))
                return Comparison("=", theirs, mine)
        return None

    def column(self, source: Source | None = None) -> Column:
        source = source or self.table
        return source.column(self.rng.randrange(len(source.fields)))

    def number(self, source: Source | None = None) -> Column | None:
        source = source or self.table
        numbers = [i for i, one in enumerate(source.fields) if one.kind is not Kind.TEXT]
        return source.column(self.rng.choice(numbers)) if numbers else None

    def where(self, *sources: Source) -> Expression | None:
        if self.rng.random() < 0.5:
            return None
        return self.sampler.simple(list(sources) or [self.table])

    def derived(self, query: Query) -> Source:
        number = self.sampler._id()  # pyright: ignore[reportPrivateUsage]
        return Source(number, query, f"d{number}", fields_of(query))


def _and(*parts: Expression | None) -> Expression | None:
    there = tuple(part for part in parts if part is not None)
    if len(there) < 2:
        return there[0] if there else None
    return Junction("AND", there)


def _outputs(*values: Expression) -> tuple[Output, ...]:
    return tuple(Output(value) for value in values)


def _named(*values: Expression) -> tuple[Output, ...]:
    return tuple(Output(value, f"c{i + 1}") for i, value in enumerate(values))


def rolled_up(drawn: _Drawn) -> list[Query | None]:
    """Aggregates of aggregates of finer groups, and of the rows themselves."""
    rng, number = drawn.rng, drawn.number()
    if number is None:
        return []
    group, finer, where = drawn.column(), drawn.column(), drawn.where()
    inner, outer = rng.choice(
        (
            *(("COUNT", "SUM"), ("SUM", "SUM"), ("MIN", "MIN"), ("MAX", "MAX")),
            *(("COUNT", "COUNT"), ("AVG", "AVG"), ("MAX", "SUM"), ("COUNT", "MAX")),
        )
    )
    kind = Kind.INTEGER if inner == "COUNT" else Kind.REAL if inner == "AVG" else number.kind
    argument = None if inner == "COUNT" and rng.random() < 0.5 else number
    value = Aggregate(inner, argument, rng.random() < 0.15, kind)
    keys = tuple(dict.fromkeys((group, finer)))
    parts = Select((drawn.table,), _named(group, value), where, group=keys)
    whole = drawn.derived(parts)
    total = Aggregate(outer, whole.column(1), False, kind)
    direct = Aggregate(inner if inner != "COUNT" else "COUNT", argument, value.distinct, kind)
    if rng.random() < 0.3:
        return [
            Select((whole,), _outputs(total)),
            Select((drawn.table,), _outputs(direct), where),
        ]
    return [
        Select((whole,), _outputs(whole.column(0), total), group=(whole.column(0),)),
        Select((drawn.table,), _outputs(group, direct), where, group=(group,)),
    ]


def anti_joined(drawn: _Drawn) -> list[Query | None]:
    """Rows without a partner."""
    link = drawn.link
    if link is None:
        return []
    shown, where, inside = drawn.column(), drawn.where(), drawn.where(drawn.other)
    other, table = drawn.other, drawn.table
    missing = drawn.column(other)
    subquery = Select((other,), _outputs(ONE), _and(link, inside))
    values = Select((other,), _outputs(link.left), inside)
    joined = replace(other, join=Join.LEFT, on=_and(link, inside))
    loose = replace(other, join=Join.LEFT, on=link)
    return [
        Select((table,), _outputs(shown), _and(where, Exists(subquery, True))),
        Select((table,), _outputs(shown), _and(where, InQuery(link.right, values, True))),
        Select((table, joined), _outputs(shown), _and(where, IsNull(link.left))),
        Select((table, joined), _outputs(shown), _and(where, IsNull(missing))),
        Select((table, loose), _outputs(shown), _and(where, inside, IsNull(link.left))),
        Select(
            (table,),
            _outputs(shown),
            _and(where, Comparison("=", Scalar(_counted(subquery), Kind.INTEGER), ZERO)),
        ),
    ]


def _counted(query: Select) -> Select:
    return replace(query, outputs=_outputs(COUNT))


def semi_joined(drawn: _Drawn) -> list[Query | None]:
    """Rows with a partner, once or as often as there are partners."""
    link = drawn.link
    if link is None:
        return []
    shown, where, inside = drawn.column(), drawn.where(), drawn.where(drawn.other)
    other, table, rng = drawn.other, drawn.table, drawn.rng
    subquery = Select((other,), _outputs(ONE), _and(link, inside))
    values = Select((other,), _outputs(link.left), inside)
    partners = drawn.derived(
        Select((other,), _named(link.left), inside, distinct=rng.random() < 0.8)
    )
    on = Comparison("=", partners.column(0), link.right)
    joined = replace(other, join=Join.INNER, on=link)
    conditions = _and(where, inside)
    return [
        Select((table,), _outputs(shown), _and(where, Exists(subquery))),
        Select((table,), _outputs(shown), _and(where, InQuery(link.right, values))),
        Select((table, replace(partners, join=Join.INNER, on=on)), _outputs(shown), where),
        Select((table, joined), _outputs(shown), conditions),
        Select((table, joined), _outputs(shown), conditions, distinct=True),
        Select((table, joined), _outputs(shown), conditions, group=(shown,)),
        Select((table,), _outputs(shown), _and(where, Exists(subquery)), distinct=True),
    ]


def marked(drawn: _Drawn) -> list[Query | None]:
    """A constant that comes through an outer join, as a mark of who has a partner."""
    link, rng = drawn.link, drawn.rng
    if link is None:
        return []
    shown, inside, negated = drawn.column(), drawn.where(drawn.other), rng.random() < 0.5
    marks = drawn.derived(
        Select((drawn.other,), _named(link.left, ONE), inside, distinct=rng.random() < 0.7)
    )
    on = Comparison("=", marks.column(0), link.right)
    outer = replace(marks, join=Join.LEFT, on=on)
    subquery = Select((drawn.other,), _outputs(ONE), _and(link, inside))
    if rng.random() < 0.5:
        return [
            Select((drawn.table, outer), _outputs(shown), IsNull(marks.column(1), negated)),
            Select((drawn.table,), _outputs(shown), Exists(subquery, not negated)),
            Select((drawn.table, replace(outer, join=Join.INNER)), _outputs(shown)),
        ]
    filled = Call("COALESCE", (marks.column(1), ZERO), Kind.INTEGER)
    case = Case(((Exists(subquery), ONE),), ZERO, Kind.INTEGER)
    return [
        Select((drawn.table, outer), _outputs(shown, filled)),
        Select((drawn.table,), _outputs(shown, case)),
    ]


def counted_beside(drawn: _Drawn) -> list[Query | None]:
    """An aggregate of partners, as a subquery, or as a join with groups."""
    link, rng = drawn.link, drawn.rng
    number = drawn.number(drawn.other)
    if link is None or number is None:
        return []
    shown, inside = drawn.column(), drawn.where(drawn.other)
    function = rng.choice(("COUNT", "SUM", "MAX", "MIN"))
    argument = None if function == "COUNT" and rng.random() < 0.6 else number
    kind = Kind.INTEGER if function == "COUNT" else number.kind
    value = Aggregate(function, argument, False, kind)
    alone = Select((drawn.other,), _outputs(value), _and(link, inside))
    groups = drawn.derived(
        Select((drawn.other,), _named(link.left, value), inside, group=(link.left,))
    )
    on = Comparison("=", groups.column(0), link.right)
    join = rng.choice((Join.LEFT, Join.LEFT, Join.INNER))
    beside = replace(groups, join=join, on=on)
    given: Expression = groups.column(1)
    if rng.random() < 0.5:
        given = Call("COALESCE", (given, Literal(0, kind)), kind)
    joined = replace(drawn.other, join=Join.LEFT, on=_and(link, inside))
    keys = tuple(drawn.table.column(i) for i in range(len(drawn.table.fields)))
    return [
        Select((drawn.table,), _outputs(shown, Scalar(alone, kind))),
        Select((drawn.table, beside), _outputs(shown, given)),
        Select((drawn.table, joined), _outputs(shown, value), group=keys),
        Select((drawn.table, joined), _outputs(shown, value), group=(shown,)),
    ]


def most(drawn: _Drawn) -> list[Query | None]:
    """The largest, by an aggregate, an order and a limit, or nothing larger."""
    table, rng = drawn.table, drawn.rng
    value, shown, where = drawn.column(), drawn.column(), drawn.where()
    shown = value if rng.random() < 0.5 else shown
    again = replace(table, id=40, alias="t40")
    moved = Column(40, value.index, value.name, value.kind)
    largest = Select((again,), _outputs(Aggregate("MAX", moved, False, value.kind)))
    larger = Select((again,), _outputs(ONE), Comparison(">", moved, value))
    order = (SortKey(value, True),)
    return [
        Select((table,), _outputs(shown), Comparison("=", value, Scalar(largest, value.kind))),
        Select((table,), _outputs(shown), Exists(larger, True)),
        Select((table,), _outputs(shown), _and(where), order=order, limit=1),
        Select((table,), _outputs(Aggregate("MAX", value, False, value.kind)), where),
        Select((table,), _outputs(shown), IsNull(value, True), order=order, limit=1),
        Select((table,), _outputs(shown), order=(*order, SortKey(shown)), limit=1),
    ]


def partitioned(drawn: _Drawn) -> list[Query | None]:
    """Rows by a condition and its opposite, put together again."""
    table = drawn.table
    shown, part, where = drawn.column(), drawn.sampler.simple([table]), drawn.where()
    whole = Select((table,), _outputs(shown), where)
    first = replace(whole, where=_and(where, part))
    second = replace(whole, where=_and(where, Not(part)))
    unknown = replace(whole, where=_and(where, IsNull(part)))
    two = SetOperation("UNION ALL", first, second)
    return [
        whole,
        two,
        SetOperation("UNION ALL", two, unknown),
        SetOperation("UNION", first, second),
        replace(whole, distinct=True),
        SetOperation("EXCEPT", whole, first),
        replace(second, distinct=True),
    ]


def counted_once(drawn: _Drawn) -> list[Query | None]:
    """Different values, counted in several ways."""
    table, value, where = drawn.table, drawn.column(), drawn.where()
    values = drawn.derived(Select((table,), _named(value), where, distinct=True))
    groups = drawn.derived(Select((table,), _named(value, COUNT), where, group=(value,)))
    column = values.column(0)
    one = Case(((IsNull(value, True), ONE),), ZERO, Kind.INTEGER)
    return [
        Select((table,), _outputs(Aggregate("COUNT", value, True, Kind.INTEGER)), where),
        Select((values,), _outputs(COUNT)),
        Select((values,), _outputs(Aggregate("COUNT", column, False, Kind.INTEGER))),
        Select((groups,), _outputs(COUNT)),
        Select((table,), _outputs(Aggregate("COUNT", value, False, Kind.INTEGER)), where),
        Select((table,), _outputs(COUNT), _and(where, IsNull(value, True))),
        Select((table,), _outputs(Aggregate("SUM", one, False, Kind.INTEGER)), where),
    ]


def pivoted(drawn: _Drawn) -> list[Query | None]:
    """A condition inside of an aggregate, or before it."""
    table, number, rng = drawn.table, drawn.number(), drawn.rng
    if number is None:
        return []
    part, group = drawn.sampler.simple([table]), drawn.column()
    kind = number.kind
    other = None if rng.random() < 0.5 else Literal(0, kind)
    inside = Aggregate("SUM", Case(((part, number),), other, kind), False, kind)
    plain = Aggregate("SUM", number, False, kind)
    if rng.random() < 0.5:
        return [
            Select((table,), _outputs(inside)),
            Select((table,), _outputs(plain), part),
        ]
    return [
        Select((table,), _outputs(group, inside), group=(group,)),
        Select((table,), _outputs(group, plain), part, group=(group,)),
        Select((table,), _outputs(group, inside), part, group=(group,)),
    ]


def intersected(drawn: _Drawn) -> list[Query | None]:
    """Set operations of a column, as subqueries that heed NULLs or do not."""
    link = drawn.link
    if link is None:
        return []
    table, other, negated = drawn.table, drawn.other, drawn.rng.random() < 0.5
    mine, theirs = link.right, link.left
    where, inside = drawn.where(), drawn.where(other)
    left = Select((table,), _outputs(mine), where)
    right = Select((other,), _outputs(theirs), inside)
    safe = Select((other,), _outputs(ONE), _and(inside, Same(theirs, mine)))
    equal = Select((other,), _outputs(ONE), _and(inside, link))
    return [
        SetOperation("EXCEPT" if negated else "INTERSECT", left, right),
        replace(left, where=_and(where, Exists(safe, negated)), distinct=True),
        replace(left, where=_and(where, Exists(equal, negated)), distinct=True),
        replace(left, where=_and(where, InQuery(mine, right, negated)), distinct=True),
        replace(left, where=_and(where, Exists(safe, negated))),
    ]


def cut_inside(drawn: _Drawn) -> list[Query | None]:
    """A limit before a condition, and after it."""
    table, rng = drawn.table, drawn.rng
    key, shown, limit = drawn.column(), drawn.column(), rng.choice((1, 2))
    order = (SortKey(key, rng.random() < 0.4),)
    inner = Select((table,), _named(key, shown), drawn.where(), order=order, limit=limit)
    first = drawn.derived(inner)
    condition = Comparison("=", first.column(0), drawn.sampler.literal(key.kind))
    direct = Comparison("=", key, condition.right)
    return [
        Select((first,), _outputs(first.column(1)), condition),
        Select((table,), _outputs(shown), _and(inner.where, direct), order=order, limit=limit),
        Select((first,), _outputs(first.column(1))),
        replace(inner, outputs=_outputs(shown), order=()),
        replace(inner, outputs=_outputs(shown)),
        Select((first,), _outputs(first.column(1)), order=(SortKey(first.column(0)),)),
    ]


def padded(drawn: _Drawn) -> list[Query | None]:
    """Outer joins, as unions with what has no partner; and what is done to padded rows."""
    link, rng = drawn.link, drawn.rng
    if link is None:
        return []
    table, other = drawn.table, drawn.other
    mine, theirs = drawn.column(), drawn.column(other)
    extra = drawn.where(other)
    joined = replace(other, join=Join.LEFT, on=link)
    condition = drawn.sampler.simple([other])
    nothing = Literal(None, theirs.kind)
    partner = Select((other,), _outputs(ONE), _and(link, extra))
    left = Select((table, replace(joined, on=_and(link, extra))), _outputs(mine, theirs))
    inner = replace(left, sources=(table, replace(joined, join=Join.INNER, on=_and(link, extra))))
    rest = Select((table,), _outputs(mine, nothing), Exists(partner, True))
    if rng.random() < 0.5:
        return [left, SetOperation("UNION ALL", inner, rest), SetOperation("UNION", inner, rest)]
    return [
        replace(left, where=condition),
        replace(inner, where=condition),
        replace(left, where=_and(condition, IsNull(link.left, True))),
        replace(left, sources=(table, replace(joined, on=_and(link, extra, condition)))),
        replace(
            left,
            sources=(
                replace(other, join=Join.FIRST, on=None),
                replace(table, join=Join.RIGHT, on=_and(link, extra)),
            ),
            where=condition,
        ),
    ]


def united(drawn: _Drawn) -> list[Query | None]:
    """Unions with duplicates, in layers, and joins or groups above them."""
    table, other, rng = drawn.table, drawn.other, drawn.rng
    mine = drawn.column()
    fitting = [i for i, one in enumerate(other.fields) if one.kind is mine.kind]
    if not fitting:
        return []
    theirs = other.column(rng.choice(fitting))
    where, inside = drawn.where(), drawn.where(other)
    left, right = Select((table,), _named(mine), where), Select((other,), _named(theirs), inside)
    both = drawn.derived(SetOperation("UNION ALL", left, right))
    column = both.column(0)
    condition = Comparison(rng.choice(("=", "<", ">=")), column, drawn.sampler.literal(column.kind))
    ways: list[Query | None] = [
        SetOperation("UNION", left, right),
        Select((both,), _outputs(column), distinct=True),
        Select((both,), _outputs(column), group=(column,)),
        SetOperation("UNION ALL", replace(left, distinct=True), replace(right, distinct=True)),
        SetOperation("UNION", SetOperation("UNION ALL", left, right), right),
    ]
    if rng.random() < 0.5:
        return ways
    return [
        Select((both,), _outputs(column), condition),
        SetOperation(
            "UNION ALL",
            replace(left, where=_and(where, replace(condition, left=mine))),
            replace(right, where=_and(inside, replace(condition, left=theirs))),
        ),
        SetOperation(
            "UNION ALL", replace(left, where=_and(where, replace(condition, left=mine))), right
        ),
        Select((both,), _outputs(Aggregate("COUNT", column, False, Kind.INTEGER))),
    ]


SHAPES: tuple[Shape, ...] = (
    *(rolled_up, anti_joined, semi_joined, marked, counted_beside, most, partitioned),
    *(counted_once, pivoted, intersected, cut_inside, padded, united),
)


def shaped(sampler: Sampler) -> tuple[Query, Query] | None:
    """Two ways to say what a shape says; `None` where it does not fit the schema."""
    drawn = _Drawn(sampler)
    ways = [way for way in sampler.rng.choice(SHAPES)(drawn) if way is not None]
    if len(ways) < 2:
        return None
    first, second = sampler.rng.sample(ways, 2)
    return first, second
