"""Other ways to say that a number is large or small enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_comparisons
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.entries import names_entries
from jurist.languages.cql.syntax import (
    And,
    Cast,
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Or,
    Reducer,
    Reduction,
)

_COUNTS = frozenset({Reducer.COUNT, Reducer.UNIQUE_COUNT})
_NUMBERS = _COUNTS | {Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX}
_COMPLEMENTS = {
    Operator.AT_LEAST: Operator.LESS_THAN,
    Operator.LESS_THAN: Operator.AT_LEAST,
    Operator.GREATER_THAN: Operator.AT_MOST,
    Operator.AT_MOST: Operator.GREATER_THAN,
    Operator.EQUALS: Operator.DIFFERS,
    Operator.DIFFERS: Operator.EQUALS,
}


def is_count(node: Comparison) -> bool:
    """Whether the left side is a whole number, never missing and never below 0."""
    return isinstance(node.left, Reduction) and node.left.reducer in _COUNTS


def is_numeric(node: Comparison) -> bool:
    """Whether the left side is a number wherever it is not missing."""
    left = node.left
    if not isinstance(left, Reduction) or left.reducer not in _NUMBERS:
        return False
    return left.cast in {None, Cast.NUMBER}


def threshold(node: Comparison) -> int | None:
    """The whole number that a value is compared with, if it is one."""
    match node.arguments:
        case (Number(int() as value),):
            return value
        case _:
            return None


def _off_by_one_twice(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """`>= 2` as `> 1`: only where the value is a whole number."""
    number = threshold(node)
    whole = is_count(node) or (
        not setting.schema.open_world
        and not isinstance(node.left, Reduction)
        and setting.facts(node.left).kind is Kind.INTEGER
    )
    if number is None or not whole:
        return
    match node.operator:
        case Operator.AT_LEAST:
            yield _compared(node, Operator.GREATER_THAN, number - 1)
        case Operator.GREATER_THAN:
            yield _compared(node, Operator.AT_LEAST, number + 1)
        case Operator.AT_MOST:
            yield _compared(node, Operator.LESS_THAN, number + 1)
        case Operator.LESS_THAN:
            yield _compared(node, Operator.AT_MOST, number - 1)
        case _:
            pass


def _complement(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`>= 2` as `NOT < 2`: only where the value is never missing."""
    if is_count(node) and threshold(node) is not None and node.operator in _COMPLEMENTS:
        yield Not(replace(node, operator=_COMPLEMENTS[node.operator]))


def _zero(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    number = threshold(node)
    if not is_count(node) or number is None:
        return
    some = (node.operator, number) in {(Operator.AT_LEAST, 1), (Operator.GREATER_THAN, 0)}
    none = (node.operator, number) in {
        (Operator.EQUALS, 0),
        (Operator.AT_MOST, 0),
        (Operator.LESS_THAN, 1),
    }
    if some:
        yield _compared(node, Operator.DIFFERS, 0)
        yield Not(_compared(node, Operator.EQUALS, 0))
        yield Not(_compared(node, Operator.AT_MOST, 0))
    if none:
        for operator, bound in (
            (Operator.EQUALS, 0),
            (Operator.AT_MOST, 0),
            (Operator.LESS_THAN, 1),
        ):
            if (node.operator, number) != (operator, bound):
                yield _compared(node, operator, bound)
        yield Not(_compared(node, Operator.AT_LEAST, 1))


def _two_bounds(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """`= c` as `>= c AND <= c`, `!= c` as `> c OR < c`; `>= c` as `> c OR = c`."""
    if len(node.arguments) != 1 or setting.is_of_row(node.left, *node.arguments):
        return
    if names_entries(node.left):
        return  # another entry may meet the second comparison (A11)
    match node.operator:
        case Operator.EQUALS:
            yield And((_as(node, Operator.AT_LEAST), _as(node, Operator.AT_MOST)))
        case Operator.DIFFERS:
            yield Or((_as(node, Operator.GREATER_THAN), _as(node, Operator.LESS_THAN)))
        case Operator.AT_LEAST:
            yield Or((_as(node, Operator.GREATER_THAN), _as(node, Operator.EQUALS)))
        case Operator.AT_MOST:
            yield Or((_as(node, Operator.LESS_THAN), _as(node, Operator.EQUALS)))
        case Operator.GREATER_THAN:
            yield And((_as(node, Operator.AT_LEAST), _as(node, Operator.DIFFERS)))
        case Operator.LESS_THAN:
            yield And((_as(node, Operator.AT_MOST), _as(node, Operator.DIFFERS)))
        case _:
            pass


def _weaker_bound(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`> 5` as `> 5 AND > 4`."""
    number = threshold(node)
    if not is_numeric(node) or number is None:
        return
    match node.operator:
        case Operator.AT_LEAST | Operator.GREATER_THAN:
            yield And((node, _compared(node, node.operator, number - 1)))
        case Operator.AT_MOST | Operator.LESS_THAN:
            yield And((node, _compared(node, node.operator, number + 1)))
        case Operator.EQUALS:
            yield And((node, _compared(node, Operator.GREATER_THAN, number - 1)))
        case _:
            pass


def _interval_split(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`>= 2` as `= 2 OR >= 3` of a count."""
    number = threshold(node)
    if not is_count(node) or number is None:
        return
    match node.operator:
        case Operator.AT_LEAST:
            exactly = _compared(node, Operator.EQUALS, number)
            yield Or((exactly, _compared(node, Operator.AT_LEAST, number + 1)))
        case Operator.AT_MOST if number >= 1:
            exactly = _compared(node, Operator.EQUALS, number)
            yield Or((exactly, _compared(node, Operator.AT_MOST, number - 1)))
        case _:
            pass


def _as(node: Comparison, operator: Operator) -> Comparison:
    return replace(node, operator=operator)


def _compared(node: Comparison, operator: Operator, number: int) -> Comparison:
    return replace(node, operator=operator, arguments=(Number(number),))


THRESHOLDS = (
    Edit(
        "threshold_spelling",
        "A bound on whole numbers is strict instead of loose, or the other way.",
        at_comparisons(_off_by_one_twice),
    ),
    Edit("complement", "A count is said by NOT of its complement.", at_comparisons(_complement)),
    Edit("zero", "None, or at least one, is said in another way.", at_comparisons(_zero)),
    Edit("two_bounds", "One comparison is said by two others.", at_comparisons(_two_bounds)),
    Edit("weaker_bound", "A bound is added that the first implies.", at_comparisons(_weaker_bound)),
    Edit(
        "threshold_split", "A range of counts is split into two.", at_comparisons(_interval_split)
    ),
)
