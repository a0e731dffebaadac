"""The texts of numbers, and those that a schema's type allows: dates, timestamps, JSON (A9).

Two languages a type: `allowed` holds every text that a legal value can have, `sampled`
only texts of legal values. Where both are one, which facts go together is known exactly;
else a combination that only `allowed` has is one of which no value is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil, floor

from jurist.errors import InputError
from jurist.languages.cql.prover.values.automata import (
    ANYTHING,
    DIGIT,
    EMPTY,
    NOTHING,
    Characters,
    Either,
    Pattern,
    Repeated,
    characters,
    either,
    is_nullable,
    optional,
    realizable,
    sequence,
    text,
    times,
)
from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import PLACES, round_number
from jurist.languages.cql.semantics.subjects import normalize_json
from jurist.languages.cql.semantics.values import MAX_DIGITS, Value, text_of

_MOST_SAMPLED = 12
_MOST_MEMBERS = 4
"""Of an object, whose members may stand in any order."""


# --- numbers ----------------------------------------------------------------------------------

_NOT_ZERO = characters("123456789")
_DIGITS = Repeated(DIGIT)
_ZEROS = Repeated(text("0"))
_SIGN = optional(text("-"))
_ANY_PLACES = optional(sequence((text("."), DIGIT, _DIGITS)))
_UNSIGNED = sequence((DIGIT, _DIGITS, _ANY_PLACES))
NUMBERS = sequence((_SIGN, _UNSIGNED))
"""`-?digits[.digits]`."""
_WHOLE = sequence((_NOT_ZERO, _DIGITS))
_PLACES = sequence((text("."), _DIGITS, _NOT_ZERO))
WHOLE_NUMBERS = either((text("0"), sequence((_SIGN, _WHOLE))))
"""The text of each whole number."""
CANONICAL_NUMBERS = either(
    (
        text("0"),
        sequence((_SIGN, _WHOLE)),
        sequence((_SIGN, either((text("0"), _WHOLE)), _PLACES)),
    )
)
"""The shortest text of each number: `5`, not `05` or `5.0`."""


def numbers_from(scaled: int) -> Pattern:
    """Numbers of at least `scaled` units.

    At least one unit more than 5 is more than 5: the rounder of the two bounds makes the
    smaller automaton.
    """
    is_strict = _trailing_zeros(scaled - 1) > _trailing_zeros(scaled)
    bound = scaled - 1 if is_strict else scaled
    if bound > 0 or (bound == 0 and is_strict):
        return _at_least(bound, sequence((_ZEROS, _NOT_ZERO, _DIGITS)) if is_strict else _DIGITS)
    negative = _at_most(-bound, NOTHING if is_strict else _ZEROS)
    return either((_UNSIGNED, sequence((text("-"), negative))))


def _trailing_zeros(scaled: int) -> int:
    digits = str(abs(scaled))
    return 99 if scaled == 0 else len(digits) - len(digits.rstrip("0"))


def _at_least(magnitude: int, after: Pattern) -> Pattern:
    """Numbers without a sign; `after`: what follows the last of the magnitude's own places."""
    whole, places = _digits_of(magnitude)
    more = _compared(places or "0", _MORE, lambda _: _DIGITS, after)
    fraction = sequence((text("."), more))
    if not places and is_nullable(after):
        fraction = optional(fraction)
    longer = sequence((_NOT_ZERO, times(DIGIT, len(whole), len(whole)), _DIGITS, _ANY_PLACES))
    as_long = _compared(whole, _MORE, _any_number, fraction)
    return sequence((_ZEROS, either((longer, as_long))))


def _at_most(magnitude: int, after: Pattern) -> Pattern:
    """The same from 0 to the magnitude, or where nothing may follow it, to below it."""
    whole, places = _digits_of(magnitude)
    fraction = NOTHING
    if places or is_nullable(after):
        less = _compared(places or "0", _LESS, lambda _: _DIGITS, after, ends=EMPTY)
        some = either(less.patterns - {EMPTY}) if isinstance(less, Either) else less
        fraction = optional(sequence((text("."), some)))
    shorter = [sequence((times(DIGIT, 1, len(whole) - 1), _ANY_PLACES))] if len(whole) > 1 else []
    as_long = _compared(whole, _LESS, _any_number, fraction)
    return sequence((_ZEROS, either((*shorter, as_long))))


def _digits_of(magnitude: int) -> tuple[str, str]:
    whole, fraction = divmod(magnitude, 10**PLACES)
    return str(whole), f"{fraction:0{PLACES}d}".rstrip("0")


def _any_number(digits: int) -> Pattern:
    return sequence((times(DIGIT, digits, digits), _ANY_PLACES))


