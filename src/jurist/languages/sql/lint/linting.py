"""All doubts about a query, in the order of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, TypeAlias

from jurist.errors import UnsupportedError
from jurist.languages.doubts import Doubt
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.sql.algebra.converting import converted
from jurist.languages.sql.algebra.nodes import Query
from jurist.languages.sql.algebra.walking import all_queries
from jurist.languages.sql.lint.determining import Columns
from jurist.languages.sql.lint.emptiness import ALWAYS_EMPTY, never_true
from jurist.languages.sql.lint.meaning import (
    NEVER_TRUE,
    bare_columns,
    integer_divisions,
    missing_values,
    mixed_types,
    several_rows,
)
from jurist.languages.sql.lint.ordering import nullable_keys, numbers_as_text, ties
from jurist.languages.sql.lint.remarks import Remark, placed
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.collating import folded_schema

MOST_STEPS: Final = 500_000
_Rule: TypeAlias = Callable[[Query, Columns], Iterator[Remark]]
_RULES: Final[tuple[_Rule, ...]] = (
    ties,
    nullable_keys,
    numbers_as_text,
    bare_columns,
    several_rows,
    mixed_types,
    integer_divisions,
    missing_values,
    never_true,
)


def lint(query: SqlQuery, schema: SqlSchema, *, text: str) -> tuple[Doubt, ...]:
    """What is doubtful in a query that `check` accepts; nothing of one that has no algebra.

    Args:
        query: Parsed under the schema.
        schema: Where its names stand, and what is declared of them.
        text: What it was parsed from.
    """
    try:
        with limited(MOST_STEPS):
            (tree,) = converted(schema, query)
    except (UnsupportedError, OutOfSteps):
        return ()
    columns = Columns.of(tree, folded_schema(schema))
    remarks: list[Remark] = []
    for below in all_queries(tree):
        for rule in _RULES:
            with suppress(OutOfSteps), limited(MOST_STEPS):
                remarks += rule(below, columns)
    if any(remark.kind == NEVER_TRUE for remark in remarks):  # why it is empty, if it is
        remarks = [remark for remark in remarks if remark.kind != ALWAYS_EMPTY]
    return placed(remarks, text, schema.dialect)
