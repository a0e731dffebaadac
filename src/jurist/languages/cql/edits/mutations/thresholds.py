"""Numbers that are wrong by a little, and bounds that face the wrong way."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_conditions,
    with_operator,
)
from jurist.languages.cql.operators import Group
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Reducer,
    Reduction,
)

_STRICT = {
    Operator.AT_LEAST: Operator.GREATER_THAN,
    Operator.AT_MOST: Operator.LESS_THAN,
    Operator.GREATER_THAN: Operator.AT_LEAST,
    Operator.LESS_THAN: Operator.AT_MOST,
}
_EXACT = {
    Operator.AT_LEAST: (Operator.EQUALS,),
    Operator.AT_MOST: (Operator.EQUALS,),
    Operator.EQUALS: (Operator.AT_LEAST, Operator.AT_MOST),
}


@at_comparisons
def threshold_off_by_one(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A number is one more or one less."""
    counts = isinstance(node.left, Reduction) and node.left.reducer.counts
    match node.arguments:
        case (Number(value),):
            for step in (1, -1):
                if value + step >= 0 or not counts:
                    yield replace(node, arguments=(Number(value + step),))
        case _:
            pass


@at_comparisons
def strict_for_loose(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A bound's own value is no longer included, or it is now."""
    return with_operator(node, _STRICT.get(node.operator))


@at_comparisons
def bound_reversed(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """At least becomes at most, or the other way."""
    if node.operator.group is Group.ORDER:
        yield from with_operator(node, node.operator.mirrored)


@at_comparisons
def other_stream_forgotten(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A stream that another one is compared with is forgotten: that there is something is asked."""
    is_read = [argument for argument in node.arguments if isinstance(argument, Reduction)]
    if is_read and isinstance(node.left, Reduction):
        yield replace(node, operator=Operator.GREATER_THAN, arguments=(Number(0),))


@at_comparisons
def exact_for_bound(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """At least or at most becomes exactly, or the other way."""
    if isinstance(node.arguments[0] if node.arguments else None, Number):
        yield from with_operator(node, *_EXACT.get(node.operator, ()))


@at_conditions
def zero_for_not_once(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """Not exactly once becomes exactly 0 times, or the other way."""
    match node:
        case Not(
            Comparison(Reduction(reducer=Reducer.COUNT), Operator.EQUALS, (Number(1),)) as once
        ):
            yield replace(once, arguments=(Number(0),))
        case Comparison(
            Reduction(reducer=Reducer.COUNT), Operator.EQUALS | Operator.AT_MOST, (Number(0),)
        ):
            yield Not(replace(node, operator=Operator.EQUALS, arguments=(Number(1),)))
        case _:
            pass


THRESHOLDS = (
    *(threshold_off_by_one, strict_for_loose, bound_reversed, exact_for_bound),
    *(zero_for_not_once, other_stream_forgotten),
)
