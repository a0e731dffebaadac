"""Expressions: sqlglot's to the algebra's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra import aggregates, conditions, functions
from jurist.languages.sql.algebra.comparing import (
    FALSE,
    NULL,
    TRUE,
    Side,
    as_text,
    compare,
)
from jurist.languages.sql.algebra.functions import numeric, refuse
from jurist.languages.sql.algebra.nodes import (
    Arithmetic,
    Call,
    Case,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    IsNull,
    Negative,
    Not,
    Operator,
    Query,
    Scalar,
)
from jurist.languages.sql.algebra.numbers import NumberKind, divides_as_real, number_kind
from jurist.languages.sql.algebra.scopes import Conversion, Scope
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.dialects import Dialect, OnZero, habits
from jurist.languages.sql.values import ValueType

_ARITHMETIC: Final[dict[type[exp.Expr], Operator]] = {
    exp.Add: Operator.ADD,
    exp.Sub: Operator.SUBTRACT,
    exp.Mul: Operator.MULTIPLY,
    exp.Mod: Operator.REMAINDER,
}

ConvertQuery = Callable[[exp.Expr, Scope], Query]


@dataclass(frozen=True, slots=True)
class Expressions:
    """Converts the expressions of one scope."""

    conversion: Conversion
    scope: Scope
    query: ConvertQuery
    """How a subquery is converted, in a scope inside this one."""

    @property
    def dialect(self) -> Dialect:
        """The schema's."""
        return self.conversion.dialect

    def condition(self, tree: exp.Expr) -> Expression:
        """An expression where its truth counts: a number is true where it is not 0."""
        value = self.value(tree)
        kind = type_of(value)
        if kind in {ValueType.BOOLEAN, ValueType.NULL}:
            return value
        if kind is ValueType.TEXT and self.dialect is Dialect.SQLITE:
            value, kind = numeric(value), ValueType.REAL
        if not kind.is_number:
            raise refuse(f"a value of type {kind} as a condition")
        return Comparison(Compares.NE, value, Constant(0, ValueType.INTEGER))

    def value(self, tree: exp.Expr) -> Expression:
        """An expression.

        Raises:
            UnsupportedError: It has no node.
        """
        match tree:
            case exp.Paren() | exp.Alias():
                return self.value(tree.this)
            case exp.Column():
                return self.scope.column(tree).value
            case exp.Literal():
                return _literal(tree)
            case exp.Null():
                return NULL
            case exp.Boolean():
                return TRUE if tree.this else FALSE
            case exp.Cast():
                affine = conditions.has_affinity(self, tree.this)
                inner = self.value(tree.this)
                return functions.cast(inner, tree.to, self.dialect, has_affinity=affine)
            case exp.Case() | exp.If() | exp.Coalesce() | exp.Nullif():
                return self._branches(tree)
            case exp.Exists():
                return Exists(self.query(tree.this, self.scope))
            case exp.Subquery() | exp.Query():
                return Scalar(self.single(tree))
            case exp.DPipe() | exp.Concat() | exp.Neg() | exp.Div() | exp.IntDiv() | exp.Interval():
                return self._computed(tree)
            case exp.Predicate() | exp.Connector() | exp.Not() | exp.Escape() | exp.In():
                return conditions.boolean(self, tree)
            case _ if type(tree) in _ARITHMETIC:
                return self._arithmetic(tree)
            case exp.Max() | exp.Min() if tree.expressions:
                return self._scalar_extreme(tree)
            case _ if aggregates.is_aggregate(tree):
                return aggregates.aggregate(tree, self)
            case exp.Func():
                return functions.call(tree, self.value, self.dialect)
            case _:
                raise refuse(f"{tree.key} in an expression")

    def _scalar_extreme(self, tree: exp.Expr) -> Expression:
        values = tuple(self.value(part) for part in (tree.this, *tree.expressions))
        kinds = {type_of(value) for value in values}
        if len(kinds) > 1:
            raise refuse(f"{tree.key} of values of several types")
        return Call(f"scalar_{tree.key}", values, kinds.pop())

    def query_of(self, tree: exp.Expr) -> Query:
        """A subquery."""
        return self.query(tree, self.scope)

    def single(self, tree: exp.Expr) -> Query:
        """A subquery of a single column."""
        query = self.query_of(tree)
        if len(query.outputs) != 1:
            raise refuse("a subquery of several columns as a value")
        return query

    def _branches(self, tree: exp.Expr) -> Expression:
        match tree:
            case exp.Case():
                default = tree.args.get("default")
                otherwise = NULL if default is None else self.value(default)
                branches = tuple(
                    (
                        self.condition(branch.this)
                        if tree.this is None
                        else conditions.compared(self, Compares.EQ, tree.this, branch.this),
                        self.value(branch.args["true"]),
                    )
                    for branch in tree.args["ifs"]
                )
                return Case(branches, otherwise)
            case exp.If():
                default = tree.args.get("false")
                otherwise = NULL if default is None else self.value(default)
                branch = (self.condition(tree.this), self.value(tree.args["true"]))
                return Case((branch,), otherwise)
            case exp.Nullif():
                value, other = self.value(tree.this), self.value(tree.expression)
                # in SQLite a function, whose arguments are compared as they are
                affine = self.dialect is not Dialect.SQLITE
                sides = Side(value, affine), Side(other, affine)
                return Case(((compare(Compares.EQ, *sides, self.dialect), NULL),), value)
            case _:
                *first, last = (self.value(part) for part in (tree.this, *tree.expressions))
                branches = tuple((Not(IsNull(value)), value) for value in first)
                return Case(branches, last) if branches else last

    def _computed(self, tree: exp.Expr) -> Expression:
        match tree:
            case exp.DPipe():
                texts = tuple(as_text(self.value(part)) for part in tree.flatten())
                return Call("dpipe", texts, ValueType.TEXT)
            case exp.Concat():
                texts = tuple(as_text(self.value(part)) for part in tree.expressions)
                strict = self.dialect is Dialect.MYSQL
                return Call("dpipe" if strict else "concat", texts, ValueType.TEXT)
            case exp.Neg():
                value = self._number(self.value(tree.this))
                if isinstance(value, Constant) and isinstance(value.value, (int, float)):
                    return Constant(-value.value, value.type)
                return Negative(value)
            case exp.Div() | exp.IntDiv():
                return self._division(tree)
            case _:
                raise refuse("an interval by itself")

    def _number(self, value: Expression) -> Expression:
        if self.dialect is Dialect.SQLITE:
            return numeric(value)
        kind = type_of(value)
        if not kind.is_number and kind is not ValueType.NULL:
            raise refuse(f"arithmetic on a value of type {kind}")
        return value

    def _arithmetic(self, tree: exp.Expr) -> Expression:
        operator = _ARITHMETIC[type(tree)]
        if isinstance(tree.expression, exp.Interval):
            moment, interval = self.value(tree.this), tree.expression
            arguments = [moment, self.value(interval.this)]
            unit = interval.args.get("unit")
            arguments.append(Constant("" if unit is None else unit.sql().lower(), ValueType.TEXT))
            name = "date_add" if operator is Operator.ADD else "date_sub"
            return Call(name, tuple(arguments), ValueType.TIMESTAMP)
        left, right = self._number(self.value(tree.this)), self._number(self.value(tree.expression))
        on_zero = habits(self.dialect).on_zero is OnZero.ERROR
        if operator is not Operator.REMAINDER:
            return Arithmetic(operator, left, right)
        if number_kind(left) is number_kind(right) is NumberKind.INTEGER:
            return Arithmetic(operator, left, right, zero_is_error=on_zero)
        return Call("mod", (left, right), ValueType.REAL)

    def _division(self, tree: exp.Expr) -> Expression:
        habit = habits(self.dialect)
        on_zero = habit.on_zero is OnZero.ERROR
        left, right = self._number(self.value(tree.this)), self._number(self.value(tree.expression))
        as_real = divides_as_real(
            *(number_kind(side, self.conversion.mixed) for side in (left, right))
        )
        if isinstance(tree, exp.IntDiv) and as_real is not False:
            return Call("intdiv", (left, right), ValueType.INTEGER)
        if not habit.integers_divide_to_integers and not isinstance(tree, exp.IntDiv):
            as_real = True
        if as_real is not None:
            operator = Operator.DIVIDE if as_real else Operator.QUOTIENT
            return Arithmetic(operator, left, right, zero_is_error=on_zero)
        # 1 and 1.0 are equal, and divide otherwise: no function of the values
        raise refuse("a division of what may be integers, as a text read as a number,")


def _literal(tree: exp.Literal) -> Constant:
    text = tree.name
    if tree.is_string:
        return Constant(text, ValueType.TEXT)
    return (
        Constant(int(text), ValueType.INTEGER)
        if text.isdecimal()
        else Constant(float(text), ValueType.REAL)
    )
