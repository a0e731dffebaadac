"""From a query to a request that says all of it, in a grammar that `reading` reads.

A request names the values, then of what rows: "the name of each customer whose ...", "the average
of the price among products whose ...", "the number of orders for each channel among orders".
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase

from jurist.languages.capabilities import Style
from jurist.languages.sql.algebra.converting import as_spelled
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    And,
    Expression,
    Query,
    Select,
    SetOperation,
)
from jurist.languages.sql.english import wording
from jurist.languages.sql.english.expressions import Expressions, listed
from jurist.languages.sql.english.lacking import wordless
from jurist.languages.sql.english.nouns import Nouns, nouns_of
from jurist.languages.sql.english.rows import Edge, is_equality, rows_of
from jurist.languages.sql.english.scopes import Scope
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import ForeignKey, SqlSchema


def describe(query: SqlQuery, schema: SqlSchema, *, style: Style, rng: random.Random) -> str:
    """Say everything that a query says.

    Args:
        query: It must check against the schema.
        schema: Its descriptions say what columns are called.
        style: `TERSE` uses the names of columns, the others the descriptions.
        rng: Decides which of several wordings is taken.

    Raises:
        UnsupportedError: There is something in it that cannot be said.
    """
    algebra = as_spelled(schema, query)
    writer = _Writer(schema, nouns_of(schema), style, rng)
    said = writer.inner(algebra, None)
    lead = rng.choice(wording.LEADS[style])
    return f"{lead} {said}." if lead else said.removeprefix("the ")


@dataclass
class _Writer:
    """Says the queries of one request; an expression says what is within them through it."""

    schema: SqlSchema
    nouns: Nouns
    style: Style
    rng: random.Random
    letters: Iterator[str] = field(default_factory=lambda: iter(ascii_uppercase))

    @property
    def words(self) -> Expressions:
        """What says values and conditions."""
        plain = self.style is Style.TERSE
        return Expressions(self, self.schema.dialect, self.rng, plain)

    def inner(self, query: Query, scope: Scope | None) -> str:
        """What a query gives, as words without brackets."""
        match query:
            case Select():
                return self._select(query, scope)
            case SetOperation():
                return self._combined(query, scope)

    def inner_rows(self, query: Query, scope: Scope | None) -> str:
        """The rows of a query, whatever it gives of them."""
        if not isinstance(query, Select) or query.group is not None or query.limit is not None:
            raise wordless("whether a combined, grouped or limited query has rows")
        if query.offset or query.having:
            raise wordless("whether a query that leaves rows out has any")
        inside = self._scope(query, scope)
        return self._rows(inside, many=True)

    def _combined(self, query: SetOperation, scope: Scope | None) -> str:
        if query.order or query.limit is not None or query.offset:
            raise wordless("the order of a combined result")
        if isinstance(query.left, SetOperation) or isinstance(query.right, SetOperation):
            raise wordless("three results combined")
        link = self.words.phrase(
            wording.COMBINES, (query.combines, query.all), f"{query.combines} ALL"
        )
        return f"{self._select(query.left, scope)}; {link} {self._select(query.right, scope)}"

    def _scope(self, select: Select, outer: Scope | None) -> Scope:
        rows = rows_of(select, self.schema)
        if not rows.roots:
            raise wordless("a query without a table")
        letters = tuple(next(self.letters, "") for _ in rows.roots) if len(rows.roots) > 1 else ()
        if not all(letters):
            raise wordless("so many tables")
        return Scope(self.nouns, rows, letters, outer)

    def _select(self, select: Select, outer: Scope | None) -> str:
        scope = self._scope(select, outer)
        words = self.words
        outputs = [words.value(output.value, scope) for output in select.outputs]
        if select.group is None:
            said = listed(outputs, "and") + " "
            said += f"{words.pick(wording.EACH)} {self._rows(scope, many=False)}"
        elif _counts_alone(select) and len(scope.rows.roots) == 1 and not scope.rows.downs:
            said = f"{words.pick(wording.ROWS)} {self._rows(scope, many=True)}"
        else:
            said = listed(outputs, "and") + " "
            if select.group:
                keys = [words.bare(key, scope) for key in select.group]
                said += f"{words.pick(wording.GROUPED)} {listed(keys, 'and')} "
            said += f"{words.pick(wording.AMONG)} {self._rows(scope, many=True)}"
        if select.having:
            whole = select.having[0] if len(select.having) == 1 else And(select.having)
            said += f", {words.pick(wording.HAVING)} {words.condition(whole, scope, '')}"
        if select.distinct:
            said += f", {words.pick(wording.ONCE)}"
        if select.order:
            said += f", {words.order(select.order, scope)}"
        if select.offset:
            said += f", {words.pick(wording.OFFSET)} {select.offset}"
        if select.limit is not None:
            said += f", {words.pick(wording.FIRST)} {select.limit}"
        return said

    # --- rows ---

    def _rows(self, scope: Scope, *, many: bool) -> str:
        """The rows, with the conditions on them."""
        rows, words = scope.rows, self.words
        conditions = list(rows.conditions)
        if len(rows.roots) > 1:
            named = [
                f"{' '.join(scope.of_table(root.id).singular)} {letter}"
                for root, letter in zip(rows.roots, scope.letters, strict=True)
            ]
            said = f"{wording.COMBINATION[0]} {listed(named, 'and')}"
        else:
            said = " ".join(scope.root.plural if many else scope.root.singular)
        for source, edge in rows.downs.items():
            scope.path(source)  # or an error: its words are taken
            child = scope.of_table(source)
            if edge.child != source or _keys_between(child.table.foreign_keys, edge.key) != 1:
                raise wordless("one of two foreign keys to the same table")
            said += f" {wording.WITH_EACH[0]} {' '.join(child.plural)}"
            said += f" {words.pick(wording.OR_NONE)}" if edge.optional else ""
        belonging = self._belonging(scope, conditions)
        if belonging is not None:
            conditions.remove(belonging)
            said += f" {wording.BELONGING[0]} {' '.join(_outer_root(scope))}"
        if not conditions:
            return said
        whole = conditions[0] if len(conditions) == 1 else And(tuple(conditions))
        return f"{said} {words.condition(whole, scope, 'whose ')}"

    def _belonging(self, scope: Scope, conditions: list[Expression]) -> Expression | None:
        """The condition that ties the rows to that of the query around, by the only such key."""
        if scope.outer is None or len(scope.rows.roots) > 1 or len(scope.outer.rows.roots) > 1:
            return None
        around = scope.outer.root.table
        table = scope.root.table
        keys = [key for key in table.foreign_keys if key.table.lower() == around.name.lower()]
        if len(keys) != 1 or len(keys[0].columns) != 1 or table.name == around.name:
            return None
        edge = Edge(scope.rows.root.id, scope.outer.rows.root.id, keys[0], optional=False)
        (pair,) = edge.equalities
        return next((part for part in conditions if is_equality(part, pair)), None)


def _outer_root(scope: Scope) -> tuple[str, ...]:
    return scope.outer.root.singular if scope.outer else ()


def _keys_between(keys: tuple[ForeignKey, ...], key: ForeignKey) -> int:
    return sum(other.table.lower() == key.table.lower() for other in keys)


def _counts_alone(select: Select) -> bool:
    """Whether the whole is one number: how many rows there are."""
    if select.group != () or len(select.outputs) != 1:
        return False
    match select.outputs[0].value:
        case Aggregate(argument=None):
            return True
        case _:
            return False
