"""Conditions: sqlglot's to the algebra's."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra import functions
from jurist.languages.sql.algebra.comparing import FALSE, NULL, TRUE, Side, as_text, compare, same
from jurist.languages.sql.algebra.functions import refuse
from jurist.languages.sql.algebra.nodes import (
    And,
    Call,
    Case,
    Column,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Like,
    Not,
    Or,
    Output,
    Query,
    Scalar,
    Select,
    Source,
)
from jurist.languages.sql.algebra.numbers import origin
from jurist.languages.sql.algebra.scopes import Converts
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import has_aggregate
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.values import ValueType

_COMPARES: Final[dict[type[exp.Expr], Compares]] = {
    exp.EQ: Compares.EQ,
    exp.NEQ: Compares.NE,
    exp.GT: Compares.GT,
    exp.GTE: Compares.GE,
    exp.LT: Compares.LT,
    exp.LTE: Compares.LE,
}
_STRICT: Final = {Compares.LE: Compares.LT, Compares.GE: Compares.GT}
ONE: Final = (Output("one", TRUE),)
"""The outputs of a query of which only counts whether it has a row."""


def conjuncts(condition: Expression) -> tuple[Expression, ...]:
    """The conditions that hold together where one does."""
    if isinstance(condition, And):
        return tuple(inner for part in condition.parts for inner in conjuncts(part))
    return (condition,)


def boolean(to: Converts, tree: exp.Expr) -> Expression:
    """A condition, as the operators and predicates make it.

    Raises:
        UnsupportedError: It has no node.
    """
    match tree:
        case exp.And():
            return And(tuple(to.condition(part) for part in tree.flatten()))
        case exp.Or():
            return Or(tuple(to.condition(part) for part in tree.flatten()))
        case exp.Not():
            return Not(to.condition(tree.this))
        case exp.Between():
            low = compared(to, Compares.GE, tree.this, tree.args["low"])
            high = compared(to, Compares.LE, tree.this, tree.args["high"])
            return And((low, high))
        case exp.NullSafeEQ():
            return same(side(to, tree.this), side(to, tree.expression), to.dialect)
        case exp.NullSafeNEQ():
            return Not(same(side(to, tree.this), side(to, tree.expression), to.dialect))
        case exp.Is():
            return Not(_is(to, tree)) if _is_negated(tree) else _is(to, tree)
        case exp.In():
            return _in(to, tree)
        case exp.Like() | exp.ILike() | exp.Glob() | exp.Escape():
            return Not(_like(to, tree)) if _is_negated(tree) else _like(to, tree)
        case _ if type(tree) in _COMPARES:
            return compared(to, _COMPARES[type(tree)], tree.this, tree.expression)
        case exp.Func():
            return functions.call(tree, to.value, to.dialect)
        case _:
            raise refuse(f"the condition {tree.key}")


def _is(to: Converts, tree: exp.Is) -> Expression:
    right = tree.expression
    if isinstance(right, exp.Not):
        inner = exp.Is(this=tree.this, expression=right.this)
        return Not(_is(to, inner))
    if isinstance(right, exp.Null):
        return IsNull(to.value(tree.this))
    if isinstance(right, exp.Boolean):
        part = to.condition(tree.this)
        return IsTrue(part if right.this else Not(part))
    return same(side(to, tree.this), side(to, right), to.dialect)


def side(to: Converts, tree: exp.Expr) -> Side:
    """An expression as a side of a comparison."""
    value = to.value(tree)
    if isinstance(value, Scalar):
        return Side(value, origin(value.query, 0)[0])
    return Side(value, has_affinity(to, tree))


def has_affinity(to: Converts, tree: exp.Expr) -> bool:
    """Whether SQLite reads what is compared with it as it is: a column, a cast."""
    tree = tree.unnest()
    if isinstance(tree, exp.Column):
        return to.scope.column(tree).has_affinity
    return isinstance(tree, exp.Cast)


def compared(to: Converts, compares: Compares, left: exp.Expr, right: exp.Expr) -> Expression:
    """A comparison of values, of rows, or with ANY or ALL of a query's.

    Raises:
        UnsupportedError: It has no meaning here.
    """
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
        return _rows(to, compares, left.expressions, right.expressions)
    if isinstance(left, exp.Tuple) or isinstance(right, exp.Tuple):
        raise refuse("a row compared with what is none")
    if isinstance(right, (exp.All, exp.Any)):
        return _quantified(to, compares, left, right)
    return compare(compares, side(to, left), side(to, right), to.dialect)


def _rows(
    to: Converts, compares: Compares, left: list[exp.Expr], right: list[exp.Expr]
) -> Expression:
    """Rows are compared from the left, up to the first place where they differ."""
    if len(left) != len(right) or not left:
        raise refuse("a comparison of rows of several lengths")
    if compares in {Compares.EQ, Compares.NE}:
        pairs = zip(left, right, strict=True)
        equal = tuple(compared(to, compares, one, other) for one, other in pairs)
        return And(equal) if compares is Compares.EQ else Or(equal)
    if len(left) == 1:
        return compared(to, compares, left[0], right[0])
    strict = _STRICT.get(compares, compares)
    equal = compared(to, Compares.EQ, left[0], right[0])
    rest = _rows(to, compares, left[1:], right[1:])
    return Or((compared(to, strict, left[0], right[0]), And((equal, rest))))


def _quantified(to: Converts, compares: Compares, left: exp.Expr, right: exp.Expr) -> Expression:
    """Comparison with ANY or ALL of a query's values."""
    inner = right.this
    query = to.single(inner) if isinstance(inner, (exp.Query, exp.Subquery)) else None
    value = side(to, left)
    if query is None or has_aggregate(value.value):
        raise refuse("ANY or ALL of what is no query, or beside an aggregate")
    wants_all = isinstance(right, exp.All)
    if compares is Compares.EQ and not wants_all:
        return _in_query(to, (value,), query)
    if compares is Compares.NE and wants_all:
        return Not(_in_query(to, (value,), query))
    number, kind = to.conversion.next_source(), output_types(query)[0]
    other = Side(Column(number, "value", kind), has_affinity=False)
    holds = compare(compares, value, other, to.dialect)

    def some(condition: Expression) -> Expression:
        source = Source(number, query, ("value",), (kind,))
        return Exists(Select((source,), (condition,), None, (), ONE))

    stops = some(Not(holds)) if wants_all else some(holds)
    said, else_said = (FALSE, TRUE) if wants_all else (TRUE, FALSE)
    return Case(((stops, said), (some(IsNull(holds)), NULL)), else_said)


