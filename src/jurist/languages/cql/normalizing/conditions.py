"""What a normal form is made of, as texts that another normal form may share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from jurist.languages.base import (
    EDGE_BOUND,
    EDGE_MISSING,
    EDGE_MONTH,
    EVERYBODY,
    LOOSE,
    NOBODY,
    unmarked,
)
from jurist.languages.cql.normalizing import formulas
from jurist.languages.cql.syntax import (
    UNIT_MS,
    AnyUser,
    Between,
    Comparison,
    Condition,
    CqlQuery,
    Duration,
    Filter,
    Junction,
    Not,
    Operator,
    Reducer,
    Reduction,
    Scalar,
    Unit,
    Where,
    Within,
)
from jurist.languages.cql.text.printer import (
    comparison_tail,
    duration_text,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)

_CONSTANTS = frozenset({formulas.EVERYBODY, formulas.NOBODY})
_BOUNDS = {
    Operator.GREATER_THAN: ">(=)",
    Operator.AT_LEAST: ">(=)",
    Operator.LESS_THAN: "<(=)",
    Operator.AT_MOST: "<(=)",
}
"""What `> 5` and `>= 5` have in common: they differ for 5 alone."""
_MONTHS = {1: (28, 31), 2: (59, 62), 3: (89, 92), 6: (180, 184), 9: (270, 276), 12: (364, 366)}
"""How many days a number of months may mean, so that one reading is as good as another (U12)."""


def parts_of(normal: CqlQuery) -> tuple[str, ...]:
    """The parts of a normal form, sorted, each once; never none."""
    if isinstance(normal, Scalar):
        return tuple(sorted(set(_scalar(normal))))
    parts: set[str] = set()
    _collect(normal, parts, holds=True)
    if len(parts) > 1:
        parts.discard(EVERYBODY)
    return tuple(sorted(parts))


def _collect(node: Condition, parts: set[str], *, holds: bool, around: str = "") -> None:
    """Add the parts of a condition; `around` is the source in whose `where` it stands."""
    while isinstance(node, Not):
        node, holds = node.operand, not holds
    if isinstance(node, Comparison):
        parts.update(_parts_of_comparison(node, holds, around))
    elif isinstance(node, Junction):
        if node in _CONSTANTS:
            same = EVERYBODY if (node == formulas.EVERYBODY) == holds else NOBODY
            parts.add(_placed(same, around))
            return
        for operand in node.operands:
            if _is_said_again(operand, node.operands):
                parts.add(EDGE_MISSING + _placed(_leaf(operand, holds=holds), around))
            else:
                _collect(operand, parts, holds=holds, around=around)
    elif isinstance(node, AnyUser) and node.operand == formulas.NOBODY:
        parts.add(NOBODY if holds else EVERYBODY)
    else:
        parts.add("ANY user" if isinstance(node, AnyUser) == holds else "ALL users")
        _collect(node.operand, parts, holds=holds)


@lru_cache(maxsize=2_048)
def _parts_of_comparison(node: Comparison, holds: bool, around: str) -> tuple[str, ...]:  # noqa: FBT001
    """What a comparison is made of; two queries at hand have most of theirs in common."""
    parts = tuple(_comparison(node, holds=holds))
    if not around:
        return parts
    if isinstance(node.left, Reduction):
        # What happened is said as anywhere else; that it happened around something is a
        # part of its own. So a lost order costs that part and the window on the parent.
        return (_placed(source_text(node.left.stream.source), around), *parts)
    return tuple(mark + _placed(text, around) for mark, text in map(unmarked, parts))


def _placed(part: str, around: str) -> str:
    return f"{around}.where({part})" if around else part


def _is_said_again(operand: Condition, operands: tuple[Condition, ...]) -> bool:
    """Whether this only asks a value to exist, or not to, of which another operand says more."""
    asked = operand.operand if isinstance(operand, Not) else operand
    if not isinstance(asked, Comparison) or asked.operator is not Operator.EXISTS:
        return False
    others = (_bare(other) for other in operands if other is not operand)
    return any(isinstance(other, Comparison) and other.left == asked.left for other in others)


def _bare(condition: Condition) -> Condition:
    return condition.operand if isinstance(condition, Not) else condition


def _leaf(condition: Condition, *, holds: bool) -> str:
    while isinstance(condition, Not):
        condition, holds = condition.operand, not holds
    if not isinstance(condition, Comparison):
        msg = f"{type(condition).__name__} is no leaf"
        raise TypeError(msg)
    return f"{'' if holds else 'NOT '}{_subject(condition.left)}{comparison_tail(condition)}"


def _comparison(node: Comparison, *, holds: bool) -> Iterator[str]:
    yield from _scalar(node.left)
    text = _leaf(node, holds=holds)
    argument = node.arguments[0] if node.arguments else None
    bound = None if formulas.threshold(node) else _BOUNDS.get(node.operator)
    if argument is not None and bound is not None:
        prefix = "" if holds else "NOT "
        yield f"{LOOSE}{prefix}{_subject(node.left)} {bound} {operand_text(argument)}"
        yield EDGE_BOUND + text
    elif isinstance(argument, Duration) and (months := _as_months(argument)):
        yield LOOSE + text.removesuffix(f"{duration_text(argument)})") + f"{months})"
        yield EDGE_MONTH + text
    else:
        yield text


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
        yield from _filter(one, source)


def _filter(one: Filter, source: str) -> Iterator[str]:
    if isinstance(one, Where):
        parts: set[str] = set()
        _collect(one.condition, parts, holds=True, around=source)
        yield from parts
        return
    text = f"{source}.{window_text(one)}"
    bounds = _bounds(one)
    if any(_as_months(bound) for bound in bounds):
        named = ", ".join(_as_months(bound) or duration_text(bound) for bound in bounds)
        parent = "parent: " if isinstance(one, Within | Between) and one.parent else ""
        name = "between" if isinstance(one, Between) else "within"
        yield f"{LOOSE}{source}.{name}({parent}{named})"
        yield EDGE_MONTH + text
    else:
        yield text


def _bounds(one: Filter) -> tuple[Duration, ...]:
    match one:
        case Within(duration):
            return (duration,)
        case Between(near, far):
            return (near, far)
        case _:
            return ()


def _as_months(duration: Duration) -> str | None:
    """The months that a length may stand for, in words."""
    if duration.ms % UNIT_MS[Unit.DAY]:
        return None
    days = duration.ms // UNIT_MS[Unit.DAY]
    for months, (least, most) in _MONTHS.items():
        if least <= days <= most:
            return f"about {months} month{'' if months == 1 else 's'}"
    return None


def _subject(node: Scalar) -> str:
    if isinstance(node, Reduction):
        return f"{source_text(node.stream.source)}.{reducer_text(node)}"
    return operand_text(node)
