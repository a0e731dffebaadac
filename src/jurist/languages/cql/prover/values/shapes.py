"""The texts that a schema's type allows: dates, timestamps, arrays and objects as JSON (A9).

Two languages a type: `allowed` holds every text that a legal value can have, `sampled`
only texts of legal values. Where both are one, which facts go together is known exactly;
else a combination that only `allowed` has is one of which no value is known.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil, floor

from jurist.errors import InputError
from jurist.languages.cql.prover.values import regular
from jurist.languages.cql.prover.values.automata import realizable
from jurist.languages.cql.prover.values.regular import (
    ANYTHING,
    DIGIT,
    EMPTY,
    Pattern,
    Repeated,
    characters,
    either,
    in_language,
    optional,
    sequence,
    text,
    times,
)
from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import round_number
from jurist.languages.cql.semantics.subjects import normalize_json
from jurist.languages.cql.semantics.values import MAX_DIGITS, Value, text_of

_MOST_SAMPLED = 12
_NOT_ZERO = characters("123456789")
_SIXTY = sequence((characters("012345"), DIGIT))
_MOST_MEMBERS = 4
"""Of an object, whose members may stand in any order."""
_HOUR = either((sequence((characters("01"), DIGIT)), sequence((text("2"), characters("0123")))))


@lru_cache(maxsize=1_024)
def allowed_texts(known: Allowed) -> Pattern:
    """Every text that a value of this kind can have, and perhaps some more."""
    match known.kind:
        case Kind.DATE:
            return _date()
        case Kind.DATE_TIME:
            return _date_time()
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


@lru_cache(maxsize=1_024)
def sampled_texts(known: Allowed) -> Pattern:
    """Texts of legal values alone."""
    match known.kind:
        case Kind.ARRAY:
            return _array(_json(known.items or Allowed(), sampled=True))
        case Kind.OBJECT if known.members is None:
            pair = sequence((_string(), text(":"), _string()))
            return sequence((text("{"), optional(pair), text("}")))
        case Kind.OBJECT if len(known.members or ()) <= _MOST_MEMBERS:
            return _members(known, True)  # noqa: FBT003
        case Kind.OBJECT:
            return _some_object(known)
        case _:
            return allowed_texts(known)


@lru_cache(maxsize=1_024)
def common_text(one: Allowed, other: Allowed) -> str | None:
    """A text that values of two kinds may both have; `None` where there is none."""
    languages = [(in_language, (allowed_texts(known),)) for known in (one, other)]
    return realizable([], languages).get(())


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


@lru_cache(maxsize=1)
def _date() -> Pattern:
    """The days of the years 1 to 9999."""
    zero = text("0")
    year = either(sequence([*([zero] * i), _NOT_ZERO, *([DIGIT] * (3 - i))]) for i in range(4))
    long = _month(("01", "03", "05", "07", "08", "10", "12"), ("30", "31"))
    short = _month(("04", "06", "09", "11"), ("30",))
    february = _month(("02",), (), last_of_twenties="8")
    leap = [f"{year:02d}" for year in range(4, 100, 4)]
    in_century = sequence((times(DIGIT, 2, 2), either(map(text, leap))))
    of_century = sequence((either(map(text, leap)), text("00")))
    leap_day = sequence((either((in_century, of_century)), text("-02-29")))
    return either((sequence((year, text("-"), either((long, short, february)))), leap_day))


def _month(
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


@lru_cache(maxsize=1)
def _date_time() -> Pattern:
    clock = sequence((_HOUR, text(":"), _SIXTY, text(":"), _SIXTY))
    fraction = optional(sequence((text("."), times(DIGIT, 1, 9))))
    offset = sequence((characters("+-"), _HOUR, text(":"), _SIXTY))
    return sequence((_date(), text("T"), clock, fraction, either((text("Z"), offset))))


@lru_cache(maxsize=1)
def utc_timestamps() -> Pattern:
    """Timestamps of whole seconds as they are usually written."""
    clock = sequence((_HOUR, text(":"), _SIXTY, text(":"), _SIXTY))
    return sequence((_date(), text("T"), clock, text("Z")))


# --- JSON -------------------------------------------------------------------------------------


def _array(entry: Pattern) -> Pattern:
    more = Repeated(sequence((text(","), entry)))
    return sequence((text("["), optional(sequence((entry, more))), text("]")))


@lru_cache(maxsize=256)
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
            return _string()
        case Kind.BOOLEAN:
            return either((text('"true"'), text('"false"')))
        case Kind.INTEGER | Kind.NUMBER:
            return _number(known, sampled=sampled)
        case Kind.UNKNOWN:
            return either((_string(), _whole_number())) if sampled else ANYTHING
        case Kind.DATE | Kind.DATE_TIME:
            return sequence((text('"'), allowed_texts(known), text('"')))
        case Kind.ARRAY | Kind.OBJECT:
            return sampled_texts(known) if sampled else allowed_texts(known)


def _written(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text_of(value)


@lru_cache(maxsize=1)
def _string() -> Pattern:
    control = "".join(map(chr, range(0x20)))
    plain = regular.Characters(frozenset('"\\' + control), other=True)
    short = sequence((text("\\"), characters('"\\bfnrt')))
    low = sequence((text("0"), characters("01234567bef")))  # the others have a short form
    high = sequence((text("1"), characters("0123456789abcdef")))
    coded = sequence((text("\\u00"), either((low, high))))
    return sequence((text('"'), Repeated(either((plain, short, coded))), text('"')))


def _whole_number() -> Pattern:
    whole = sequence((_NOT_ZERO, times(DIGIT, 0, MAX_DIGITS - 1)))
    return either((text("0"), sequence((optional(text("-")), whole))))


def _number(known: Allowed, *, sampled: bool) -> Pattern:
    """Numbers; between bounds only those near them are sampled."""
    whole = _whole_number()
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
