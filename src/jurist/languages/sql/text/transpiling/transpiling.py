"""A query as a text that an engine runs: as it is written in its own dialect, else transpiled.

What an engine reads otherwise whatever the text says is set where it is opened: whether SQLite's
LIKE heeds case (a pragma) and its equality too (`collating`), whether DuckDB divides integers to
integers (`integer_division`). That a division by zero, or a scalar subquery of several
rows, is an error of the dialect shows in the dialect's own engine alone.
"""

from __future__ import annotations

import math
from typing import Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.errors import UnsupportedError as NotInDialect

from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.collating import fold_tree
from jurist.languages.sql.text.functions import allowed
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.sql.text.kinds import kind_of
from jurist.languages.sql.text.refusing.allow_list import calls
from jurist.languages.sql.text.resolving.qualifying import qualified
from jurist.languages.sql.text.transpiling.lacking import without
from jurist.languages.sql.text.transpiling.respelling import respelled
from jurist.languages.sql.text.transpiling.times import COMPARES
from jurist.languages.sql.values import ValueType

_OF: Final = {
    Engine.SQLITE: Dialect.SQLITE,
    Engine.DUCKDB: Dialect.DUCKDB,
    Engine.POSTGRESQL: Dialect.POSTGRESQL,
}
ENGINE_OF: Final = {dialect: engine for engine, dialect in _OF.items()}
"""The engine that is a dialect's own."""
_NOT_IN_SQLITE: Final[tuple[type[exp.Expr], ...]] = (
    exp.All,
    exp.Any,
    exp.AnyValue,
    exp.AtTimeZone,
    exp.Cube,
    exp.GroupingSets,
    exp.Interval,
    exp.Lateral,
    exp.Overlaps,
    exp.RegexpILike,
    exp.RegexpLike,
    exp.Rollup,
    exp.SimilarTo,
    exp.WithinGroup,
    exp.Xor,
)
_HAVE_OTHER_VALUES: Final = {Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.DUCKDB}
"""Where SQLite would show wrongly what no engine takes back, or their own engine shows better."""
_ORDERS: Final = (exp.Ordered, exp.Min, exp.Max, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_WHOLE: Final = exp.DataType.INTEGER_TYPES
_TIMES: Final = exp.DataType.TEMPORAL_TYPES
_TIME_VALUES: Final = {ValueType.DATE, ValueType.TIMESTAMP}
_WHOLE_VALUES: Final = (exp.Count, exp.Length, exp.Extract, exp.Boolean, exp.Null, exp.Predicate)
_PARTS: Final[dict[type[exp.Expr], str]] = {
    exp.Year: "%Y",
    exp.Month: "%m",
    exp.Day: "%d",
    exp.DayOfMonth: "%d",
    exp.Hour: "%H",
    exp.Minute: "%M",
}
_NAMED_PARTS: Final = {
    "YEAR": "%Y",
    "MONTH": "%m",
    "DAY": "%d",
    "HOUR": "%H",
    "MINUTE": "%M",
}


def executable(query: SqlQuery, schema: SqlSchema, engine: Engine) -> str:
    """The text to run, of tables that have the schema's names.

    Args:
        query: Parsed under the schema.
        schema: Where its names stand.
        engine: What is to run it.

    Raises:
        UnsupportedError: The engine has nothing that means the same, or a name is unknown.
    """
    target = _OF[engine]
    if query.dialect is target and not query.lacks:
        return query.text
    tree = qualified(query, schema)
    if target is Dialect.SQLITE:
        fold_tree(tree, schema)
        tree = respelled(tree, schema)
        _to_sqlite(tree)
        if query.dialect in _HAVE_OTHER_VALUES:
            _refuse_other_values(tree, schema)
        if query.dialect is Dialect.MYSQL:
            _refuse_texts_as_numbers(tree, schema)
    try:
        text = tree.sql(dialect=grammar(target), comments=False, unsupported_level=ErrorLevel.RAISE)
    except NotInDialect as error:
        raise without(str(error)[:200], engine) from None
    if target is Dialect.SQLITE:
        _refuse_other_functions(text)
    return text


def _to_sqlite(tree: exp.Query) -> None:
    for node in list(tree.walk()):
        if isinstance(node, _NOT_IN_SQLITE):
            raise without(node.sql()[:60])
        if isinstance(node, exp.SetOperation):
            _set_operation(node)
        elif isinstance(node, exp.Distinct) and (node.args.get("on") or len(node.expressions) > 1):
            raise without(node.sql()[:60])
        elif isinstance(node, exp.Extract):
            _part_of_time(node, _NAMED_PARTS.get(node.name.upper()), node.expression)
        elif isinstance(node, exp.Length) and node.args.get("binary"):  # of MySQL: bytes
            node.set("this", exp.Cast(this=node.this.copy(), to=exp.DataType.build("blob")))
        elif type(node) in _PARTS:
            _part_of_time(node, _PARTS[type(node)], node.this)


def _refuse_other_values(tree: exp.Query, schema: SqlSchema) -> None:
    """SQLite cuts off what others round, takes the year of a date for its number, sorts enums."""
    for node in tree.find_all(*_ORDERS):
        if any(kind_of(of, schema) is ValueType.OTHER for of in node.iter_expressions()):
            raise without(f"the order of {node.sql()[:60]}")
    for node in tree.find_all(exp.Cast, exp.Sub, exp.Add):
        if isinstance(node, exp.Cast):
            of = node.this.unnest()
            is_real = kind_of(of, schema) in {None, ValueType.REAL} and not _is_whole(of)
            if node.to.this in _WHOLE and is_real:
                raise without(f"the rounding of {node.sql()[:60]}")
        elif any(_is_time(side.unnest(), schema) for side in (node.this, node.expression)):
            raise without(f"the days of {node.sql()[:60]}")


def _refuse_texts_as_numbers(tree: exp.Query, schema: SqlSchema) -> None:
    """MySQL compares a text with a number as the number that it begins with: 'a' is 0."""
    for node in tree.find_all(*COMPARES):
        sides = [side for side in node.iter_expressions() if not isinstance(side, exp.Query)]
        kinds = {kind_of(side, schema) for side in sides if not _is_written_number(side)}
        if ValueType.TEXT in kinds and {ValueType.INTEGER, ValueType.REAL} & kinds:
            raise without(f"the number of a text in {node.sql()[:60]}")


def _is_written_number(side: exp.Expr) -> bool:
    text = side.unnest()
    if not text.is_string:
        return False
    try:
        return math.isfinite(float(text.name))
    except ValueError:
        return False


def _is_whole(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string and node.is_int
    if isinstance(node, exp.Anonymous):
        return node.name.upper() == "STRFTIME"  # a part of a time, by _part_of_time
    return isinstance(node, _WHOLE_VALUES)


def _is_time(node: exp.Expr, schema: SqlSchema) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this in _TIMES
    return kind_of(node, schema) in _TIME_VALUES


def _set_operation(node: exp.SetOperation) -> None:
    """SQLite has no ALL but of UNION, and no parentheses around a side."""
    if not isinstance(node, exp.Union) and not node.args.get("distinct", True):
        raise without("EXCEPT ALL and INTERSECT ALL")
    for side in (node.this, node.expression):
        if isinstance(side, exp.Subquery):
            inner = exp.Subquery(this=side.this.copy(), **_own_clauses(side))
            star = exp.Select(expressions=[exp.Star()]).from_(inner, copy=False)
            side.replace(star)


def _own_clauses(side: exp.Subquery) -> dict[str, exp.Expr]:
    if any(side.args.get(clause) for clause in ("order", "limit", "offset")):
        raise without("ORDER BY or LIMIT of a query in parentheses")
    return {"alias": exp.TableAlias(this=exp.to_identifier("side", quoted=True))}


def _part_of_time(node: exp.Expr, pattern: str | None, of: exp.Expr) -> None:
    if pattern is None:
        raise without(node.sql()[:60])
    part = exp.Anonymous(this="STRFTIME", expressions=[exp.Literal.string(pattern), of.copy()])
    node.replace(exp.Cast(this=part, to=exp.DataType.build("int")))


def _refuse_other_functions(text: str) -> None:
    for call in calls(grammar(Dialect.SQLITE).tokenize(text)):
        if call.text.lower() not in allowed(Dialect.SQLITE):
            raise without(f"the function {call.text}")
