"""Giving two compared values of a sample an order that the analysis asks for.

The analysis knows only which order two values should have. Here values are chosen that
the schema allows and that lie so, those first of which facts are known already. What else
was known may be broken by it, so the replay decides whether the witness is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jurist.languages.cql.prover.abstraction.atoms import (
    INCOMPARABLE,
    GroupKind,
    Order,
    Whose,
    is_nested,
)
from jurist.languages.cql.prover.models.clocks import Conflict
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.prover.values.value_classes import Allowed, allows
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import round_number
from jurist.languages.cql.semantics.subjects import is_writable
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Coercion,
    Value,
    compare,
    moment_of,
    moment_text,
)

_DAY = 86_400_000
_SOME_MOMENT = 1_767_225_600_000
_PLAIN: tuple[Value, ...] = (5, 0, 1, 2, 10, "a", "b", "true", "false", "5", "10", (), ("a",), {})


def settle(sample: Sample, parent: Sample | None, profile: Sample, coercion: Coercion) -> None:
    """Give the compared values of a sample, and of all below it, their orders.

    Raises:
        Conflict: Where no two values are known that the schema allows and that lie so.
    """
    for order, sign in sample.signs.items():
        owner = {Whose.OWN: sample, Whose.PARENT: parent, Whose.PROFILE: profile}[order.whose]
        if owner is not None:
            _settle_pair(sample, owner, order, sign, Coercion.NONE if order.of_row else coercion)
    for key, members in sample.groups.items():
        for member in members:
            settle(member, sample, member if key.kind is GroupKind.USERS else profile, coercion)


def _settle_pair(
    sample: Sample, owner: Sample, order: Order, sign: int, coercion: Coercion
) -> None:
    inside = is_nested(order.left, order.right) or is_nested(order.right, order.left)
    if owner is sample and inside:
        raise Conflict
    known, other_known = sample.compared[order]
    left, right = sample.values.get(order.left), owner.values.get(order.right)
    lefts = _choices(known, left, right, is_settled=order.left in sample.settled)
    rights = _choices(other_known, right, left, is_settled=order.right in owner.settled)
    for one in lefts:
        for other in rights:
            if _sign(one, other, coercion, moments=order.moments) == sign:
                sample.values[order.left], owner.values[order.right] = one, other
                sample.settled.add(order.left)
                owner.settled.add(order.right)
                return
    raise Conflict


def _sign(one: Value, other: Value, coercion: Coercion, *, moments: bool) -> int | None:
    if not moments:
        sign = compare(one, other, coercion)
        return INCOMPARABLE if sign is None else sign
    first, second = moment_of(one), moment_of(other)
    return None if first is None or second is None else (first > second) - (first < second)


def _choices(
    known: Allowed, own: Value | None, other: Value | None, *, is_settled: bool
) -> list[Value]:
    """Values that a schema allows: the one at hand, the other one, and those near them."""
    if is_settled and own is not None:
        return [own]
    near = [value for value in (own, other) if value is not None]
    listed = known.enum or ()
    bounds: list[Value] = [b for b in (known.minimum, known.maximum) if b is not None]
    if bounds:
        ends = [None if isinstance(b, str) else b for b in (known.minimum, known.maximum)]
        bounds.append(round_number(*ends))
    moved = [each for value in (*near, *bounds) for each in _beside(value)]
    dates = [each for each in _beside(moment_text(_SOME_MOMENT)) if known.kind is not Kind.STRING]
    seen: list[Value] = []
    for value in (*near, *listed, *bounds, *moved, *_PLAIN, *dates):
        for each in _written(value, known.kind):
            if each not in seen and is_writable(each) and allows(known, each):
                seen.append(each)
    return seen


def _beside(value: Value) -> Iterator[Value]:
    if isinstance(value, int | Decimal):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        moment = moment_of(value)
        if moment is None:
            yield from (value + "x", value[:-1])
        else:
            for step in (_DAY, -_DAY):
                yield moment_text(min(max(moment + step, FIRST_MOMENT), LAST_MOMENT))


def _written(value: Value, kind: Kind) -> Iterator[Value]:
    moment = moment_of(value) if isinstance(value, str) else None
    if kind is Kind.DATE and moment is not None:
        yield moment_text(moment)[:10]
    elif kind is Kind.DATE_TIME and moment is not None:
        yield moment_text(moment)
    yield value
