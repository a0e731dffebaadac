"""The primitive facts about one value into which every comparison with constants splits.

Numbers are counted in units (`numbers`), so every numeric fact is an interval of integers;
moments are milliseconds. A missing value has none of these facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.boolean import (
    FALSE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.semantics.numbers import UNIT, units_of
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.values import (
    Atom,
    Coercion,
    Quantity,
    Value,
    as_number,
    is_bare_date,
    midnight,
    moment_of,
    text_of,
)
from jurist.languages.cql.syntax import Duration, Operator, Unit

PRESENT = "present"
NUMBER = "number"
"""Is a number under the coercion, from `low` to `high` units."""
OTHER_BEFORE = "other_before"
"""Is no number, and its text comes before `text`."""
OTHER_IS = "other_is"
"""Is no number, and its text is `text`."""
BEFORE = "before"
IS = "is"
CONTAINS = "contains"
STARTS = "starts"
ENDS = "ends"
MOMENT = "moment"
"""Reads as a moment, from `low` to `high` milliseconds."""
AMONG = "among"
"""Has one of many facts, each about a single number or text: is of a long list."""
HAS_SOME = "has_some"
"""Has one of many facts, each that it contains a text."""
LISTS = frozenset((AMONG, HAS_SOME))
READING_NUMBERS = frozenset((NUMBER, OTHER_IS, OTHER_BEFORE))
"""Facts that ask whether a text reads as a number."""


class Primitive(NamedTuple):
    """One fact: its kind, and the interval or the text that it is about, or the listed facts."""

    kind: str
    low: int | None = None
    high: int | None = None
    text: str = ""
    listed: frozenset[Primitive] = frozenset()
    midnights: tuple[int | None, int | None] | None = None
    """Where the midnights of bare dates must lie instead: a relation counted in days (A4)."""

    @property
    def of_timestamps(self) -> Primitive:
        """What a fact about moments says of timestamps."""
        return self._replace(midnights=None)

    @property
    def of_dates(self) -> Primitive:
        """What a fact about moments says of bare dates."""
        low, high = self.midnights or (self.low, self.high)
        return Primitive(self.kind, low, high)


MOST_APART = 12
"""Constants of a list of which each is a fact of its own."""
IS_PRESENT = Primitive(PRESENT)
IS_NUMBER = Primitive(NUMBER)


def holds(fact: Primitive, value: Value | None, coercion: Coercion) -> bool:
    """Whether a concrete value has a fact."""
    if value is None:
        return False
    kind, text = fact.kind, fact.text
    if kind == PRESENT:
        return True
    if kind == MOMENT:
        return inside(moment_of(value), fact.of_dates if is_bare_date(value) else fact)
    if kind == HAS_SOME:
        written = text_of(value)
        return any(part.text in written for part in fact.listed)
    number = as_number(value, coercion)
    if kind == AMONG:
        return not fact.listed.isdisjoint(_points_at(number, text_of(value)))
    if kind == NUMBER:
        return number is not None and inside(Fraction(number) * UNIT, fact)
    if kind in {OTHER_BEFORE, OTHER_IS} and number is not None:
        return False
    return text_holds(kind, text_of(value), text)


def _points_at(number: Quantity | None, text: str) -> Iterator[Primitive]:
    """The facts about single numbers and texts that a value of this number and text has."""
    yield Primitive(IS, text=text)
    if number is None:
        yield Primitive(OTHER_IS, text=text)
    elif (units := units_of(number)) is not None:
        yield Primitive(NUMBER, units, units)


def points(facts: Iterable[Primitive]) -> Iterator[Primitive]:
    """Some facts, with those that are listed in them one by one."""
    for fact in facts:
        if fact.kind in LISTS:
            yield from fact.listed
        else:
            yield fact


def facts_of(
    value: Value | None, facts: Iterable[Primitive], coercion: Coercion
) -> frozenset[Primitive]:
    """Those of some facts that a concrete value has."""
    return frozenset([fact for fact in facts if holds(fact, value, coercion)])


def text_holds(kind: str, value: str, text: str) -> bool:
    """Whether a text has one of the facts that are about texts."""
    if kind in {IS, OTHER_IS}:
        return value == text
    if kind in {BEFORE, OTHER_BEFORE}:
        return value < text
    if kind == CONTAINS:
        return text in value
    return value.startswith(text) if kind == STARTS else value.endswith(text)


def inside(at: Fraction | int | None, fact: Primitive) -> bool:
    """Whether a place lies in the fact's interval."""
    return (
        at is not None
        and (fact.low is None or fact.low <= at)
        and (fact.high is None or at <= fact.high)
    )