def _compared(
    digits: str,
    better: dict[str, Pattern],
    rest: Callable[[int], Pattern],
    equal: Pattern,
    ends: Pattern = NOTHING,
) -> Pattern:
    """Digits by the first of them that differs from these.

    Args:
        digits: What they are compared with.
        better: Those that decide, for each digit.
        rest: What follows where so many digits are left.
        equal: What follows where all are the same.
        ends: What may stand instead of any of them.
    """
    for left, digit in enumerate(reversed(digits)):
        decided = sequence((better[digit], rest(left)))
        equal = either((ends, decided, sequence((text(digit), equal))))
    return equal


_TEN = "0123456789"
_MORE = {digit: characters(_TEN[i + 1 :]) for i, digit in enumerate(_TEN)}
_LESS = {digit: characters(_TEN[:i]) for i, digit in enumerate(_TEN)}


# --- types ------------------------------------------------------------------------------------


def allowed_texts(known: Allowed) -> Pattern:
    """Every text that a value of this kind can have, and perhaps some more."""
    match known.kind:
        case Kind.DATE:
            return _DATES
        case Kind.DATE_TIME:
            return _TIMESTAMPS
        case Kind.TIME:
            return _TIMES
        case Kind.ARRAY if known.items is not None and known.items != Allowed():
            return _array(_json(known.items, sampled=False))
        case Kind.ARRAY:
            return sequence((text("["), ANYTHING, text("]")))
        case Kind.OBJECT if known.members is not None and len(known.members) <= _MOST_MEMBERS:
            return _members(known, False)  # noqa: FBT003
        case Kind.OBJECT:
            return sequence((text("{"), ANYTHING, text("}")))
        case _:
            return ANYTHING


def sampled_texts(known: Allowed) -> Pattern:
    """Texts of legal values alone."""
    match known.kind:
        case Kind.ARRAY:
            return _array(_json(known.items or Allowed(), sampled=True))
        case Kind.OBJECT if known.members is None:
            pair = sequence((_STRING, text(":"), _STRING))
            return sequence((text("{"), optional(pair), text("}")))
        case Kind.OBJECT if len(known.members or ()) <= _MOST_MEMBERS:
            return _members(known, True)  # noqa: FBT003
        case Kind.OBJECT:
            return _some_object(known)
        case _:
            return allowed_texts(known)


@lru_cache(maxsize=1_024)
def common_text(left: Allowed, right: Allowed) -> str | None:
    """A text that values of two kinds may both have; `None` where there is none."""
    return realizable([], [allowed_texts(left), allowed_texts(right)]).get(())


def value_of_text(written: str, kind: Kind) -> Value | None:
    """The value that a text of one of these languages is; `None` where it is none."""
    if kind not in {Kind.ARRAY, Kind.OBJECT}:
        return written
    try:
        value = normalize_json(json.loads(written, parse_float=Decimal))
    except (ValueError, InputError):
        return None
    return value if value is not None and text_of(value) == written else None


# --- dates ------------------------------------------------------------------------------------


def _dates() -> Pattern:
    """The days of the years 1 to 9999."""
    zero = text("0")
    year = either(sequence([*([zero] * i), _NOT_ZERO, *([DIGIT] * (3 - i))]) for i in range(4))
    long = _months(("01", "03", "05", "07", "08", "10", "12"), ("30", "31"))
    short = _months(("04", "06", "09", "11"), ("30",))
    february = _months(("02",), (), last_of_twenties="8")
    leap = [f"{year:02d}" for year in range(4, 100, 4)]
    in_century = sequence((times(DIGIT, 2, 2), either(map(text, leap))))
    of_century = sequence((either(map(text, leap)), text("00")))
    leap_day = sequence((either((in_century, of_century)), text("-02-29")))
    return either((sequence((year, text("-"), either((long, short, february)))), leap_day))


def _months(
    months: tuple[str, ...], after: tuple[str, ...], *, last_of_twenties: str = "9"
) -> Pattern:
    twenties = characters("".join(map(str, range(int(last_of_twenties) + 1))))
    days = [
        sequence((text("0"), _NOT_ZERO)),
        sequence((text("1"), DIGIT)),
        sequence((text("2"), twenties)),
        *map(text, after),
    ]
    return sequence((either(map(text, months)), text("-"), either(days)))


_HOUR = either((sequence((characters("01"), DIGIT)), sequence((text("2"), characters("0123")))))
_SIXTY = sequence((characters("012345"), DIGIT))
_OFFSET = sequence((characters("+-"), _HOUR, text(":"), _SIXTY))
_DATES = _dates()
_TIMES = sequence((_HOUR, text(":"), _SIXTY, text(":"), _SIXTY))
_MOMENTS = sequence((_DATES, text("T"), _TIMES))
_TIMESTAMPS = sequence(
    (
        _MOMENTS,
        optional(sequence((text("."), times(DIGIT, 1, 9)))),
        either((text("Z"), _OFFSET)),
    )
)
UTC_TIMESTAMPS = sequence((_MOMENTS, text("Z")))
"""Timestamps of whole seconds as they are usually written."""


