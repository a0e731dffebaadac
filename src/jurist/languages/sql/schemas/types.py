"""What the columns of a declared type hold, dialect by dialect."""

from __future__ import annotations

import re
from typing import Final

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.values import ValueType

_NAMES: Final = (
    (
        re.compile(r"\[|ARRAY|BINARY|BLOB|BYTEA|^(STRUCT|MAP|LIST|UNION|JSON|INTERVAL|POINT)"),
        ValueType.OTHER,
    ),
    (re.compile(r"^BOOL"), ValueType.BOOLEAN),
    (re.compile(r"^(DATETIME|TIMESTAMP|SMALLDATETIME)"), ValueType.TIMESTAMP),
    (re.compile(r"^DATE$"), ValueType.DATE),
    (re.compile(r"^(U?(TINY|SMALL|MEDIUM|BIG|HUGE)?INT(EGER)?\d*|LONG|SHORT)$"), ValueType.INTEGER),
    (re.compile(r"^(BIG|SMALL)?SERIAL\d*$|^YEAR$"), ValueType.INTEGER),
    (re.compile(r"^(REAL|FLOAT|DOUBLE|DEC$|DECIMAL|NUMERIC|NUMBER|NUM$)"), ValueType.REAL),
    (re.compile(r"^((MEDIUM|LONG|TINY)?TEXT|CLOB|STRING|NAME|ENUM|BPCHAR)$"), ValueType.TEXT),
    (re.compile(r"^N?(ATIONAL)? ?(VAR)?CHAR(ACTER)?2?( VARYING)?$"), ValueType.TEXT),
)
_AFFINITIES: Final = (
    ("INTEGER", ValueType.INTEGER, ("INT",)),
    ("TEXT", ValueType.TEXT, ("CHAR", "CLOB", "TEXT")),
    ("BLOB", ValueType.OTHER, ("BLOB",)),
    ("REAL", ValueType.REAL, ("REAL", "FLOA", "DOUB")),
    ("NUMERIC", ValueType.REAL, ("",)),
)
"""Each with what it holds here and the parts of a type's name that say so, first come first
(https://sqlite.org/datatype3.html, section 3.1)."""
_NUMERIC_TEXTS: Final = re.compile(r"^(STRING|NAME|ENUM|BPCHAR)$")
"""Texts by their names, of which SQLite makes numbers: `'01'` and `'1'` are one value."""
_UNSIGNED: Final = re.compile(r"\bUNSIGNED\b|^U(TINY|SMALL|MEDIUM|BIG|HUGE)?INT")
_PARAMETERS: Final = re.compile(r"\([^)]*\)")


def value_type(declared: str, dialect: Dialect) -> ValueType:
    """What a column of a type holds.

    SQLite lets a column of any type hold anything; here it holds what its type's name says, which
    the schema prints as an assumption. `NUMERIC` and what has no affinity else hold reals there.

    Args:
        declared: The type as DDL or a live database writes it; empty where there is none.
        dialect: In whose sense.

    Returns:
        `OTHER` for what has no arithmetic and no order that is modelled.
    """
    upper = " ".join(declared.upper().split())
    name = _PARAMETERS.sub("", upper).replace(" UNSIGNED", "").strip()
    name = name.replace(" WITH TIME ZONE", "").replace(" WITHOUT TIME ZONE", "")
    if dialect is Dialect.SQLITE and _NUMERIC_TEXTS.search(name):
        return ValueType.OTHER
    for pattern, type_ in _NAMES:
        if pattern.search(name):
            return type_
    if dialect is not Dialect.SQLITE or not name:
        return ValueType.OTHER
    return ValueType.TEXT if name == "TIME" else _affinity(name)[1]


def affinity(declared: str) -> str:
    """What SQLite makes of a declared type: INTEGER, TEXT, BLOB, REAL or NUMERIC."""
    return _affinity(declared.upper())[0]


def _affinity(upper: str) -> tuple[str, ValueType]:
    return next(
        (name, type_) for name, type_, parts in _AFFINITIES if any(part in upper for part in parts)
    )


def is_unsigned(declared: str) -> bool:
    """Whether a type has no negative numbers (MySQL, DuckDB)."""
    return _UNSIGNED.search(declared.upper()) is not None
