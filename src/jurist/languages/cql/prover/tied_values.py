"""Values of a sample that are compared, or sought in one another: chosen so that they lie so.

The values at hand come first, then others that the schema allows, near them, and of the texts
of one another. What else is known of a value holds of what is chosen, where such values are
found; else it may be broken, so the replay decides whether the witness is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import TypeAlias

from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.prover.abstraction.atoms import (
    INCOMPARABLE,
    GroupKind,
    Order,
    Search,
    Slot,
    Whose,
    is_nested,
)
from jurist.languages.cql.prover.histories.problem import components
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.prover.values.predicates import facts_of
from jurist.languages.cql.prover.values.value_classes import Allowed, allows
from jurist.languages.cql.schemas.schema import NUMERIC, Kind
from jurist.languages.cql.semantics.comparisons import search_test
from jurist.languages.cql.semantics.numbers import round_number
from jurist.languages.cql.semantics.subjects import is_writable
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    SECONDS_OF_A_DAY,
    Coercion,
    Value,
    compare,
    date_text,
    is_date,
    is_time,
    moment_of,
    moment_text,
    read_number,
    seconds_of,
    text_of,
    time_text,
)
from jurist.languages.effort import spend

_SOME_MOMENT = 1_767_225_600_000
_PLAIN: tuple[Value, ...] = (
    *(5, 0, 1, 2, 10, "a", "b", "true", "false", "5", "10"),
    *((), ("a",), {}),
    "1x",  # lies between the texts of 10 and of 5
)
_MOST_TRIED = 2_000
"""Values of one part of a sample."""


class Conflict(Exception):  # noqa: N818 - says what happened
    """Two values of a sample cannot stand in one object, or a time lies after now."""


_Place: TypeAlias = tuple[bool, Slot]
"""A value of the sample itself, or of the one further out that it is compared with."""


@dataclass(frozen=True, slots=True)
class _Tie:
    """Two values, and what holds of them; `sought`: whether the first, or second, is a part."""

    places: tuple[_Place, _Place]
    known: tuple[Allowed, Allowed]
    holds: Callable[[Value, Value], bool]
    sought: int | None = None


@dataclass(slots=True)
class _Choice:
    """A value to be chosen."""

    owner: Sample
    slot: Slot
    known: Allowed
    ties: list[tuple[_Tie, int]] = field(default_factory=list["tuple[_Tie, int]"])
    """Those that it is a side of, and which."""

    @property
    def own(self) -> Value | None:
        """The value at hand."""
        return self.owner.values.get(self.slot)

    @property
    def is_settled(self) -> bool:
        """Whether no other one may be chosen any more."""
        return self.slot in self.owner.settled and self.own is not None

    def fits(self, value: Value) -> bool:
        """Whether a value has the facts that are known of it."""
        cell = self.owner.cells.get(self.slot)
        if cell is None:
            return True
        domain, values = cell
        return facts_of(value, domain.facts, domain.coercion) == values.facts


def settle(sample: Sample, coercion: Coercion) -> None:
    """Give the tied values of a subject's sample, and of all below it, what ties them.

    Raises:
        Conflict: Where no values are known that the schema allows and that lie so.
    """
    _settle(sample, None, sample, coercion)


def _settle(sample: Sample, parent: Sample | None, profile: Sample, coercion: Coercion) -> None:
    if sample.signs or sample.found:
        outer = {Whose.OWN: sample, Whose.PARENT: parent, Whose.PROFILE: profile}
        for whose, owner in outer.items():
            if owner is not None:
                _settle_with(sample, owner, whose, coercion)
    for key, members in sample.groups.items():
        for member in members:
            _settle(member, sample, member if key.kind is GroupKind.USERS else profile, coercion)


def _settle_with(sample: Sample, owner: Sample, whose: Whose, coercion: Coercion) -> None:
    """Settle a sample's values with one another, or with those further out."""
    is_outer = owner is not sample
    ties: list[_Tie] = []
    for tied in chain(sample.signs, sample.found):
        if tied.whose is not whose:
            continue
        if not is_outer and (is_nested(tied.left, tied.right) or is_nested(tied.right, tied.left)):
            raise Conflict
        if not (_is_missing(sample, tied.left) or _is_missing(owner, tied.right)):
            places = (False, tied.left), (is_outer, tied.right)
            ties.append(_tie(sample, tied, places, coercion))
    for places in components(tie.places for tie in ties):
        part = [tie for tie in ties if tie.places[0] in places]
        choices: dict[_Place, _Choice] = {}
        for tie in part:
            for side, (place, known) in enumerate(zip(tie.places, tie.known, strict=True)):
                of = owner if place[0] else sample
                choice = choices.setdefault(place, _Choice(of, place[1], known))
                choice.ties.append((tie, side))
        chosen = _chosen(choices, fit=True) or _chosen(choices, fit=False)
        if chosen is None:
            raise Conflict
        for place, value in chosen.items():
            choice = choices[place]
            choice.owner.values[choice.slot] = value
            choice.owner.settled.add(choice.slot)


def _is_missing(owner: Sample, slot: Slot) -> bool:
    """Whether a value is known not to be there: nothing ties it."""
    cell = owner.cells.get(slot)
    return cell is not None and cell[1].sample is None


