"""Long lists, which a normal form says constant by constant, as one comparison again.

`x = a OR x = b OR ...` is `x.one_of(a, b, ...)`, and a conjunction of complements is the
complement of that. Of a long list one fact is made, not one for each constant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from jurist.languages.cql.prover.values.predicates import MOST_APART
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Constant,
    Name,
    Not,
    Operator,
    Or,
)

_LISTED = {Operator.EQUALS: Operator.ONE_OF, Operator.CONTAINS: Operator.CONTAINS}
"""What says with all constants what several comparisons say with one each."""


def gathered(node: And | Or) -> Sequence[Condition]:
    """The operands, those of one long list as one."""
    lists: dict[Comparison, list[Constant]] = {}
    for operand in node.operands:
        entry = _entry(operand, node)
        if entry is not None:
            blank, constant = entry
            lists.setdefault(blank, []).append(constant)
    long = {blank: entries for blank, entries in lists.items() if len(entries) > MOST_APART}
    return list(_joined(node, long)) if long else node.operands


def _joined(node: And | Or, long: Mapping[Comparison, Sequence[Constant]]) -> Iterator[Condition]:
    said: set[Comparison] = set()
    for operand in node.operands:
        entry = _entry(operand, node)
        blank = entry[0] if entry else None
        if blank is None or blank not in long:
            yield operand
        elif blank not in said:
            said.add(blank)
            listed = replace(blank, operator=_LISTED[blank.operator], arguments=tuple(long[blank]))
            yield Not(listed) if isinstance(node, And) else listed


def _entry(operand: Condition, within: And | Or) -> tuple[Comparison, Constant] | None:
    """What may be of a list: the comparison without its constant, and that."""
    if isinstance(within, And):
        if not isinstance(operand, Not):
            return None
        operand = operand.operand
    if not isinstance(operand, Comparison) or operand.operator not in _LISTED:
        return None
    left, arguments = operand.left, operand.arguments
    is_value = isinstance(left, Name) or left.reducer.is_end
    if not is_value or len(arguments) != 1 or not isinstance(arguments[0], Constant):
        return None
    return replace(operand, arguments=()), arguments[0]
