"""Values and conditions in words; what stands in brackets is read as a whole."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Collects,
    Column,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    Like,
    Not,
    Or,
    Query,
    Scalar,
    SortKey,
    Window,
)
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.english import wording
from jurist.languages.sql.english.lacking import wordless
from jurist.languages.sql.english.scopes import Scope
from jurist.languages.sql.schemas.facts import literal
from jurist.languages.sql.values import ValueType

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
KeyT = TypeVar("KeyT")


class Queries(Protocol):
    """Says the queries within an expression."""

    def inner(self, query: Query, scope: Scope) -> str:
        """What a query gives, as words without brackets."""
        ...

    def inner_rows(self, query: Query, scope: Scope) -> str:
        """The rows of a query, whatever it gives of them."""
        ...


@dataclass(frozen=True)
class Expressions:
    """Says values and conditions in one style, with one source of chance."""

    queries: Queries
    dialect: Dialect
    rng: random.Random
    plain: bool
    """Whether columns are called by their names, not as they are described."""

    def pick(self, phrases: Sequence[str]) -> str:
        """One of several wordings."""
        return self.rng.choice(phrases)

    def phrase(self, table: Mapping[KeyT, Sequence[str]], key: KeyT, what: str) -> str:
        """A wording for a key of a table of phrases."""
        if key not in table:
            raise wordless(what)
        return self.pick(table[key])

    # --- values ---

    def value(self, node: Expression, scope: Scope) -> str:
        """A value with its article, in brackets where it consists of parts."""
        match node:
            case Column():
                return f"the {scope.column(node, plain=self.plain)}"
            case Constant():
                return _constant(node)
            case Arithmetic(operator=operator, left=left, right=right):
                word = self.phrase(wording.OPERATORS, operator, f"the operator {operator}")
                return f"({self.value(left, scope)} {word} {self.value(right, scope)})"
            case Case():
                return self._case(node, scope)
            case Call():
                return self._call(node, scope)
            case Aggregate():
                return self._aggregate(node, scope)
            case Window():
                return self._window(node, scope)
            case Scalar(query=query):
                return f"({self.queries.inner(query, scope)})"
            case _:
                raise wordless("a condition as a value")

    def bare(self, node: Expression, scope: Scope) -> str:
        """A value without its article."""
        return self.value(node, scope).removeprefix("the ")

    def _case(self, node: Case, scope: Scope) -> str:
        missing = _missing_replaced(node)
        if missing is not None:
            value, other = missing
            return f"({self.value(value, scope)}, or {self.value(other, scope)} where missing)"
        parts = [
            f"{self.value(value, scope)} if {self.condition(test, scope, '')}"
            for test, value in node.branches
        ]
        return f"({', '.join(parts)}, otherwise {self.value(node.otherwise, scope)})"

    def _call(self, node: Call, scope: Scope) -> str:
        match node.arguments:
            case (Constant(value=str(pattern)), value) if node.function == "strftime":
                phrase = self.phrase(wording.FUNCTIONS, pattern, f"the format {pattern!r}")
                return f"{phrase} {self.value(value, scope)}"
            case (value,):
                phrase = self.phrase(
                    wording.CALLS, node.function, f"the function {node.function!r}"
                )
                return f"{phrase} {self.value(value, scope)}"
            case _:
                raise wordless(f"the function {node.function!r}")

    def _aggregate(self, node: Aggregate, scope: Scope) -> str:
        said = self._collected(node, scope)
        if tuple(said.removeprefix("the ").split()) in scope.root.columns:
            raise wordless(f"{said}, which a column is called")
        return said

    def _collected(self, node: Aggregate, scope: Scope) -> str:
        if node.argument is None:
            several = len(scope.rows.sources) > len(scope.rows.ups) + 1
            counted = "rows" if several else " ".join(scope.root.plural)
            return f"{self.pick(wording.ROWS)} {counted}"
        phrase = self.phrase(wording.COLLECTS, node.collects, f"the aggregate {node.name!r}")
        if node.distinct and node.collects is Collects.COUNT:
            phrase = self.pick(wording.ROWS)
        different = f" {wording.DIFFERENT}" if node.distinct else ""
        if isinstance(node.argument, Column) and node.collects is Collects.COUNT:
            return f"{phrase}{different} {scope.columns(node.argument, plain=self.plain)}"
        argument = self.value(node.argument, scope)
        is_of = phrase.endswith(" of") and not different and node.collects is not Collects.COUNT
        return f"{phrase}{different} {argument if is_of else argument.removeprefix('the ')}"

    def _window(self, node: Window, scope: Scope) -> str:
        if node.frame or not node.order:
            raise wordless("a window of this kind")
        if node.function in wording.PREVIOUS and len(node.arguments) == 1:
            phrase = self.pick(wording.PREVIOUS[node.function])
            said = f"{phrase} {self.bare(node.arguments[0], scope)}"
        elif not node.arguments:
            said = self.phrase(wording.WINDOWS, node.function, f"the window of {node.function!r}")
        else:
            raise wordless(f"the window of {node.function!r}")
        if node.partition:
            keys = listed([self.bare(key, scope) for key in node.partition], "and")
            said += f" {self.pick(wording.WITHIN)} {keys}"
        return f"({said}, {self.order(node.order, scope)})"

    def order(self, keys: Sequence[SortKey], scope: Scope) -> str:
        """What rows are sorted by.

        Raises:
            UnsupportedError: NULLs sort otherwise than they do where nothing is said.
        """
        parts: list[str] = []
        for key in keys:
            least = habits(self.dialect).nulls_are_least
            if key.nulls_first is not (least is not key.descending):
                raise wordless("where missing values are sorted")
            down = f" {self.pick(wording.DESCENDING)}" if key.descending else ""
            parts.append(self.value(key.value, scope) + down)
        then = f", {self.pick(wording.THEN)} "
        return f"{self.pick(wording.SORTED)} {then.join(parts)}"

    # --- conditions ---

    def condition(self, node: Expression, scope: Scope, lead: str) -> str:
        """A condition; a junction of the other kind within one comes in brackets.

        Args:
            node: The condition.
            scope: Of its columns.
            lead: What stands before each comparison: "whose " or nothing.
        """
        match node:
            case And(parts=parts):
                return " and ".join(self.part(part, scope, lead) for part in parts)
            case Or(parts=parts):
                listing = self._listing(node, scope, lead, wording.IN_LIST)
                return listing or " or ".join(self.part(part, scope, lead) for part in parts)
            case Not(part=part):
                return self._negated(part, scope, lead)
            case Comparison():
                return lead + self._comparison(node, scope, bare=bool(lead))
            case IsNull(value=value):
                return f"{lead}{self._left(value, scope, lead)} {self.pick(wording.IS_MISSING)}"
            case Like():
                return lead + self._like(node, scope, lead, positive=True)
            case In():
                return lead + self._within(node, scope, lead, self.pick(wording.IN_QUERY))
            case Exists(query=query):
                return self._exists(query, scope, lead, wording.EXISTS)
            case _:
                raise wordless("a value as a condition")

    def part(self, node: Expression, scope: Scope, lead: str) -> str:
        """A condition as one of several."""
        said = self.condition(node, scope, lead)
        plain = not isinstance(node, And | Or) or self._is_listing(node)
        return said if plain else f"({said})"

    def _negated(self, part: Expression, scope: Scope, lead: str) -> str:
        match part:
            case Comparison(compares=compares, left=left, right=right):
                # exact for NULLs too: both are unknown where a side is
                opposite = Comparison(compares.opposite, left, right)
                return self.condition(opposite, scope, lead)
            case IsNull(value=value):
                return f"{lead}{self._left(value, scope, lead)} {self.pick(wording.IS_KNOWN)}"
            case Like():
                return lead + self._like(part, scope, lead, positive=False)
            case In():
                return lead + self._within(part, scope, lead, self.pick(wording.NOT_IN_QUERY))
            case Exists(query=query):
                return self._exists(query, scope, lead, wording.NOT_EXISTS)
            case Or() if said := self._listing(part, scope, lead, wording.NOT_IN_LIST):
                return said
            case _:
                return f"not ({self.condition(part, scope, lead)})"

    def _left(self, node: Expression, scope: Scope, lead: str) -> str:
        return self.bare(node, scope) if lead else self.value(node, scope)

    def _comparison(self, node: Comparison, scope: Scope, *, bare: bool) -> str:
        left, right, phrases = node.left, node.right, wording.COMPARES[node.compares]
        match left, right:
            case Call("cast", (Column() as time,), ValueType.TEXT), Constant(value=str()):
                left = time  # SQLite compares a moment with a day as texts
            case _:
                pass
        if _is_time(left):
            phrases = wording.TIMES.get(node.compares, phrases)
        said = self.bare(left, scope) if bare else self.value(left, scope)
        match left, right:
            case Column(type=ValueType.BOOLEAN), Constant(value=0 | 1 as truth):
                return f"{said} {phrases[0]} {'true' if truth else 'false'}"
            case _:
                return f"{said} {self.pick(phrases)} {self.value(right, scope)}"

    @staticmethod
    def _is_listing(node: Expression) -> bool:
        return isinstance(node, Or) and _listed_values(node) is not None

    def _listing(self, node: Or, scope: Scope, lead: str, phrases: Sequence[str]) -> str:
        found = _listed_values(node)
        if found is None:
            return ""
        value, constants = found
        said = listed([*map(_constant, constants)], "or")
        return f"{lead}{self._left(value, scope, lead)} {self.pick(phrases)} {said}"

    def _like(self, node: Like, scope: Scope, lead: str, *, positive: bool) -> str:
        if node.escape or node.ignores_case is not habits(self.dialect).like_ignores_case:
            raise wordless("a pattern of this kind")
        kind, text = wording.MATCHES, node.pattern
        inner = text.strip("%")
        if inner and not re.search("[%_]", inner):
            kinds = {
                f"%{inner}%": wording.CONTAINS,
                f"{inner}%": wording.STARTS,
                f"%{inner}": wording.ENDS,
            }
            if text in kinds:
                kind, text = kinds[text], inner
        phrases = kind if positive else wording.NOT_LIKE[kind]
        return f"{self._left(node.value, scope, lead)} {self.pick(phrases)} {literal(text)}"

    def _within(self, node: In, scope: Scope, lead: str, phrase: str) -> str:
        if len(node.values) != 1:
            raise wordless("several values looked up together")
        left = self._left(node.values[0], scope, lead)
        return f"{left} {phrase} ({self.queries.inner(node.query, scope)})"

    def _exists(self, query: Query, scope: Scope, lead: str, phrases: Sequence[str]) -> str:
        where = "where " if lead else ""
        return f"{where}{self.pick(phrases)} ({self.queries.inner_rows(query, scope)})"


def listed(parts: Sequence[str], last: str) -> str:
    """Parts as `a, b and c`."""
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _constant(node: Constant) -> str:
    """A literal as it is read: a date bare, other texts in quotes."""
    match node.value:
        case None:
            return "nothing"
        case str(text):
            return text if _DATE.fullmatch(text) else literal(text)
        case number:
            return repr(number)


def _is_time(node: Expression) -> bool:
    return isinstance(node, Column | Constant | Call | Aggregate | Window) and node.type.is_time


def _listed_values(node: Or) -> tuple[Expression, list[Constant]] | None:
    """The value that a junction compares with constants alone, and these."""
    constants: list[Constant] = []
    first: Expression | None = None
    for part in node.parts:
        match part:
            case Comparison(compares=Compares.EQ, left=left, right=Constant() as right):
                if (first is not None and left != first) or right.value is None:
                    return None
                first = left
                constants.append(right)
            case _:
                return None
    return (first, constants) if first is not None else None


def _missing_replaced(node: Case) -> tuple[Expression, Expression] | None:
    """What COALESCE of two values is: the value, and what stands in for it."""
    match node:
        case Case(branches=((Not(part=IsNull(value=tested)), value),), otherwise=other):
            return (value, other) if tested == value else None
        case Case(branches=((IsNull(value=tested), other),), otherwise=value):
            return (value, other) if tested == value else None
        case _:
            return None
