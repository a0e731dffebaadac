"""What a normal form is made of, as texts that another normal form may share."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.base import EVERYBODY, NOBODY
from jurist.languages.cql.normalizing import formulas
from jurist.languages.cql.printer import (
    comparison_tail,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)
from jurist.languages.cql.syntax import (
    SYMBOLS,
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Not,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Trait,
    Where,
)

_STRICT = {Operator.GREATER_THAN: Operator.AT_LEAST, Operator.LESS_THAN: Operator.AT_MOST}


def parts_of(normal: CqlQuery) -> tuple[str, ...]:
    """The parts of a normal form, sorted, each once; never none."""
    if isinstance(normal, Trait | Property | Context | Reduction):
        return tuple(sorted(set(_scalar(normal))))
    parts = set(_condition(normal, holds=True))
    if len(parts) > 1:
        parts.discard(EVERYBODY)
    return tuple(sorted(parts))


def _condition(node: Condition, *, holds: bool) -> Iterator[str]:
    match node:
        case formulas.EVERYBODY | formulas.NOBODY:
            yield EVERYBODY if (node == formulas.EVERYBODY) == holds else NOBODY
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _condition(operand, holds=holds)
        case Not(operand):
            yield from _condition(operand, holds=not holds)
        case AnyUser(operand) if operand == formulas.NOBODY:
            yield NOBODY if holds else EVERYBODY
        case AnyUser(operand):
            yield "ANY user" if holds else "ALL users"
            yield from _condition(operand, holds=holds)
        case AllUsers(operand):
            yield "ALL users" if holds else "ANY user"
            yield from _condition(operand, holds=holds)
        case Comparison():
            yield from _comparison(node, holds=holds)


def _comparison(node: Comparison, *, holds: bool) -> Iterator[str]:
    left = node.left
    yield from _scalar(left)
    subject = _subject(left)
    prefix = "" if holds else "NOT "
    if holds and node.operator in _STRICT:
        # `> 5` is `>= 5` but for an edge, and shares that much with it.
        operand = operand_text(node.arguments[0])
        yield f"{subject} {SYMBOLS[_STRICT[node.operator]]} {operand}"
        yield f"{subject} strictly {node.operator.replace('_', ' ')} {operand}"
    else:
        yield f"{prefix}{subject}{comparison_tail(node)}"


def _scalar(node: Scalar) -> Iterator[str]:
    """What is looked at: the source, each filter on it, the reducer if it is not a count."""
    if not isinstance(node, Reduction):
        yield operand_text(node)
        return
    source = source_text(node.stream.source)
    yield source
    if node.reducer is not Reducer.COUNT:
        yield _subject(node)
    for one in node.stream.filters:
        if isinstance(one, Where):
            for part in _condition(one.condition, holds=True):
                yield f"{source}.where({part})"
        else:
            yield f"{source}.{window_text(one)}"


def _subject(node: Scalar) -> str:
    if isinstance(node, Reduction):
        return f"{source_text(node.stream.source)}.{reducer_text(node)}"
    return operand_text(node)
