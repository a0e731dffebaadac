"""Functions, casts and dates as calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.comparing import as_text, is_day, is_moment, number_of
from jurist.languages.sql.algebra.nodes import Call, Constant, Expression
from jurist.languages.sql.algebra.numbers import number_kind, of_type
from jurist.languages.sql.algebra.types import common_type, type_of
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.functions import AGGREGATES
from jurist.languages.sql.values import ValueType

_CASTS: Final = {
    **dict.fromkeys(
        ("INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "UBIGINT", "UINT", "HUGEINT"),
        ValueType.INTEGER,
    ),
    **dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL", "BIGDECIMAL", "UDECIMAL"), ValueType.REAL),
    **dict.fromkeys(("TEXT", "VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "BPCHAR"), ValueType.TEXT),
    "BOOLEAN": ValueType.BOOLEAN,
    "DATE": ValueType.DATE,
    **dict.fromkeys(("TIMESTAMP", "DATETIME", "TIMESTAMPNTZ"), ValueType.TIMESTAMP),
}
_ROUNDED: Final[dict[Dialect, frozenset[str]]] = {
    Dialect.SQLITE: frozenset(),
    Dialect.POSTGRESQL: frozenset({"FLOAT"}),
    Dialect.STANDARD: frozenset({"FLOAT"}),
    Dialect.DUCKDB: frozenset({"FLOAT", "DECIMAL", "BIGDECIMAL", "UDECIMAL"}),
    Dialect.MYSQL: frozenset({"FLOAT", "DECIMAL", "BIGDECIMAL", "UDECIMAL"}),
}
"""Types of four bytes (as the parser calls REAL) or of a few digits, which round a real."""
_TYPES: Final = {
    **dict.fromkeys(
        (
            *("upper", "lower", "trim", "substring", "concat", "dpipe", "replace", "left"),
            *("right", "initcap", "reverse", "pad", "repeat", "timetostr", "strftime"),
            *("concatws", "ltrim", "rtrim", "char", "hex", "typeof", "format"),
        ),
        ValueType.TEXT,
    ),
    **dict.fromkeys(
        (
            *("length", "year", "month", "day", "quarter", "week", "hour", "minute", "second"),
            *("strposition", "instr", "extract", "sign", "ceil", "floor", "datediff"),
            *("unixtounix", "ascii", "unicode", "dayofweek", "dayofyear", "unix_timestamp"),
        ),
        ValueType.INTEGER,
    ),
    **dict.fromkeys(
        (
            *("round", "sqrt", "ln", "log", "exp", "pow", "sin", "cos", "tan", "julianday"),
            *("trunc", "numeric", "to_number"),
        ),
        ValueType.REAL,
    ),
    **dict.fromkeys(("startswith", "endswith", "contains", "regexplike"), ValueType.BOOLEAN),
    **dict.fromkeys(("currentdate",), ValueType.DATE),
    **dict.fromkeys(("currenttimestamp", "currentdatetime", "now"), ValueType.TIMESTAMP),
}
_NOW: Final = {"now": "currenttimestamp", "localtimestamp": "currenttimestamp"}
_VOLATILE: Final = {
    *("rand", "randn", "random", "randstr", "uuid", "randomblob", "gen_random_uuid"),
    *("changes", "last_insert_rowid", "total_changes", "nextval", "sleep", "pg_sleep"),
}
_OF_ITS_ARGUMENTS: Final = {"abs", "greatest", "least", "scalar_max", "scalar_min"}

Convert = Callable[[exp.Expr], Expression]


def refuse(what: str) -> UnsupportedError:
    """The error for what has no node."""
    return UnsupportedError(
        f"{what} has no meaning in the algebra",
        expected="what docs/explanation/sql.md lists",
        fix="write the query without it, or rely on databases alone for this pair",
    )


def call(function: exp.Func, convert: Convert, dialect: Dialect) -> Expression:
    """A function whose value its arguments alone determine.

    Raises:
        UnsupportedError: It is volatile.
    """
    name = function.name if isinstance(function, exp.Anonymous) else function.key
    name = name.lower()
    name = _NOW.get(name, name)
    if name in _VOLATILE:
        raise refuse(f"{name}(), whose value changes from call to call,")
    if isinstance(function, exp.Anonymous) and name in AGGREGATES:
        raise refuse(f"the aggregate {name}()")
    sqlite_date = name == "date" and dialect is Dialect.SQLITE
    kind = ValueType.TEXT if sqlite_date else _TYPES.get(name)
    arguments = _arguments(function, convert)
    if dialect is Dialect.SQLITE:
        # sqlglot wraps the moment of strftime in a conversion that SQLite does not know
        if name == "tsordstotimestamp":
            return arguments[0]
        if name in {"greatest", "least"}:
            name = f"scalar_{'max' if name == 'greatest' else 'min'}"
        if name == "timetostr":
            name, arguments = "strftime", (arguments[1], arguments[0], *arguments[2:])
        if name == "strftime":
            arguments = _of_now(arguments)
    if kind is None:
        kind = ValueType.OTHER
        if name in _OF_ITS_ARGUMENTS:
            kind = common_type(type_of(argument) for argument in arguments)
        elif name in {"date", "tsordstodate", "datetrunc", "tsordstotimestamp"}:
            kind = ValueType.DATE if "date" in name[-4:] else ValueType.TIMESTAMP
    return Call(name, arguments, kind)


def _of_now(arguments: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Of SQLite's strftime: the moment of the query in one spelling, whole or as a date."""
    if len(arguments) != 2 or not isinstance(arguments[0], Constant):
        return arguments
    now = Constant("now", ValueType.TEXT)
    codes = set(re.findall(r"%(.)", str(arguments[0].value)))
    moment = arguments[1]
    if not isinstance(moment, Call) or moment.arguments not in {(), (now,)}:
        return arguments
    is_day = moment.function in {"currentdate", "date"} and codes <= {"Y", "m", "d", "%"}
    is_now = is_day or moment.function in {"currenttimestamp", "currentdatetime", "datetime"}
    return (arguments[0], now) if is_now else arguments


