"""What a request for a query's rows has to say: its names, values, numbers, times and negations.

Read off the tree as it was written. Keys by which tables are joined are not said, nor a table
between two others, nor a table one of whose columns is said; nor numbers that only convert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlglot import exp

from jurist.languages.mentions import (
    EXISTENCE,
    ONE,
    PERHAPS,
    Alternatives,
    Extreme,
    Mention,
    Mentioned,
    MentionKind,
    Negations,
    denied,
)
from jurist.languages.sql.english.nouns import words_of
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.sources import source_nodes
from jurist.languages.sql.values import ValueType

_DATE: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?)?\Z")
_SPAN: Final = re.compile(r"[-+]?(\d+) (hour|day|month|year)s?\Z")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?\Z")
_YEAR: Final = re.compile(r"(?:19|20)\d\d\Z")
_FLAGS: Final = {
    **dict.fromkeys(("t", "y", "yes", "true"), True),
    **dict.fromkeys(("f", "n", "no", "false"), False),
}
"""Texts that stand for truth values."""
_NAMING: Final = frozenset({"name", "title", "full"})
"""Words of columns that a row goes by: "which countries" are their names."""
_FORMAT: Final = re.compile(r"%[a-zA-Z]")
_HOURS: Final = {"HOUR": 1, "DAY": 24, "WEEK": 168, "MONTH": 720, "YEAR": 8_760}
_COMPARING: Final[dict[type[exp.Expr | None], tuple[str, str]]] = {
    exp.GT: (">", "<"),
    exp.GTE: (">=", "<="),
    exp.LT: ("<", ">"),
    exp.LTE: ("<=", ">="),
    exp.EQ: ("=", "="),
    exp.NEQ: ("<>", "<>"),
}
"""With the value on the right, and on the left."""
_LIKES: Final = (exp.Like, exp.ILike, exp.Glob)
_CONVERTING: Final = (exp.Binary, exp.Round, exp.Coalesce, exp.DataType, exp.Case, exp.If)
"""What numbers stand in that are no bound of anything."""


def mentioned(query: SqlQuery, schema: SqlSchema) -> Mentioned:
    """All that a request for a query has to say."""
    walk = _Walk(schema, query.tree)
    mentions = (*walk.names(), *walk.literals())
    tree = query.tree
    return Mentioned(
        mentions,
        _negations(tree, schema),
        _alternatives(tree),
        frozenset(_extremes(tree)),
        averages=tree.find(exp.Avg) is not None,
    )


@dataclass
class _Source:
    """A table as it is used in one place."""

    table: Table
    joined: set[str] = field(default_factory=set[str])
    """What it is joined with."""
    is_said: bool = False
    """Whether a column of it is mentioned."""


@dataclass
class _Walk:
    schema: SqlSchema
    tree: exp.Expr

    def names(self) -> Iterator[Mention]:
        """The tables and columns, each once."""
        sources = self._sources()
        said: dict[tuple[str, str], Mention] = {}
        for node in self.tree.find_all(exp.Column):
            owner = self._owner(node, sources)
            column = owner.table.column(node.name) if owner is not None else None
            if owner is None or column is None:
                continue
            others = _joined_with(node)
            owner.joined.update(others or ())
            is_key = _is_key(owner.table, column) and not _is_output(node)
            optional = others is not None or is_key or _is_implied(node, owner.table)
            owner.is_said = owner.is_said or (others is None and not is_key)
            key = (owner.table.name, column.name)
            words = set(words_of(column.name)) - set(words_of(owner.table.name))
            goes_by = owner.table.name if words <= _NAMING else ""
            described = tuple(filter(None, (column.description, goes_by)))
            mention = Mention(
                MentionKind.NAME, column.name, optional=optional, descriptions=described
            )
            if key not in said or (said[key].optional and not optional):
                said[key] = mention
        for source in sources.values():
            table = source.table
            described = (table.description,) if table.description else ()
            optional = source.is_said or len(source.joined) > 1
            yield Mention(MentionKind.NAME, table.name, optional=optional, descriptions=described)
        yield from said.values()

    def _sources(self) -> dict[str, _Source]:
        found: dict[str, _Source] = {}
        for node in self.tree.find_all(exp.Table):
            table = self.schema.table(node.name)
            if table is not None:
                found.setdefault((node.alias or node.name).lower(), _Source(table))
        return found

    @staticmethod
    def _owner(node: exp.Column, sources: dict[str, _Source]) -> _Source | None:
        if node.table:
            return sources.get(node.table.lower())
        inner = node.find_ancestor(exp.Select)
        while inner is not None:  # the innermost query with a table that has such a column
            tables = (part for part in source_nodes(inner) if isinstance(part, exp.Table))
            near = {table.alias_or_name.lower() for table in tables}
            for name in sorted(near):
                source = sources.get(name)
                if source is not None and source.table.column(node.name) is not None:
                    return source
            inner = inner.find_ancestor(exp.Select)
        return next((s for s in sources.values() if s.table.column(node.name) is not None), None)

    # --- values and numbers -------------------------------------------------------------------

    def literals(self) -> Iterator[Mention]:
        """Texts, numbers, dates and lengths of time, in written order."""
        for node in self.tree.find_all(exp.Literal, exp.Interval):
            if isinstance(node, exp.Interval):
                yield from _interval(node)
            elif not node.find_ancestor(exp.Interval):
                yield from self._literal(node)

    def _literal(self, node: exp.Expr) -> Iterator[Mention]:
        text = str(node.this)
        if _flag_tested(node, self.schema) is not None:
            return
        if node.is_string and not _NUMBER.match(text):
            yield from _text(node, text)
            return
        try:
            value = Decimal(text)
        except InvalidOperation:
            return
        if isinstance(node.parent, exp.Neg):
            value = -value
        optional = value == 1 if isinstance(node.parent, exp.Limit | exp.Fetch) else _converts(node)
        operator = _operator(node)
        optional = optional or (operator, value) in EXISTENCE
        yield Mention(MentionKind.NUMBER, text, value, operator, optional=optional)


def _other_side(node: exp.Expr, comparison: exp.Expr) -> exp.Expr:
    """What something is compared with."""
    return comparison.expression if comparison.this is node else comparison.this


def _joined_with(column: exp.Column) -> set[str] | None:
    """What a column is equated with as a key of a join; `None` where it is no such key."""
    parent = column.parent
    if isinstance(parent, exp.EQ):
        other = _other_side(column, parent)
        if isinstance(other, exp.Column) and other.table.lower() != column.table.lower():
            return {other.table.lower()}
    if isinstance(parent, exp.In) and parent.this is column and parent.args.get("query"):
        return set()
    select = column.find_ancestor(exp.Select)
    if select is not None and isinstance(parent, exp.Select) and _is_of_in(select):
        return set()
    return None


def _is_of_in(select: exp.Expr) -> bool:
    """Whether a query stands after IN, or in EXISTS: its outputs are not said."""
    holder = select.parent
    while isinstance(holder, exp.Subquery | exp.SetOperation):
        holder = holder.parent
    return isinstance(holder, exp.In | exp.Exists)


def _is_output(column: exp.Column) -> bool:
    select = column.find_ancestor(exp.Select)
    node: exp.Expr | None = column
    while node is not None and node.parent is not select:
        node = node.parent
    return node is not None and node.arg_key == "expressions"


def _is_key(table: Table, column: Column) -> bool:
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    return column.name in keys


def _is_implied(column: exp.Column, table: Table) -> bool:
    """Whether a value says by itself what it is a value of: a text, or a table's only time."""
    parent = column.parent
    timed = [each.name.lower() for each in table.columns if each.type.is_time]
    if timed == [column.name.lower()] and isinstance(parent, exp.Predicate):
        return True
    if isinstance(parent, exp.EQ | exp.NEQ):
        other = _other_side(column, parent)
        if not isinstance(other, exp.Literal) or other.this.lower() in _FLAGS:
            return False
        return other.is_string or _is_year(column, other)
    if isinstance(parent, exp.GT | exp.GTE | exp.LT | exp.LTE):
        other = _other_side(column, parent)
        return _is_year(column, other)
    if isinstance(parent, exp.In):
        values = parent.expressions
        return bool(values) and all(isinstance(v, exp.Literal) and v.is_string for v in values)
    return False


