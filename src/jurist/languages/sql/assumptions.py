"""Every reading that a verdict on SQL rests on, as sentences for reports."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from functools import lru_cache
from typing import Final

from jurist.languages.sql.dialects import Dialect, OnZero, habits
from jurist.languages.sql.readings import Readings

_CHOICES: Final = {
    "rows=bag": "rows are counted: a result with duplicates differs from one without",
    "rows=set": "relaxed: duplicates do not count",
    "order=as asked": (
        "order counts where the reference's outermost query has ORDER BY; rows with equal keys "
        "may come in any order, and a candidate that settles more is accepted"
    ),
    "order=ignored": "relaxed: the order of rows does not count",
    "order=exact": "order counts where the reference asks for it, and must be settled no more",
    "columns=by position": "columns are paired by position, and their number must agree",
    "columns=any order": "relaxed: columns may stand in any order",
    "columns=extra allowed": (
        "relaxed: columns may stand in any order, and the candidate may have more of them"
    ),
    "names=ignored": "names of result columns do not count",
    "names=must match": "names of result columns must match",
    "ties=open": "a LIMIT between equal rows stands for every choice between them",
    "ties=first": "relaxed: a LIMIT between equal rows is what the engine happens to return",
    "scalar_subqueries=open": (
        "a subquery for one value that has several rows is any of them, or the dialect's error"
    ),
    "scalar_subqueries=first": "relaxed: of a subquery's several rows the first counts",
    "bare_columns=open": "a column beside GROUP BY that is no key is any row's, or an error",
    "bare_columns=first": "relaxed: a column beside GROUP BY is the group's first row's",
    "text_and_numbers=differ": "in results a text never equals a number",
    "text_and_numbers=loose": "relaxed: in results a text may equal a number",
    "nulls=possible": "a column that may be NULL is NULL in some databases",
    "nulls=never": "relaxed: no column is ever NULL",
    "empty_tables=possible": "any table may be empty",
    "empty_tables=never": "relaxed: no table is empty",
}
_FIXED: Final = (
    "values are of their column's declared type, in SQLite too; columns of a primary key are "
    "never NULL",
    "keys, foreign keys, NOT NULL, enums and ranges hold as declared; nothing else is known",
    "texts are equal where each character is, unless the dialect's equality ignores case",
    "numbers never overflow, and sums of reals do not depend on the order of rows",
    "the present moment is the same in both queries, and not known",
)


@lru_cache(maxsize=256)  # every piece of evidence lists them
def sentences(readings: Readings, dialect: Dialect) -> tuple[str, ...]:
    """All readings as one sentence each, the chosen ones as chosen."""
    chosen = [
        _CHOICES[f"{field.name}={value}"]
        for field in fields(Readings)
        if isinstance(value := getattr(readings, field.name), StrEnum)
    ]
    numbers = (
        f"numbers of results are equal within a relative {readings.tolerance:g}"
        if readings.tolerance
        else "numbers of results must be equal exactly"
    )
    rounded = (
        []
        if readings.round_to is None
        else [f"relaxed: numbers of results are rounded to {readings.round_to} digits first"]
    )
    return (*chosen, numbers, *rounded, *_of_dialect(dialect), *_FIXED)


def _of_dialect(dialect: Dialect) -> tuple[str, ...]:
    does = habits(dialect)
    zero = "is NULL" if does.on_zero is OnZero.NULL else "is an error"
    nulls = f"{'below' if does.nulls_are_least else 'above'} every value"
    texts: tuple[str, ...] = ()
    if does.equality_ignores_case:
        texts = (
            f"{dialect}: texts are of printable ASCII, and compare in results too by "
            "utf8mb4_0900_ai_ci: neither case nor accents count; "
            "results are shown in small letters",
            f"{dialect}: digits that a quotient or a mean leaves out do not count",
        )
    elif dialect in {Dialect.POSTGRESQL, Dialect.STANDARD}:
        texts = (f"{dialect}: texts sort by the codes of their characters (collation C)",)
    return (
        *texts,
        f"{dialect}: NULL sorts {'last in either direction' if does.nulls_are_last else nulls}",
        f"{dialect}: integers divide to "
        + ("integers" if does.integers_divide_to_integers else "reals")
        + f", and a division by zero {zero}",
        f"{dialect}: LIKE {'ignores' if does.like_ignores_case else 'heeds'} case, "
        f"equality {'ignores' if does.equality_ignores_case else 'heeds'} it",
    )