def _in(to: Converts, tree: exp.In) -> Expression:
    left = tree.this.expressions if isinstance(tree.this, exp.Tuple) else [tree.this]
    inner = tree.args.get("query")
    if inner is not None:
        return _in_query(to, tuple(side(to, part) for part in left), to.query_of(inner))
    if tree.args.get("unnest") is not None or tree.args.get("field") is not None:
        raise refuse("IN of an array")
    if not tree.expressions:
        return FALSE
    equal: list[Expression] = []
    for element in tree.expressions:
        if isinstance(tree.this, exp.Tuple):
            equal.append(compared(to, Compares.EQ, tree.this, element))
        else:
            # in SQLite it is the left side alone that says how the elements are read
            other = Side(to.value(element), has_affinity=False)
            equal.append(compare(Compares.EQ, side(to, tree.this), other, to.dialect))
    return equal[0] if len(equal) == 1 else Or(tuple(equal))


def _in_query(to: Converts, left: tuple[Side, ...], query: Query) -> Expression:
    """Where both sides compare as they are; else as an EXISTS, unknown where one is."""
    kinds = output_types(query)
    if len(kinds) != len(left):
        raise refuse("IN of a query with another number of columns")
    number = to.conversion.next_source()
    names = tuple(f"value{place}" for place in range(len(kinds)))
    columns = [Column(number, name, kind) for name, kind in zip(names, kinds, strict=True)]
    equal = tuple(
        compare(Compares.EQ, side, Side(column, origin(query, place)[0]), to.dialect)
        for place, (side, column) in enumerate(zip(left, columns, strict=True))
    )
    plain = tuple(
        Comparison(Compares.EQ, side.value, column)
        for side, column in zip(left, columns, strict=True)
    )
    if equal == plain:
        return In(tuple(side.value for side in left), query)
    if any(has_aggregate(side.value) for side in left):
        raise refuse("IN of a query of another type, beside an aggregate")
    if all(
        isinstance(part, Comparison) and part.right == column
        for part, column in zip(equal, columns, strict=True)
    ):
        return In(tuple(part.left for part in equal if isinstance(part, Comparison)), query)

    def some(condition: Expression) -> Expression:
        source = Source(number, query, names, kinds)
        return Exists(Select((source,), (condition,), None, (), ONE))

    whole = equal[0] if len(equal) == 1 else And(equal)
    return Or((some(whole), And((some(IsNull(whole)), NULL))))


def _is_negated(tree: exp.Expr) -> bool:
    """Whether NOT stands inside the predicate: sqlglot keeps that of NOT LIKE as a flag."""
    predicate = tree.this if isinstance(tree, exp.Escape) else tree
    return bool(predicate.args.get("negate"))


def _like(to: Converts, tree: exp.Expr) -> Expression:
    escape = ""
    if isinstance(tree, exp.Escape):
        escape, tree = tree.expression.name, tree.this
    value, pattern = to.value(tree.this), to.value(tree.expression)
    if not isinstance(tree, (exp.Like, exp.ILike)):
        return Call(tree.key, (value, pattern), ValueType.BOOLEAN)
    ignores_case = isinstance(tree, exp.ILike) or habits(to.dialect).like_ignores_case
    if not escape and to.dialect in {Dialect.POSTGRESQL, Dialect.MYSQL}:
        escape = "\\"
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        name = "ilike" if ignores_case else "like"
        arguments = (value, pattern, Constant(escape, ValueType.TEXT))
        return Call(name, arguments, ValueType.BOOLEAN)
    if escape and escape not in pattern.value:
        escape = ""
    return Like(as_text(value), pattern.value, ignores_case, escape)