# --- JSON -------------------------------------------------------------------------------------


def _array(entry: Pattern) -> Pattern:
    more = Repeated(sequence((text(","), entry)))
    return sequence((text("["), optional(sequence((entry, more))), text("]")))


def _members(known: Allowed, sampled: bool) -> Pattern:  # noqa: FBT001 - which of two languages
    """Objects of the listed members, in every order; more are not there (a closed world)."""
    listed = dict(known.members or ())
    pairs = {
        name: sequence((text(json.dumps(name, ensure_ascii=False) + ":"), _json(member, sampled)))
        for name, member in listed.items()
    }

    @cache
    def after(left: frozenset[str], is_first: bool) -> Pattern:  # noqa: FBT001
        comma = EMPTY if is_first else text(",")
        ways = [sequence((comma, pairs[n], after(left - {n}, False))) for n in sorted(left)]  # noqa: FBT003
        is_whole = not any(listed[name].required for name in left)
        return either([*ways, EMPTY] if is_whole else ways)

    return sequence((text("{"), after(frozenset(listed), True), text("}")))  # noqa: FBT003


def _some_object(known: Allowed) -> Pattern:
    """Objects of legal members in the order in which they are listed."""
    following: Pattern = EMPTY  # what may come after some member
    beginning: Pattern = EMPTY  # and where none has come yet
    for name, member in reversed(known.members or ()):
        key = text(json.dumps(name, ensure_ascii=False) + ":")
        pair = sequence((key, _json(member, sampled=True)))
        after = sequence((text(","), pair, following))
        first = sequence((pair, following))
        following = after if member.required else either((after, following))
        beginning = first if member.required else either((first, beginning))
    return sequence((text("{"), beginning, text("}")))


def _json(known: Allowed, sampled: bool) -> Pattern:  # noqa: FBT001 - which of two languages
    """What a value inside an array or object is written as."""
    if known.enum is not None:
        return either(text(_written(value)) for value in known.enum)
    match known.kind:
        case Kind.STRING:
            return _STRING
        case Kind.BOOLEAN:
            return either((text('"true"'), text('"false"')))
        case Kind.INTEGER | Kind.NUMBER:
            return _number(known, sampled=sampled)
        case Kind.UNKNOWN:
            return either((_STRING, _WHOLE_NUMBER)) if sampled else ANYTHING
        case Kind.DATE | Kind.DATE_TIME | Kind.TIME:
            return sequence((text('"'), allowed_texts(known), text('"')))
        case Kind.ARRAY | Kind.OBJECT:
            return sampled_texts(known) if sampled else allowed_texts(known)


def _written(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text_of(value)


_CONTROL = "".join(map(chr, range(0x20)))
_ESCAPED = either(
    (
        sequence((text("\\"), characters('"\\bfnrt'))),
        sequence((text("\\u000"), characters("01234567bef"))),  # the others have a short form
        sequence((text("\\u001"), characters("0123456789abcdef"))),
    )
)
_PLAIN = Characters(frozenset('"\\' + _CONTROL), other=True)
_STRING = sequence((text('"'), Repeated(either((_PLAIN, _ESCAPED))), text('"')))
_WHOLE_NUMBER = either(
    (text("0"), sequence((_SIGN, _NOT_ZERO, times(DIGIT, 0, MAX_DIGITS - 1)))),
)


def _number(known: Allowed, *, sampled: bool) -> Pattern:
    """Numbers; between bounds only those near them are sampled."""
    whole = _WHOLE_NUMBER
    if known.minimum is not None or known.maximum is not None:
        few = _within_bounds(known)
        if sampled or (known.kind is Kind.INTEGER and len(few) < _MOST_SAMPLED):
            return either(text(text_of(value)) for value in few)
    if known.kind is Kind.INTEGER or sampled:
        return whole
    places = sequence((text("."), times(DIGIT, 0, MAX_DIGITS - 1), _NOT_ZERO))
    below_one = sequence((optional(text("-")), text("0"), places))
    return either((whole, sequence((whole, places)), below_one))


def _within_bounds(known: Allowed) -> list[int | Decimal]:
    """Whole numbers near the bounds, and the roundest number between them."""
    low = None if isinstance(known.minimum, str) else known.minimum
    high = None if isinstance(known.maximum, str) else known.maximum
    least = None if low is None else ceil(low)
    most = None if high is None else floor(high)
    if least is None:
        assert most is not None  # noqa: S101 - one of the two is there
        least = most - _MOST_SAMPLED + 1
    last = least + _MOST_SAMPLED - 1
    whole: list[int | Decimal] = list(range(least, (last if most is None else min(most, last)) + 1))
    between = round_number(low, high)
    return whole if known.kind is Kind.INTEGER or between in whole else [*whole, between]