def _tie(
    sample: Sample, tied: Order | Search, places: tuple[_Place, _Place], coercion: Coercion
) -> _Tie:
    known = sample.compared[tied]
    if isinstance(tied, Search):
        is_found, truth = search_test(tied.operator), sample.found[tied]

        def holds(left: Value, right: Value) -> bool:
            texts = text_of(left), text_of(right)
            return is_found(*(texts[::-1] if tied.is_sought else texts)) is truth

        return _Tie(places, known, holds, (0 if tied.is_sought else 1) if truth else None)
    own = Coercion.TEXT if tied.exact else Coercion.NONE if tied.of_row else coercion
    sign = sample.signs[tied]
    return _Tie(places, known, lambda a, b: _sign(a, b, own, moments=tied.moments) == sign)


def _chosen(choices: Mapping[_Place, _Choice], *, fit: bool) -> dict[_Place, Value] | None:
    """A value for each, so that all ties hold; `fit`: and what else is known of each.

    One after another, and back to the one before where none is found.
    """
    chosen: dict[_Place, Value] = {}
    places = list(choices)
    waiting = [_values(choices[places[0]], choices, chosen, fit=fit)]
    for _ in range(_MOST_TRIED):
        place = places[len(waiting) - 1]
        value = next(waiting[-1], None)
        if value is None:
            waiting.pop()
            if not waiting:
                return None
            del chosen[places[len(waiting) - 1]]
            continue
        chosen[place] = value
        spend()
        if not all(_holds(tie, chosen) for tie, _ in choices[place].ties):
            del chosen[place]
        elif len(waiting) == len(places):
            return chosen
        else:
            waiting.append(_values(choices[places[len(waiting)]], choices, chosen, fit=fit))
    return None


def _holds(tie: _Tie, chosen: Mapping[_Place, Value]) -> bool:
    """Whether a tie holds, as far as its values are chosen."""
    left, right = map(chosen.get, tie.places)
    return left is None or right is None or tie.holds(left, right)


def _values(
    choice: _Choice,
    choices: Mapping[_Place, _Choice],
    chosen: Mapping[_Place, Value],
    *,
    fit: bool,
) -> Iterator[Value]:
    """Values that may be chosen: the one at hand, the others, and those near them."""
    own = choice.own
    if choice.is_settled and own is not None:
        yield own
        return
    known = choice.known
    near = [] if own is None else [own]
    parts: list[Value] = []
    for tie, side in choice.ties:
        place = tie.places[1 - side]
        other = chosen.get(place, choices[place].own)
        if other is None:
            continue
        near.append(other)
        if tie.sought is not None:
            parts += _parts(other) if tie.sought == side else _holders(other, own)
    bounds: list[Value] = [b for b in (known.minimum, known.maximum) if b is not None]
    if bounds:
        ends = [None if isinstance(b, str) else b for b in (known.minimum, known.maximum)]
        bounds.append(round_number(*ends))
    moved = [beside for value in (*near, *bounds) for beside in _beside(value)]
    if known.kind is Kind.TIME:
        moved += [time_text(hour * 3_600) for hour in (12, 8, 20)]
    dates = () if known.kind is Kind.STRING else _beside(moment_text(_SOME_MOMENT))
    tried: list[Value] = []
    for value in chain(near, parts, known.enum or (), bounds, moved, _PLAIN, dates):
        for written in _written(value, known.kind):
            if written in tried or not is_writable(written) or not allows(known, written):
                continue
            tried.append(written)
            if not fit or choice.fits(written):
                yield written


def _parts(whole: Value) -> Iterator[str]:
    """Texts that a text has in it, at its beginning, and at its end."""
    text = text_of(whole)
    yield from (text, text[:1], text[-1:], text[:2], text[-2:], "")


def _holders(part: Value, own: Value | None) -> Iterator[str]:
    """Texts that have a text in them, at their beginning, or at their end."""
    text, beside = text_of(part), "" if own is None else text_of(own)
    yield from (text, text + beside, beside + text, text + "x", "x" + text)


def _sign(left: Value, right: Value, coercion: Coercion, *, moments: bool) -> int | None:
    if not moments:
        sign = compare(left, right, coercion)
        return INCOMPARABLE if sign is None else sign
    first, second = moment_of(left), moment_of(right)
    return None if first is None or second is None else (first > second) - (first < second)


def _beside(value: Value) -> Iterator[Value]:
    if isinstance(value, int | Decimal):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        moment = moment_of(value)
        if is_time(value):
            second = seconds_of(value)
            beside = (second + 1, second - 1)
            yield from (time_text(at) for at in beside if 0 <= at < SECONDS_OF_A_DAY)
        elif moment is None:
            yield from (value + "x", value[:-1])
        else:
            written = moment_text if not is_date(value) else _day_text
            for step in (DAY_MS, -DAY_MS):
                yield written(min(max(moment + step, FIRST_MOMENT), LAST_MOMENT))


def _day_text(moment: int) -> str:
    return date_text(moment // DAY_MS)


def _written(value: Value, kind: Kind) -> Iterator[Value]:
    moment = moment_of(value) if isinstance(value, str) else None
    if kind is Kind.DATE and moment is not None:
        yield _day_text(moment)
    elif kind is Kind.DATE_TIME and moment is not None:
        yield moment_text(moment)
    elif kind in NUMERIC and isinstance(value, str):
        number = read_number(value)
        if number is not None:
            yield number
    yield value