def _is_year(column: exp.Column, other: exp.Expr) -> bool:
    """Whether a number can be nothing but a year: in 2014."""
    text = other.this if isinstance(other, exp.Literal) else ""
    return "year" in column.name.lower() and bool(_YEAR.match(text))


def _text(node: exp.Expr, text: str) -> Iterator[Mention]:
    if node.arg_key in {"format", "fmt"} or (_FORMAT.search(text) and _is_of_function(node)):
        return
    span = _SPAN.match(text)
    if span and _is_of_function(node):
        hours = Decimal(span[1]) * _HOURS[span[2].upper()]
        yield Mention(MentionKind.DURATION, f"{span[1]} {span[2]}s", hours)
    elif text in {"now", "localtime", "utc"} and _is_of_function(node):
        return
    elif _DATE.match(text):
        yield Mention(MentionKind.MOMENT, text, operator=_operator(node))
    elif isinstance(node.parent, _LIKES):
        for part in re.split(r"[%_*?]+", text):
            if part.strip():
                yield Mention(MentionKind.TEXT, part)
    elif text:
        yield Mention(MentionKind.TEXT, text)


def _is_of_function(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Func) and not isinstance(node.parent, exp.Connector)


def _interval(node: exp.Interval) -> Iterator[Mention]:
    amount, unit = node.name, str(node.args.get("unit") or "").upper()
    if _NUMBER.match(amount) and unit in _HOURS:
        text = f"{amount} {unit.lower()}s"
        yield Mention(MentionKind.DURATION, text, Decimal(amount) * _HOURS[unit])


