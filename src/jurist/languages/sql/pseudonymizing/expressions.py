"""Expressions read for what their values are of, and for what meets in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jurist.languages.effort import spend
from jurist.languages.pseudonymizing import Relation
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.pseudonymizing import functions, patterns, times
from jurist.languages.sql.pseudonymizing.senses import (
    ANY,
    COUNT,
    FLAG,
    RATIO,
    Family,
    Sense,
    Senses,
)

_UNREAD: Final = "a value is computed in a way that other constants would change"
_NOT_SAID: Final = "a column is not known"
_EQUAL: Final = (exp.EQ, exp.NEQ, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ)
_ORDERED: Final = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_PATTERNS: Final = (exp.Like, exp.ILike)
_MOMENTS: Final = frozenset({Family.TIME, Family.INSTANT})
_KEEP_ROWS: Final = {"ROWS", "GROUPS", ""}


@dataclass(frozen=True, slots=True)
class Expressions:
    """Reads the expressions of one SELECT."""

    senses: Senses
    dialect: Dialect
    column: Callable[[exp.Column], Sense | None]
    query: Callable[[exp.Expr], Sequence[Sense]]

    def value(self, tree: exp.Expr) -> Sense:
        """What a value is of."""
        spend(1)
        match tree:
            case exp.Paren() | exp.Alias() | exp.Distinct() | exp.Collate() | exp.AtTimeZone():
                return self._within(tree)
            case exp.Column():
                return self.column(tree) or self.senses.opaque(_NOT_SAID)
            case exp.Literal():
                return self.senses.literal(tree)
            case exp.Neg(this=exp.Literal(is_string=False) as literal):
                return self.senses.literal(literal)
            case exp.Null():
                return ANY
            case exp.Boolean():
                return FLAG
            case exp.Exists():
                self.query(tree.this)
                return FLAG
            case exp.Subquery() | exp.Query():
                outputs = self.query(tree)
                return outputs[0] if outputs else ANY
            case exp.Escape() | exp.Like() | exp.ILike():
                return self._like(tree)
            case exp.Connector() | exp.Not():
                for part in tree.iter_expressions():
                    self.value(part)
                return FLAG
            case exp.In() | exp.Between() | exp.Any() | exp.All():
                return self._several(tree)
            case exp.EQ() | exp.NEQ() | exp.Is() | exp.NullSafeEQ() | exp.NullSafeNEQ():
                return self._compared(tree, Relation.EQUALITY)
            case exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
                return self._compared(tree, Relation.ORDER)
            case exp.Case() | exp.If() | exp.Coalesce() | exp.Nullif():
                return self._branches(tree)
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Div() | exp.IntDiv() | exp.Neg():
                return self._arithmetic(tree)
            case exp.Interval():
                return self.length_of_time(tree)
            case (
                exp.Window()
                | exp.Filter()
                | exp.IgnoreNulls()
                | exp.RespectNulls()
                | exp.WithinGroup()
            ):
                return self._around(tree)
            case exp.Ordered():
                return self.sorted_by(tree)
            case _:
                return functions.value(tree, self)

    def fixed(self, tree: exp.Expr, reason: str = _UNREAD, family: Family = Family.TEXT) -> Sense:
        """A value that is itself only where all that it is computed from is."""
        for part in tree.iter_expressions():
            if isinstance(part, exp.DataType | exp.Var | exp.Identifier):
                continue
            self.senses.fix(self.value(part), reason)
        return self.senses.opaque(reason, family)

    def sorted_by(self, tree: exp.Expr) -> Sense:
        """What a sort key is of."""
        sense = self.senses.settled(self.value(tree.this), "rows are sorted by a rounded number")
        self.senses.ask(sense, Relation.ORDER)
        return sense

    def length_of_time(self, tree: exp.Interval) -> Sense:
        """An interval, whose number stays."""
        for literal in tree.find_all(exp.Literal):
            self.senses.keep(literal)
        return RATIO if isinstance(tree.this, exp.Literal | exp.Neg) else self.fixed(tree)

    def window(self, tree: exp.Expr) -> None:
        """PARTITION BY, ORDER BY and the frame of a window."""
        for key in tree.args.get("partition_by") or ():
            self.senses.settled(self.value(key), "rows are grouped by a rounded number")
        order = tree.args.get("order")
        keys = [self.sorted_by(key) for key in (order.expressions if order is not None else ())]
        spec = tree.args.get("spec")
        if spec is None:
            return
        ends = [spec.args.get(name) for name in ("start", "end")]
        for end in ends:
            if not isinstance(end, exp.Expr):
                continue
            if str(spec.args.get("kind") or "").upper() in _KEEP_ROWS or isinstance(
                end, exp.Interval
            ):
                for literal in end.find_all(exp.Literal):
                    self.senses.keep(literal)
            else:
                self.senses.all_meet([*keys[:1], self.senses.summed(self.value(end))])

    def _within(self, tree: exp.Expr) -> Sense:
        parts = tree.expressions or [tree.this]
        return [self.value(part) for part in parts][-1]

    # --- conditions -----------------------------------------------------------------------

    def _compared(self, tree: exp.Expr, relation: Relation) -> Sense:
        left, right = tree.this, tree.expression
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            for one, other in zip(left.expressions, right.expressions, strict=False):
                self._meet(self.value(one), self.value(other), relation)
            return FLAG
        if isinstance(right, exp.Any | exp.All):
            self._meet(self.value(left), self.value(right.this), relation)
            return FLAG
        self._meet(self.value(left), self.value(right), relation)
        return FLAG

    def _meet(self, one: Sense, other: Sense, relation: Relation) -> None:
        met = self.senses.meet(one, other)
        for side in (one, other):  # a bare text may have become a number, a bare number a text
            self.senses.ask(Sense(met.family, side.unit), relation)

    def _several(self, tree: exp.Expr) -> Sense:
        if isinstance(tree, exp.Between):
            value = self.value(tree.this)
            for name in ("low", "high"):
                self._meet(value, self.value(tree.args[name]), Relation.ORDER)
            return FLAG
        if not isinstance(tree, exp.In):
            return self.value(tree.this)
        sides = tree.this.expressions if isinstance(tree.this, exp.Tuple) else [tree.this]
        values = [self.value(side) for side in sides]
        query = tree.args.get("query")
        rows: list[Sequence[Sense]] = [self.query(query)] if query is not None else []
        for row in tree.expressions:
            parts = row.expressions if isinstance(row, exp.Tuple) else [row]
            rows.append([self.value(part) for part in parts])
        for row in rows:
            for value, other in zip(values, row, strict=False):
                self._meet(value, other, Relation.EQUALITY)
        return FLAG

    def _like(self, tree: exp.Expr) -> Sense:
        escape = patterns.USUAL_ESCAPES.get(self.dialect, "")
        like = tree
        if isinstance(tree, exp.Escape):
            like, mark = tree.this, tree.expression
            if not isinstance(mark, exp.Literal):
                return self.fixed(tree)
            escape = mark.name
            self.senses.keep(mark)
        if not isinstance(like, exp.Like | exp.ILike) or not isinstance(
            like.expression, exp.Literal
        ):
            self.fixed(like)
            return FLAG
        value = self.value(like.this)
        if value.family is not Family.TEXT:
            reason = f"a pattern is asked of a {value.family}"
            self.senses.fix(value, reason)
            self.senses.fix(self.senses.pattern(like.expression, escape), reason)
            return FLAG
        self.senses.meet(value, self.senses.pattern(like.expression, escape))
        for relation in patterns.relations(like.expression.name, escape):
            self.senses.ask(value, relation)
        return FLAG

    # --- values ---------------------------------------------------------------------------

    def _branches(self, tree: exp.Expr) -> Sense:
        match tree:
            case exp.Case():
                of = None if tree.this is None else self.value(tree.this)
                values: list[exp.Expr] = [branch.args["true"] for branch in tree.args["ifs"]]
                for branch in tree.args["ifs"]:
                    when = self.value(branch.this)
                    if of is not None:
                        self._meet(of, when, Relation.EQUALITY)
                values += [part for part in (tree.args.get("default"),) if part is not None]
            case exp.If():
                self.value(tree.this)
                values = [tree.args["true"]]
                values += [part for part in (tree.args.get("false"),) if part is not None]
            case exp.Nullif():
                one, other = self.value(tree.this), self.value(tree.expression)
                self._meet(one, other, Relation.EQUALITY)
                return one
            case _:
                values = [tree.this, *tree.expressions]
        return self.senses.all_meet([self.value(value) for value in values])

    def _arithmetic(self, tree: exp.Expr) -> Sense:
        if isinstance(tree, exp.Neg):
            return self.senses.summed(self.value(tree.this))
        one, other = self.value(tree.this), self.value(tree.expression)
        if Family.ANY in {one.family, other.family}:
            return other if one.family is Family.ANY else one
        if not _MOMENTS.isdisjoint({one.family, other.family}):
            return times.moved(tree, one, other, self)
        if isinstance(tree, exp.Add | exp.Sub):
            left, right = self.senses.summed(one), self.senses.summed(other)
            rounded = left.is_rounded or right.is_rounded
            self.senses.units.same(left.unit, right.unit)
            whole = left.is_whole and right.is_whole
            return Sense(Family.NUMBER, left.unit, is_whole=whole, is_rounded=rounded)
        one, other = self._factor(tree.this, one), self._factor(tree.expression, other)
        rounded = one.is_rounded or other.is_rounded
        whole = one.is_whole and other.is_whole
        units = self.senses.units
        if isinstance(tree, exp.Mul):
            return Sense(Family.NUMBER, units.times(one.unit, other.unit), whole, rounded)
        unit = units.over(one.unit, other.unit)
        integers = habits(self.dialect).integers_divide_to_integers and whole
        if integers or isinstance(tree, exp.IntDiv):
            return Sense(Family.NUMBER, unit, is_whole=True, is_rounded=rounded or bool(unit))
        return Sense(Family.NUMBER, unit, is_rounded=rounded)

    def _factor(self, tree: exp.Expr, sense: Sense) -> Sense:
        """A side of a product or quotient: a bare number there is no value."""
        bare = tree.unnest()
        while isinstance(bare, exp.Neg | exp.Cast):
            bare = bare.this.unnest()
        if isinstance(bare, exp.Literal):
            self.senses.keep(bare)
            return Sense(Family.NUMBER, is_whole=sense.is_whole)
        return self.senses.summed(sense)

    def _around(self, tree: exp.Expr) -> Sense:
        sense = self.value(tree.this)
        match tree:
            case exp.Window():
                self.window(tree)
            case exp.Filter():
                self.value(tree.expression.this)
            case exp.WithinGroup():
                order = tree.expression
                keys = [self.sorted_by(key) for key in order.expressions]
                return keys[0] if keys else COUNT
            case _:
                pass
        return sense
