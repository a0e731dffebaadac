"""Other spellings of a query by the laws of the language's reference, section 3.4.

Each law is written down here on its own, from the reference, so that what the normal form
makes of a query and of its respelling may be compared.
"""

from __future__ import annotations

import random

from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Duration,
    Filter,
    Not,
    Number,
    Operator,
    Or,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Unit,
    Where,
    Within,
)

_AT_LEAST_ONE = (
    (Operator.AT_LEAST, 1, True),
    (Operator.GREATER_THAN, 0, True),
    (Operator.DIFFERS, 0, True),
    (Operator.EQUALS, 0, False),
    (Operator.LESS_THAN, 1, False),
    (Operator.AT_MOST, 0, False),
)
_WHOLE = {
    Operator.AT_LEAST: (Operator.GREATER_THAN, -1),
    Operator.GREATER_THAN: (Operator.AT_LEAST, 1),
    Operator.LESS_THAN: (Operator.AT_MOST, -1),
    Operator.AT_MOST: (Operator.LESS_THAN, 1),
}


def respelled(condition: Condition, rng: random.Random, *, accounts: bool) -> Condition:
    """The same condition in other words.

    Args:
        condition: Any condition.
        rng: Chooses the laws.
        accounts: Whether a bare comparison of a stream means ANY (A2), which forbids to
            turn it into a complement.
    """
    match condition:
        case And(operands):
            return _junction(And, Or, operands, rng, accounts=accounts)
        case Or(operands):
            return _junction(Or, And, operands, rng, accounts=accounts)
        case Not(operand):
            return Not(respelled(operand, rng, accounts=accounts))
        case AnyUser(operand):
            inner = respelled(operand, rng, accounts=False)
            return rng.choice((AnyUser(inner), Not(AllUsers(Not(inner)))))
        case AllUsers(operand):
            inner = respelled(operand, rng, accounts=False)
            return rng.choice((AllUsers(inner), Not(AnyUser(Not(inner)))))
        case Comparison():
            said = _comparison(condition, rng, accounts=accounts)
            return Not(Not(said)) if rng.random() < 0.15 else said


def _junction(
    same: type[And | Or],
    dual: type[And | Or],
    operands: tuple[Condition, ...],
    rng: random.Random,
    *,
    accounts: bool,
) -> Condition:
    parts = [respelled(operand, rng, accounts=accounts) for operand in operands]
    rng.shuffle(parts)
    if rng.random() < 0.3:
        parts.append(rng.choice(parts))
    if len(parts) > 2 and rng.random() < 0.4:
        parts = [same((parts[0], parts[1])), *parts[2:]]
    if rng.random() < 0.3:
        return Not(dual(tuple(Not(part) for part in parts)))
    return same(tuple(parts))


def _comparison(node: Comparison, rng: random.Random, *, accounts: bool) -> Condition:
    left, operator, arguments = _scalar(node.left, rng), node.operator, node.arguments
    plain = Comparison(left, operator, arguments)
    of_stream = isinstance(left, Reduction)
    may_negate = not (accounts and of_stream)
    if operator is Operator.ABSENT and may_negate:
        return Not(Comparison(left, Operator.EXISTS))
    if operator is Operator.OMITS and may_negate:
        return Not(Comparison(left, Operator.CONTAINS, arguments))
    if operator is Operator.ONE_OF and len(arguments) > 1:
        return Or(tuple(Comparison(left, Operator.EQUALS, (one,)) for one in arguments))
    if operator is Operator.CONTAINS and len(arguments) > 1:
        return Or(tuple(Comparison(left, operator, (one,)) for one in reversed(arguments)))
    if operator is Operator.EQUALS and not _is_reference(node):
        return rng.choice((plain, Comparison(left, Operator.ONE_OF, arguments)))
    if isinstance(left, Reduction) and left.reducer is Reducer.COUNT:
        return _count(plain, rng, may_negate=may_negate)
    return plain


def _is_reference(node: Comparison) -> bool:
    return bool(node.arguments) and isinstance(node.arguments[0], Scalar)


def _count(node: Comparison, rng: random.Random, *, may_negate: bool) -> Condition:
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], Number):
        return node
    value = node.arguments[0].value
    for operator, n, positive in _AT_LEAST_ONE:
        if (node.operator, value) == (operator, n) and may_negate:
            other, m, same = rng.choice(_AT_LEAST_ONE)
            said = Comparison(node.left, other, (Number(m),))
            return said if positive == same else Not(said)
    if node.operator in _WHOLE and isinstance(value, int):
        other, step = _WHOLE[node.operator]
        return Comparison(node.left, other, (Number(value + step),))
    return node


def _scalar(scalar: Scalar, rng: random.Random) -> Scalar:
    if not isinstance(scalar, Reduction):
        return scalar
    filters = [said for one in scalar.stream.filters for said in _filter(one, rng)]
    rng.shuffle(filters)
    stream = Stream(scalar.stream.source, tuple(filters))
    return Reduction(stream, scalar.reducer, scalar.value, scalar.cast, scalar.minimum)


def _filter(one: Filter, rng: random.Random) -> list[Filter]:
    match one:
        case Where(And(operands)) if rng.random() < 0.5:
            return [Where(respelled(part, rng, accounts=False)) for part in operands]
        case Where(condition):
            return [Where(respelled(condition, rng, accounts=False))]
        case Within(length, parent):
            window = Within(_duration(length), parent)
            from_now = Between(Duration(0, Unit.HOUR), length, parent)
            return rng.choice(([window], [from_now], [window, one]))
        case Between(near, far, parent):
            window = Between(_duration(near), _duration(far), parent)
            return rng.choice(([window], [window, Within(far, parent)]))
        case Sources(exclude):
            return [Sources((source,)) for source in exclude]
        case _:
            return [one]


def _duration(length: Duration) -> Duration:
    if length.unit is Unit.DAY:
        return Duration(length.amount * 24, Unit.HOUR)
    if length.amount % 24 == 0:
        return Duration(length.amount // 24, Unit.DAY)
    return length