def _converts(node: exp.Expr) -> bool:
    """Whether a number is no bound and no value that people would say."""
    parent = node.parent
    while isinstance(parent, exp.Neg | exp.Paren):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.Select | exp.Ordered | exp.Group | exp.Order):
        return True
    compares = isinstance(parent, exp.Predicate)
    return isinstance(parent, _CONVERTING) and not compares


def _operator(node: exp.Expr) -> str:
    """How something is compared with a literal; empty under a negation, and where it is not."""
    if node.find_ancestor(exp.Not) is not None:
        return ""
    while isinstance(node.parent, exp.Neg | exp.Paren | exp.Cast):
        node = node.parent
    parent = node.parent
    if isinstance(parent, exp.Between):
        return {"low": ">=", "high": "<="}.get(node.arg_key or "", "")
    right, left = _COMPARING.get(type(parent), ("", ""))
    return right if node.arg_key == "expression" else left


# --- or, and which end ----------------------------------------------------------------------------


def _alternatives(tree: exp.Expr) -> Alternatives:
    unsure = tree.find(exp.In, exp.Union, exp.Not, exp.Case, exp.Exists) is not None
    for node in tree.find_all(exp.Or):
        columns = {column.name.lower() for column in node.find_all(exp.Column)}
        if node.find_ancestor(exp.Not) is None and len(columns) > 1:
            return Alternatives.SOME
        unsure = True
    return Alternatives.PERHAPS if unsure else Alternatives.NONE


def _extremes(tree: exp.Expr) -> Iterator[Extreme]:
    for node in tree.find_all(exp.Min, exp.Max):
        yield Extreme.LOW if isinstance(node, exp.Min) else Extreme.HIGH
    for select in tree.find_all(exp.Select):
        order = select.args.get("order")
        if order is not None and select.args.get("limit") is not None:
            first = order.expressions[0]
            is_time = first.find(exp.Cast) is not None
            if not is_time:
                yield Extreme.HIGH if first.args.get("desc") else Extreme.LOW


# --- negations ------------------------------------------------------------------------------------


def _negations(node: exp.Expr, schema: SqlSchema) -> Negations:
    inner = [_negations(child, schema) for child in node.iter_expressions()]
    match node:
        case exp.Not(this=exp.Is(expression=exp.Null())):
            return Negations()
        case exp.Not():
            return denied(_leaves(node.this, schema))
        case exp.Is(expression=exp.Null()) | exp.Except() | exp.NEQ():
            own = ONE
        case exp.Join(side="LEFT" | "RIGHT" | "FULL"):
            own = PERHAPS  # also those that have none
        case exp.EQ():
            own = _of_equality(node, schema)
        case _:
            own = Negations()
    return sum(inner, own)


def _leaves(node: exp.Expr, schema: SqlSchema) -> Iterator[Negations]:
    """The negations of each condition below a NOT."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.And | exp.Or):
        yield from _leaves(node.this, schema)
        yield from _leaves(node.expression, schema)
    elif isinstance(node, exp.In) and node.expressions:
        yield from (Negations() for _ in node.expressions)
    else:
        yield from _below(_negations(node, schema), node)


def _below(found: Negations, node: exp.Expr) -> Iterable[Negations]:
    """A query within has denials of its own, which NOT does not turn."""
    if isinstance(node, exp.Exists | exp.In) and found.least:
        return (Negations(), *(ONE for _ in range(found.least)))
    return (found,)


def _of_equality(node: exp.Expr, schema: SqlSchema) -> Negations:
    for side in (node.this, node.expression):
        flag = _flag_tested(side, schema)
        if flag is not None:
            return Negations() if flag else ONE
        if isinstance(side, exp.Literal) and not side.is_string and Decimal(side.this) == 0:
            return PERHAPS
    return Negations()


def _flag_tested(node: exp.Expr, schema: SqlSchema) -> bool | None:
    """What a column of truth values is compared with; `None` where it is none."""
    parent = node.parent
    if not isinstance(parent, exp.EQ) or not isinstance(node, exp.Literal | exp.Boolean):
        return None
    other = _other_side(node, parent)
    if not isinstance(other, exp.Column):
        return None
    if isinstance(node, exp.Literal) and node.is_string:
        return _FLAGS.get(node.this.lower())
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    columns = [table.column(other.name) for table in schema.tables]
    is_flag = any(
        column is not None
        and (column.type is ValueType.BOOLEAN or set(column.values or ()) == {0, 1})
        for column in columns
    )
    return str(node.this) == "1" if is_flag and str(node.this) in {"0", "1"} else None
