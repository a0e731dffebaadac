"""Random values and conditions without queries inside."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sql_trees import (
    Arithmetic,
    Between,
    Call,
    Case,
    Column,
    Comparison,
    Expression,
    InList,
    IsNull,
    Kind,
    Like,
    Literal,
    Same,
    Source,
    Value,
    kind_of,
)
from sql_worlds import SchemaOf

OPERATORS = ("=", "=", "=", "<>", "<", "<=", ">", ">=")


class ValueSampler:
    """Draws values of a scope's columns."""

    def __init__(self, schema: SchemaOf, rng: random.Random, *, dialect: str = "sqlite") -> None:
        self.schema = schema
        self.rng = rng
        self.strict = dialect != "sqlite"
        """Whether bare columns, and whatever other engines refuse, are left out."""

    def simple(self, scope: Sequence[Source]) -> Expression:
        rng = self.rng
        kind = self.kind()
        left = self.value(kind, scope, 1 if rng.random() < 0.25 else 0)
        kind = kind_of(left)
        roll = rng.random()
        if roll < 0.03 and isinstance(left, Column) and not self.strict:
            return self._mixed(left, scope)
        if roll < 0.42:
            return Comparison(rng.choice(OPERATORS), left, self.literal(kind))
        if roll < 0.58:
            return Comparison(rng.choice(OPERATORS), left, self.value(kind, scope, 0))
        if roll < 0.7:
            return IsNull(left, rng.random() < 0.5)
        if roll < 0.78:
            low, high = self.literal(kind), self.literal(kind)
            return Between(left, low, high, rng.random() < 0.2)
        if roll < 0.9:
            items = tuple(self.literal(kind) for _ in range(rng.choice((1, 1, 2, 3))))
            if rng.random() < 0.08:
                items = (*items, Literal(None, kind))
            return InList(left, items, rng.random() < 0.35)
        if kind is Kind.TEXT:
            pattern = rng.choice(("a%", "%a", "_", "%b%", "A%", "a", "%", "__", "a_"))
            return Like(left, pattern, rng.random() < 0.25)
        if roll < 0.94:
            return Same(left, self.value(kind, scope, 0), rng.random() < 0.5)
        return Comparison(rng.choice(OPERATORS), left, self.value(kind, scope, 1))

    def _mixed(self, column: Column, scope: Sequence[Source]) -> Expression:
        """A stored number beside a text, or the other way round."""
        stored = any(one.id == column.source and isinstance(one.of, str) for one in scope)
        other = Kind.TEXT if column.kind.is_number else Kind.INTEGER
        value = str(self.literal(column.kind).value) if other is Kind.TEXT else 1
        literal = Literal(value, other)
        if not stored:
            return Comparison("=", column, self.literal(column.kind))
        if self.rng.random() < 0.3:
            return InList(column, (literal,), self.rng.random() < 0.3)
        return Comparison(self.rng.choice(OPERATORS), column, literal)

    # --- values ---

    def kind(self) -> Kind:
        kinds = [column.kind for table in self.schema.tables for column in table.columns]
        return self.rng.choice((*kinds, *kinds, Kind.INTEGER))

    def literal(self, kind: Kind) -> Literal:
        """One of the values that databases have, or one beside them."""
        pool = self.schema.pools[kind]
        more: tuple[Value, ...] = {
            Kind.INTEGER: (0, 1, 2, 3),
            Kind.REAL: (1.5, 2.0),
            Kind.TEXT: ("a", "A", "z"),
        }[kind]
        return Literal(self.rng.choice((*pool, *pool, *pool, *more)), kind)

    def column(self, kind: Kind, scope: Sequence[Source]) -> Column | None:
        """A column of a type; of another one where there is none."""
        fitting = [
            source.column(i)
            for source in scope
            for i, field in enumerate(source.fields)
            if field.kind is kind
        ]
        return self.rng.choice(fitting) if fitting else None

    def value(self, kind: Kind, scope: Sequence[Source], depth: int) -> Expression:
        """A value of a type."""
        rng = self.rng
        column = self.column(kind, scope)
        roll = rng.random()
        if depth == 0 or roll < 0.7:
            return column if column is not None and roll < 0.97 else self.literal(kind)
        if roll < 0.78:
            branch = (self.simple(scope), self.value(kind, scope, depth - 1))
            otherwise = self.value(kind, scope, depth - 1) if rng.random() < 0.75 else None
            return Case((branch,), otherwise, kind)
        left = self.value(kind, scope, depth - 1)
        if roll < 0.85:
            return Call("COALESCE", (left, self.literal(kind)), kind)
        if roll < 0.88:
            return Call("NULLIF", (left, self.literal(kind)), kind)
        if kind is Kind.TEXT:
            if roll < 0.94:
                return Call(rng.choice(("UPPER", "LOWER")), (left,), kind)
            return Call("CONCAT", (left, self.value(kind, scope, 0)), kind)
        if roll < 0.9:
            return Call("ABS", (left,), kind)
        text = self.column(Kind.TEXT, scope)
        if roll < 0.92 and text is not None and kind is Kind.INTEGER:
            return Call("LENGTH", (text,), kind)
        operator = rng.choice(
            ("+", "-", "*", "/", "%") if kind is Kind.INTEGER else ("+", "-", "*", "/")
        )
        if self.strict and operator in {"/", "%"}:
            operator = "+"
        return Arithmetic(operator, left, self.value(kind, scope, 0), kind)
