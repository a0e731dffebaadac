"""From tree to canonical text, on one line or laid out over several."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Junction,
    Moment,
    Not,
    Number,
    Operand,
    Or,
    Property,
    Reducer,
    Reduction,
    Sources,
    Stream,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.literals import (
    duration_text,
    moment_text,
    number_text,
    string_text,
)

WORDS: Final = {And: "AND", Or: "OR", Not: "NOT", AnyUser: "ANY", AllUsers: "ALL"}
_SHORT = 48
"""A parenthesis up to this length stays on its line when a query is laid out."""


def format_query(query: CqlQuery) -> str:
    """Canonical text on one line; parsing it gives an equal tree."""
    return _write(query, None)


def layout(query: CqlQuery) -> str:
    """The same text for people: one operand a line, `where` blocks indented by two spaces."""
    return _write(query, 0)


def operand_text(operand: Operand) -> str:
    """A constant, duration or reference as it is written."""
    match operand:  # the most frequent first
        case Property():
            parent = "parent: " if operand.parent else ""
            return f"property({parent}{string_text(operand.name)})"
        case Text():
            return string_text(operand.value)
        case Number():
            return number_text(operand.value)
        case Trait():
            return f"trait({string_text(operand.name)})"
        case Duration():
            return duration_text(operand)
        case Date():
            return operand.value.isoformat()
        case Moment():
            return moment_text(operand)
        case Context():
            return f"context({string_text(operand.name)})"
        case Reduction():
            return _write(operand, None)


def comparison_tail(comparison: Comparison) -> str:
    """All of a comparison after its left side, such as ` >= 1` or `.exists()`."""
    symbol = comparison.operator.symbol
    if symbol:
        return f" {symbol} {operand_text(comparison.arguments[0])}"
    return f".{comparison.operator}({', '.join(map(operand_text, comparison.arguments))})"


def reducer_text(reduction: Reduction) -> str:
    """The reducer with its arguments, such as `sum(property('total'))`."""
    if reduction.value is None:
        return f"{reduction.reducer}()"
    measure = operand_text(reduction.value)
    if reduction.cast is not None:
        measure += f" as {reduction.cast}"
    if reduction.minimum is not None:
        measure += f", {reduction.minimum}"
    if reduction.reducer is Reducer.UNIQUE_COUNT:
        return f"unique({measure}).count()"
    return f"{reduction.reducer}({measure})"


def source_text(source: Event | Entity) -> str:
    """`event('...')` or `entity('...')`."""
    if isinstance(source, Event):
        return f"event({string_text(source.name)})"
    return f"entity({string_text(source.slug)})"


def window_text(window: Sources | Within | Between | ExpiresAfter) -> str:
    """A filter without a condition, such as `within(30 days)`."""
    match window:
        case Sources():
            return f"sources({{exclude: {', '.join(map(string_text, window.exclude))}}})"
        case Within():
            return f"within({_parent(window)}{duration_text(window.duration)})"
        case Between():
            bounds = f"{duration_text(window.near)}, {duration_text(window.far)}"
            return f"between({_parent(window)}{bounds})"
        case ExpiresAfter():
            return f"expires_after({_parent(window)}{duration_text(window.duration)})"


def _parent(window: Within | Between | ExpiresAfter) -> str:
    return "parent: " if window.parent else ""


# `indent` is the depth of the line at hand, or None for one line without breaks.


def _write(query: CqlQuery, indent: int | None) -> str:
    match query:
        case Comparison() if indent is None:
            return _comparison(query)
        case Comparison():
            return _write(query.left, indent) + comparison_tail(query)
        case Reduction():
            return f"{_stream(query.stream, indent)}.{reducer_text(query)}"
        case Trait() | Property() | Context():
            return operand_text(query)
        case And() | Or():
            return _joined(query, indent)
        case Not() | AnyUser() | AllUsers():
            operand = query.operand
            write = _block if isinstance(operand, Junction) else _write
            return f"{WORDS[type(query)]} {write(operand, indent)}"


@lru_cache(maxsize=2_048)  # two queries at hand have most of theirs in common
def _comparison(node: Comparison) -> str:
    return _write(node.left, None) + comparison_tail(node)


def _joined(junction: And | Or, indent: int | None) -> str:
    operands = [_operand(part, junction, indent) for part in junction.operands]
    word = WORDS[type(junction)]
    separator = f" {word} " if indent is None else f"\n{'  ' * indent}{word} "
    return separator.join(operands)


def _operand(operand: Condition, junction: And | Or, indent: int | None) -> str:
    if not isinstance(operand, Junction):
        return _write(operand, indent)
    if isinstance(operand, And) and isinstance(junction, Or):
        return _write(operand, None if indent is None else indent + 1)
    return _block(operand, indent)


def _block(condition: Condition, indent: int | None) -> str:
    """A condition in parentheses, on lines of its own where it is long."""
    plain = f"({_write(condition, None)})"
    if indent is None or len(plain) <= _SHORT:
        return plain
    inner = "  " * (indent + 1)
    return f"(\n{inner}{_write(condition, indent + 1)}\n{'  ' * indent})"


def _stream(stream: Stream, indent: int | None) -> str:
    chain = [source_text(stream.source)]
    chain += [_filter(part, indent) for part in stream.filters]
    return ".".join(chain)


def _filter(part: Filter, indent: int | None) -> str:
    if isinstance(part, Where):
        return f"where{_block(part.condition, indent)}"
    return window_text(part)