def _arguments(function: exp.Func, convert: Convert) -> tuple[Expression, ...]:
    """In the order in which sqlglot declares them; what is no expression, as text."""
    arguments: list[Expression] = []
    if isinstance(function, exp.Anonymous):
        return tuple(convert(argument) for argument in function.expressions)
    for name in function.arg_types:
        value = function.args.get(name)
        if isinstance(value, exp.Expr):
            arguments.append(_argument(value, convert))
        elif isinstance(value, list):
            arguments.extend(
                _argument(part, convert)
                for part in value  # pyright: ignore[reportUnknownVariableType]
                if isinstance(part, exp.Expr)
            )
        elif value is not None and value is not False:
            arguments.append(Constant(f"{name}={value}", ValueType.TEXT))
    return tuple(arguments)


def _argument(value: exp.Expr, convert: Convert) -> Expression:
    if isinstance(value, (exp.Var, exp.DataType, exp.Identifier)):
        return Constant(value.sql().lower(), ValueType.TEXT)
    return convert(value)


def cast(
    value: Expression, to: exp.DataType, dialect: Dialect, *, has_affinity: bool
) -> Expression:
    """A cast; none where the value is of that type already.

    Raises:
        UnsupportedError: The type is not modelled.
    """
    name = to.this.name if isinstance(to.this, exp.DataType.Type) else str(to.this)
    kind = _CASTS.get(name)
    source = type_of(value)
    if dialect is Dialect.SQLITE:
        return _sqlite_cast(value, kind, name, has_affinity=has_affinity)
    if kind is None:
        raise refuse(f"a cast to {name}")
    parameters = tuple(Constant(part.name, ValueType.TEXT) for part in to.expressions)
    if source is ValueType.REAL and name in _ROUNDED[dialect]:
        parameters = (Constant(name.lower(), ValueType.TEXT), *parameters)
    if kind is ValueType.TEXT and name not in {"CHAR", "NCHAR", "BPCHAR"} and not parameters:
        if source in {ValueType.TEXT, ValueType.NULL}:
            return value
    elif kind is source and kind is not ValueType.TEXT and not parameters:
        return value
    if isinstance(value, Constant) and isinstance(value.value, str) and source is ValueType.TEXT:
        literal = _literal(value.value, kind)
        if literal is not None and not parameters:
            return literal
    if isinstance(value, Constant) and isinstance(value.value, int) and kind is ValueType.REAL:
        return Constant(float(value.value), kind)
    return Call("cast", (value, *parameters), kind)


def _literal(text: str, kind: ValueType) -> Constant | None:
    if kind is ValueType.DATE and is_day(text):
        return Constant(text, kind)
    if kind is ValueType.TIMESTAMP:
        if is_day(text):
            return Constant(f"{text} 00:00:00", kind)
        return Constant(text, kind) if is_moment(text) else None
    if kind.is_number and kind is not ValueType.BOOLEAN:
        number = number_of(text)
        if number is not None and number.type is ValueType.INTEGER:
            value = number.value if kind is ValueType.INTEGER else float(int(text))
            return Constant(value, kind)
    return None


def _sqlite_cast(
    value: Expression, kind: ValueType | None, name: str, *, has_affinity: bool
) -> Expression:
    """CAST by the affinity that the type's name has; of a date, the number it begins with."""
    if kind is None and name not in {"BLOB", "VARBINARY", "BINARY"}:
        kind = ValueType.DATE
    if kind is None:
        raise refuse(f"a cast to {name}")
    if kind in {ValueType.DATE, ValueType.TIMESTAMP, ValueType.BOOLEAN} or name in {
        *("DECIMAL", "BIGDECIMAL", "UDECIMAL"),
    }:
        return numeric(value)
    source = type_of(value)
    as_is = number_kind(value) is of_type(kind)
    if source is ValueType.NULL or (source is kind and kind.is_number and as_is):
        return value
    if source is kind and has_affinity and not kind.is_number:
        return value
    if kind is ValueType.TEXT:
        return Call("cast", (value,), kind) if source is kind else as_text(value)
    if isinstance(value, Constant) and isinstance(value.value, int):
        return Constant(value.value if kind is ValueType.INTEGER else float(value.value), kind)
    return Call("cast", (value,), kind)


def numeric(value: Expression) -> Expression:
    """A value as SQLite's arithmetic reads it: of a text, the number that it begins with."""
    kind = type_of(value)
    if kind.is_number or kind is ValueType.NULL:
        return value
    if isinstance(value, Constant):
        number = number_of(str(value.value))
        if number is not None:
            return number
    return Call("numeric", (value,), ValueType.REAL)
