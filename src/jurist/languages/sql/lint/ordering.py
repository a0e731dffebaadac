"""Doubts about order: ties that a LIMIT cuts, NULLs that come first, numbers sorted as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Collects,
    Column,
    Compares,
    Comparison,
    Constant,
    Expression,
    IsNull,
    Like,
    Not,
    Query,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.walking import columns_of, own_expressions, walk
from jurist.languages.sql.lint.determining import Columns, determined, is_row_known, is_single
from jurist.languages.sql.lint.remarks import Remark
from jurist.languages.sql.values import ValueType

_SORT: Final = ("ORDER", "BY")
_NUMERIC_NAME: Final = re.compile(
    r"(?:^|_|\b)(?:age|amount|area|attendance|balance|budget|capacity|cost|count|distance|duration|"
    r"height|horsepower|income|length|miles?|mpg|no|num|number|percent(?:age)?|points?|population|"
    r"price|quantity|rank|rating|salary|score|size|speed|total|weight|year|years)(?:$|_|\b)"
)
_NUMBER: Final = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*\Z")
_ORDERED: Final = frozenset({Compares.LT, Compares.LE, Compares.GT, Compares.GE})


def ties(query: Query, columns: Columns) -> Iterator[Remark]:
    """A LIMIT that may cut between rows that nothing tells apart."""
    if query.limit is None or query.limit == 0 or is_single_without_limit(query, columns):
        return
    kept = f"LIMIT {query.limit} keeps any of them"
    if not query.order:
        yield Remark(
            "open choice",
            f"nothing says which rows come first, so {kept}",
            "say by ORDER BY which are wanted, by a key last, or leave LIMIT out",
            ("LIMIT",),
        )
    elif not _is_settled(query, columns):
        yield Remark(
            "open tie",
            f"several rows may be equal in what ORDER BY names, so {kept}",
            "add a key to ORDER BY, or ask for all that are equal: WHERE x = (SELECT MAX(x) ...)",
            _SORT,
            _name(query.order[0].value),
        )


def is_single_without_limit(query: Query, columns: Columns) -> bool:
    """Whether a query has at most one row even where its LIMIT is left out."""
    return is_single(replace(query, limit=None), columns)


def _is_settled(query: Query, columns: Columns) -> bool:
    """Whether rows that are equal in their sort keys are equal in all that is asked for."""
    keys = [key.value for key in query.order]
    if isinstance(query, SetOperation):
        names = {key.name.lower() for key in keys if isinstance(key, Column)}
        return names >= {output.name.lower() for output in query.outputs}
    known = determined(query, keys, columns)
    own = {source.id for source in query.sources}

    def settled(value: Expression) -> bool:
        return value in keys or all(
            column in known or column.source not in own for column in columns_of(value)
        )

    if all(
        settled(output.value) and not _has_aggregate(output.value, keys) for output in query.outputs
    ):
        return True
    if query.distinct:
        return False
    if query.group is not None:
        return all(settled(key) for key in query.group)
    return is_row_known(query, known)


def _has_aggregate(value: Expression, keys: list[Expression]) -> bool:
    return value not in keys and any(isinstance(part, Aggregate) for part in walk(value))


def nullable_keys(query: Query, columns: Columns) -> Iterator[Remark]:
    """A LIMIT whose first rows may be those that lack the value they are sorted by."""
    if query.limit is None or not isinstance(query, Select):
        return
    for key in query.order[:1]:
        column = key.value
        if (
            isinstance(column, Column)
            and key.nulls_first
            and columns.may_be_null(column)
            and not any(_excludes_null(condition, column) for condition in query.where)
        ):
            name = columns.name(column)
            yield Remark(
                "NULL sorts first",
                f"{name} may be NULL, which comes first here, so LIMIT keeps rows without a value",
                f"add WHERE {name} IS NOT NULL, or NULLS LAST",
                _SORT,
                column.name.lower(),
            )


def _excludes_null(condition: Expression, column: Column) -> bool:
    """Whether a condition is never true where a column is NULL, by its form."""
    match condition:
        case Not(IsNull(value)):
            return value == column
        case Comparison(_, left, right):
            return column in {left, right}
        case Like(value):
            return value == column
        case _:
            return False


def numbers_as_text(query: Query, columns: Columns) -> Iterator[Remark]:
    """Texts that look like numbers, sorted or compared as texts: '10' comes before '9'."""
    for key in query.order:
        yield from _as_text(key.value, columns, _SORT, "sorted")
    for expression in own_expressions(query):
        for part in walk(expression):
            match part:
                case Aggregate(Collects.MIN | Collects.MAX as collects, Column() as column):
                    yield from _as_text(column, columns, (collects.upper(),), "compared")
                case Comparison(compares, left, right) if compares in _ORDERED:
                    for value, other in ((left, right), (right, left)):
                        if _is_numeric(other) and (named := _text_column(value, columns)):
                            yield _number_as_text(named, (), "compared")
                case _:
                    pass


def _as_text(
    value: Expression, columns: Columns, clause: tuple[str, ...], done: str
) -> Iterator[Remark]:
    name = _text_column(value, columns)
    known = columns.base(value)
    if name and known is not None:
        listed = known[1].values
        numeric = listed and all(_NUMBER.match(str(text)) for text in listed)
        if numeric or (listed is None and _NUMERIC_NAME.search(_words(name))):
            yield _number_as_text(name, clause, done)


def _number_as_text(name: str, clause: tuple[str, ...], done: str) -> Remark:
    return Remark(
        "number as text",
        f"{name} is text, so its values are {done} letter by letter: '10' comes before '9'",
        f"if they are numbers, write CAST({name} AS REAL), or mend the column's type",
        clause,
        name.lower(),
    )


def _text_column(value: Expression, columns: Columns) -> str:
    known = columns.base(value)
    return known[1].name if known is not None and known[1].type is ValueType.TEXT else ""


def _is_numeric(value: Expression) -> bool:
    return isinstance(value, Constant) and (
        value.type in {ValueType.INTEGER, ValueType.REAL}
        or (value.type is ValueType.TEXT and _NUMBER.match(str(value.value)) is not None)
    )


def _words(name: str) -> str:
    """`pointsTotal` and `Points_Total` as `points_total`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\s-]+", "_", name).lower()


def _name(value: Expression) -> str:
    columns = [part for part in walk(value) if isinstance(part, Column)]
    return columns[0].name.lower() if columns else ""
