"""Giving two compared values of a sample an order that the analysis asks for.

The analysis knows only which order two values should have. Here the one that nothing
else is known of is made from the other one. What else was known may be broken by it, so
the replay decides whether the witness is one.
"""

from __future__ import annotations

from decimal import Decimal

from jurist.languages.cql.meaning.customers import Value
from jurist.languages.cql.meaning.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    moment_of,
    moment_text,
    text_of,
)
from jurist.languages.cql.prover.clocks import Conflict
from jurist.languages.cql.prover.dimensions import Sample
from jurist.languages.cql.prover.things import GroupKind, Order, Whose, is_nested

_DAY = 86_400_000
_SOME_MOMENT = 1_767_225_600_000


def settle(sample: Sample, parent: Sample | None, profile: Sample) -> None:
    """Give the compared values of a sample, and of all below it, their orders."""
    for order, sign in sample.signs.items():
        owner = {Whose.OWN: sample, Whose.PARENT: parent, Whose.PROFILE: profile}[order.whose]
        if owner is not None:
            _settle_one(sample, owner, order, sign)
    for key, members in sample.groups.items():
        for member in members:
            settle(member, sample, member if key.kind is GroupKind.USERS else profile)


def _settle_one(sample: Sample, owner: Sample, order: Order, sign: int) -> None:
    if owner is sample and (
        is_nested(order.left, order.right) or is_nested(order.right, order.left)
    ):
        raise Conflict
    left, right = sample.values.get(order.left), owner.values.get(order.right)
    if sign == 2:
        sample.values[order.left], owner.values[order.right] = 5, "a"
    elif order.right not in owner.settled and order.left in sample.settled and left is not None:
        owner.values[order.right] = _moved(left, -sign, moments=order.moments)
    else:
        base = right if right is not None else left
        if base is None or (order.moments and moment_of(base) is None):
            base = moment_text(_SOME_MOMENT) if order.moments else 5
        owner.values[order.right] = base
        sample.values[order.left] = _moved(base, sign, moments=order.moments)
    sample.settled.add(order.left)
    owner.settled.add(order.right)


def _moved(value: Value, sign: int, *, moments: bool) -> Value:
    """A value that lies so towards another one."""
    if sign == 0:
        return value
    if moments:
        moment = moment_of(value)
        moved = (_SOME_MOMENT if moment is None else moment) + sign * _DAY
        return moment_text(min(max(moved, FIRST_MOMENT), LAST_MOMENT))
    if isinstance(value, str):
        return value + "x" if sign > 0 else value[:-1]
    return value + sign if isinstance(value, int | Decimal) else text_of(value)
