"""Queries: one table, conditions joined by `and`, columns, an order, a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jurist.errors import QuerySyntaxError
from jurist.languages.base import Query

KEYWORDS = ("from", "where", "and", "select", "order", "by", "desc", "limit")
OPERATORS = ("!=", ">=", "<=", "=", ">", "<")
_TOKEN = re.compile(
    r"\s*(?:('(?:[^'\\\n]|\\.)*')|(-?\d{1,12})|([a-z_][a-z_0-9]*)|(!=|>=|<=|[=><,]))"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column beside a constant."""

    column: str
    operator: str
    value: int | str

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.column} {self.operator} {written(self.value)}"


@dataclass(frozen=True, slots=True)
class BagQuery(Query):
    """A query of rows."""

    table: str
    where: tuple[Comparison, ...]
    columns: tuple[str, ...]
    order: str = ""
    descending: bool = False
    limit: int | None = None


def written(value: int | str) -> str:
    """A constant as a query writes it."""
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def format_query(query: BagQuery) -> str:
    """Canonical text."""
    text = f"from {query.table}"
    if query.where:
        text += " where " + " and ".join(map(str, query.where))
    text += " select " + ", ".join(query.columns)
    if query.order:
        text += f" order by {query.order}" + (" desc" if query.descending else "")
    return text if query.limit is None else f"{text} limit {query.limit}"


def parse(text: str) -> BagQuery:
    """Read a query.

    Raises:
        QuerySyntaxError: It is none.
    """
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def query(self) -> BagQuery:
        self._word("from")
        table = self._name()
        where: list[Comparison] = []
        if self._has("where"):
            where.append(self._comparison())
            while self._has("and"):
                where.append(self._comparison())
        self._word("select")
        columns = [self._name()]
        while self._has(","):
            columns.append(self._name())
        order, descending, limit = "", False, None
        if self._has("order"):
            self._word("by")
            order, descending = self._name(), self._has("desc")
        if self._has("limit"):
            limit = self._number()
        if self._at < len(self._tokens):
            raise self._error("the end")
        return BagQuery(table, tuple(where), tuple(columns), order, descending, limit)

    def _comparison(self) -> Comparison:
        column, operator = self._name(), self._next("a comparison")
        if operator not in OPERATORS:
            raise self._error("one of " + ", ".join(OPERATORS), back=1)
        value = self._next("a constant")
        if value.startswith("'"):
            return Comparison(column, operator, re.sub(r"\\(.)", r"\1", value[1:-1]))
        if not re.fullmatch(r"-?\d+", value):
            raise self._error("a number or a text in quotes", back=1)
        return Comparison(column, operator, int(value))

    def _number(self) -> int:
        token = self._next("a number")
        if not token.isdigit():
            raise self._error("a number", back=1)
        return int(token)

    def _name(self) -> str:
        token = self._next("a name")
        if token in KEYWORDS or not re.fullmatch(r"[a-z_][a-z_0-9]*", token):
            raise self._error("a name", back=1)
        return token

    def _word(self, word: str) -> None:
        if not self._has(word):
            raise self._error(f"`{word}`")

    def _has(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == token:
            self._at += 1
            return True
        return False

    def _next(self, expected: str) -> str:
        if self._at == len(self._tokens):
            raise self._error(expected)
        self._at += 1
        return self._tokens[self._at - 1][0]

    def _error(self, expected: str, *, back: int = 0) -> QuerySyntaxError:
        place = self._at - back
        at_end = place >= len(self._tokens)
        problem = "the query ends" if at_end else f"unexpected {self._tokens[place][0][:40]!r}"
        column = (
            1 + (self._tokens[-1][1] + 1 if self._tokens else 0)
            if at_end
            else (self._tokens[place][1] + 1)
        )
        return QuerySyntaxError(problem, line=1, column=column, hint=f"write {expected} here")


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            found = text[at:].strip()[0]
            raise QuerySyntaxError(
                f"unexpected {found!r}", line=1, column=at + 1, hint="see the language's page"
            )
        token = next(part for part in match.groups() if part is not None)
        yield token, match.end() - len(token)
        at = match.end()