Leaf: TypeAlias = Callable[[Primitive], Formula]
"""Makes the atom of a fact about one value."""


def nothing(_fact: Primitive) -> Formula:
    """The leaf of a value that is never there: it has no fact."""
    return FALSE


def compared(
    leaf: Leaf,
    operator: Operator,
    constants: Sequence[Atom],
    coercion: Coercion,
    readings: Readings,
) -> Formula:
    """A comparison with constants (no dates) as a formula over primitive facts."""
    match operator:
        case Operator.EXISTS:
            return leaf(IS_PRESENT)
        case Operator.ABSENT:
            return negation(leaf(IS_PRESENT))
        case Operator.CONTAINS | Operator.OMITS:
            some = _contains(leaf, constants)
            return some if operator is Operator.CONTAINS else negation(some)
        case Operator.STARTS_WITH:
            return _part(leaf, STARTS, constants[0])
        case Operator.ENDS_WITH:
            return _part(leaf, ENDS, constants[0])
        case Operator.ONE_OF | Operator.NONE_OF:
            some = _one_of(leaf, constants, coercion)
            if operator is Operator.ONE_OF:
                return some
            if readings.holds_for_missing(Operator.NONE_OF):
                return negation(some)
            return conjunction((leaf(IS_PRESENT), negation(some)))
        case _ if operator.symbol:
            return signed(leaf, operator, constants[0], coercion)
        case _:
            raise Beyond(f"`{operator}` on this value")


def _one_of(leaf: Leaf, constants: Sequence[Atom], coercion: Coercion) -> Formula:
    """That a value equals some constant: of many constants one fact, of which no two differ.

    So constants that both queries treat alike, in lists that are the same or differ elsewhere,
    need no class of values each.
    """
    if len(constants) <= MOST_APART or coercion is Coercion.MOMENT:
        return disjunction(signed(leaf, Operator.EQUALS, c, coercion) for c in constants)
    listed: dict[Primitive, None] = {}

    def note(fact: Primitive) -> Formula:
        listed[fact] = None
        return FALSE

    for constant in constants:
        signed(note, Operator.EQUALS, constant, coercion)
    return leaf(Primitive(AMONG, listed=frozenset(listed)))


def _contains(leaf: Leaf, constants: Sequence[Atom]) -> Formula:
    """That a text has some constant in it: of many constants one fact, as of lists of values."""
    texts = list(map(text_of, constants))
    if len(texts) <= MOST_APART or not all(texts):
        return disjunction(_part(leaf, CONTAINS, constant) for constant in constants)
    return leaf(Primitive(HAS_SOME, listed=frozenset(Primitive(CONTAINS, text=t) for t in texts)))


def one_by_one(leaf: Leaf) -> Leaf:
    """A leaf that knows nothing of lists: of those it makes the facts that they list."""

    def of_points(fact: Primitive) -> Formula:
        return disjunction(map(leaf, points((fact,))))

    return of_points


def _part(leaf: Leaf, kind: str, constant: Atom) -> Formula:
    text = text_of(constant)
    return leaf(Primitive(kind, text=text)) if text else leaf(IS_PRESENT)


def signed(leaf: Leaf, operator: Operator, constant: Atom, coercion: Coercion) -> Formula:
    """One of the six symbol comparisons with a constant."""
    if operator is Operator.DIFFERS:
        equal = signed(leaf, Operator.EQUALS, constant, coercion)
        return conjunction((leaf(IS_PRESENT), negation(equal)))
    if coercion is Coercion.MOMENT:
        return leaf(_momentary(operator, moment_of(constant)))
    number = as_number(constant, coercion)
    if number is None or isinstance(number, Fraction):
        guarded = coercion is Coercion.NONE
        return _textual(leaf, operator, text_of(constant), guarded=guarded)
    numeric = numeric_fact(operator, number)
    parts = [leaf(numeric)] if numeric else []
    if coercion is not Coercion.NONE and not (
        coercion is Coercion.NUMBER and operator is Operator.EQUALS
    ):
        parts.append(_textual(leaf, operator, text_of(constant), guarded=True))
    return disjunction(parts)


def _momentary(operator: Operator, moment: int | None) -> Primitive:
    """The interval of `= > >= < <=` a moment.

    Raises:
        Beyond: It is none.
    """
    if moment is None:
        raise Beyond("a date compared with what is no date")
    match operator:
        case Operator.EQUALS:
            return Primitive(MOMENT, moment, moment)
        case Operator.GREATER_THAN:
            return Primitive(MOMENT, moment + 1, None)
        case Operator.AT_LEAST:
            return Primitive(MOMENT, moment, None)
        case Operator.LESS_THAN:
            return Primitive(MOMENT, None, moment - 1)
        case _:
            return Primitive(MOMENT, None, moment)


def numeric_fact(operator: Operator, number: int | Decimal) -> Primitive | None:
    """The interval of `= > >= < <=` a number; `None` where no number lies in it."""
    exact = (number if isinstance(number, int) else Fraction(number)) * UNIT
    match operator:
        case Operator.EQUALS:
            if exact.denominator != 1:
                return None
            return Primitive(NUMBER, int(exact), int(exact))
        case Operator.GREATER_THAN:
            return Primitive(NUMBER, floor(exact) + 1, None)
        case Operator.AT_LEAST:
            return Primitive(NUMBER, ceil(exact), None)
        case Operator.LESS_THAN:
            return Primitive(NUMBER, None, ceil(exact) - 1)
        case _:
            return Primitive(NUMBER, None, floor(exact))


def _textual(leaf: Leaf, operator: Operator, text: str, *, guarded: bool) -> Formula:
    """The comparison by text; `guarded`: only of values that are no numbers."""
    equal = leaf(Primitive(OTHER_IS if guarded else IS, text=text))
    if operator is Operator.EQUALS:
        return equal
    before = leaf(Primitive(OTHER_BEFORE if guarded else BEFORE, text=text)) if text else FALSE
    if operator is Operator.LESS_THAN:
        return before
    if operator is Operator.AT_MOST:
        return disjunction((before, equal))
    present = leaf(IS_PRESENT)
    if guarded:
        present = conjunction((present, negation(leaf(IS_NUMBER))))
    if operator is Operator.AT_LEAST:
        return conjunction((present, negation(before)))
    return conjunction((present, negation(before), negation(equal)))


def dated(leaf: Leaf, operator: Operator, argument: Duration | int | None, now: int) -> Formula:
    """A date comparison as a formula; `argument` is a length, or a moment (`None`: no moment).

    Raises:
        Beyond: The operator is not looked into.
    """
    if argument is None:
        return FALSE
    if not isinstance(argument, Duration):
        return leaf(Primitive(MOMENT, *_interval(operator, argument, now)))
    span = _interval(operator, argument.ms, now)
    if argument.unit is not Unit.DAY:
        return leaf(Primitive(MOMENT, *span))
    low, high = _interval(operator, argument.ms, midnight(now))
    if operator is Operator.AFTER_NEXT and low is not None:
        low += 1  # the last of the days of `within_next` is not after them
    return leaf(Primitive(MOMENT, *span, midnights=(low, high)))


def _interval(operator: Operator, ms: int, now: int) -> tuple[int | None, int | None]:
    """The moments that stand in an operator's relation to a moment, or so far from now."""
    match operator:
        case Operator.BEFORE_DATE:
            return None, ms - 1
        case Operator.AFTER_DATE:
            return ms + 1, None
        case Operator.WITHIN_LAST:
            return now - ms, now
        case Operator.WITHIN_NEXT:
            return now, now + ms
        case Operator.BEFORE_LAST:
            return None, now - ms
        case Operator.AFTER_NEXT:
            return now + ms, None
        case _:
            raise Beyond(f"`{operator}` on this value")
