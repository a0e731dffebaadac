"""Days and times read for what their values are of.

Dates move by whole weeks: days of the week, times of day and lengths of time stay. Months and
years are of different lengths, so what counts or names them lets dates stay what they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.pseudonymizing.senses import ANY, CLOCK, COUNT, RATIO, Family, Sense

if TYPE_CHECKING:
    from jurist.languages.sql.pseudonymizing.expressions import Expressions

PARTS: Final = "a month, a year or a day of one is asked of a date"
_NOW: Final = "a date is compared with the present, which does not move"
_CALENDAR: Final = "months or years are added to a date, which differ in length"
_STEPS: Final = frozenset(
    unit + end
    for unit in ("week", "day", "hour", "minute", "second", "millisecond", "microsecond")
    for end in ("", "s")
)
"""Lengths of time that whole weeks are made of, or that make days."""
_CLOCK_PARTS: Final = frozenset(
    {"hour", "minute", "second", "dow", "isodow", "dayofweek", "weekday", "millisecond"}
)
_CLOCK_FORMAT: Final = re.compile(r"(%[HMSfwuTRIpaA]|[^%\w])*\Z")
_DAYS: Final = frozenset({"%Y-%m-%d", "%F", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%F %T"})
_MODIFIER: Final = re.compile(
    r"[+-]? ?\d+(\.\d+)? (day|hour|minute|second)s?|start of day|weekday [0-6]|subsec|localtime"
    r"|utc",
    re.IGNORECASE,
)
_MOMENTS: Final = frozenset({"date", "datetime", "timestamp", "to_date", "ts_or_ds_to_date"})
_PRESENT: Final = (
    exp.CurrentDate,
    exp.CurrentTimestamp,
    exp.CurrentDatetime,
    exp.Localtime,
    exp.Localtimestamp,
)
_PRESENT_CALLS: Final = frozenset(
    {"now", "today", "curdate", "sysdate", "getdate", "utc_timestamp", "utc_date", "current_date"}
)
_PARTS_OF_DATES: Final = (
    *(exp.Year, exp.Month, exp.Quarter, exp.Week, exp.Day, exp.DayOfMonth, exp.DayOfYear),
)
_WRAPPED: Final = (exp.Date, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.TimeStrToTime)
_TRUNCATED: Final = (exp.DateTrunc, exp.TimestampTrunc)
_ADDED: Final = (
    *(exp.DateAdd, exp.DateSub, exp.DatetimeAdd, exp.DatetimeSub, exp.TimestampAdd),
    *(exp.TimestampSub, exp.TsOrDsAdd),
)
_BETWEEN: Final = (exp.DateDiff, exp.DatetimeDiff, exp.TimestampDiff, exp.TsOrDsDiff)


def value(tree: exp.Expr, read: Expressions) -> Sense | None:
    """What a function of days and times gives; `None`: it is none of these."""
    name = (tree.name if isinstance(tree, exp.Anonymous) else "").lower()
    if isinstance(tree, _PRESENT) or name in _PRESENT_CALLS:
        return _present(read)
    if isinstance(tree, exp.TimeToStr):
        return _formatted(tree.this, tree.args.get("format"), read)
    if isinstance(tree, exp.Extract):
        return _part(tree.name, tree.expression, read)
    if isinstance(tree, exp.DayOfWeek):
        _time(tree.this, read)
        return COUNT
    if isinstance(tree, _PARTS_OF_DATES):
        return _calendar_part(tree.this, read)
    if isinstance(tree, _TRUNCATED):
        return _truncated(tree, read)
    if isinstance(tree, exp.LastDay):
        sense = _time(tree.this, read)
        read.senses.fix(sense, PARTS)
        return sense
    if isinstance(tree, _ADDED):
        return _added(tree, read)
    if isinstance(tree, _BETWEEN):
        return _between(tree, read)
    if isinstance(tree, _WRAPPED):
        if isinstance(tree, exp.Date) and tree.expressions:
            return _modified([tree.this, *tree.expressions], read)
        return _time(tree.this, read)
    return _called(name, list(tree.expressions), read) if name else None


def _called(name: str, arguments: list[exp.Expr], read: Expressions) -> Sense | None:
    if read.dialect is Dialect.SQLITE and name in {"date", "datetime", "julianday", "unixepoch"}:
        sense = _modified(arguments, read) if arguments else _present(read)
        is_number = name in {"julianday", "unixepoch"}
        return Sense(Family.INSTANT, sense.unit) if is_number else sense
    if read.dialect is Dialect.SQLITE and name == "time":
        return clock(_modified(arguments, read), read) if arguments else CLOCK
    if read.dialect is Dialect.SQLITE and name == "strftime" and len(arguments) > 1:
        return _formatted(arguments[1], arguments[0], read, arguments[2:])
    if name in {"date_part", "datepart"} and len(arguments) == 2:
        read.senses.keep(arguments[0])
        return _part(arguments[0].name, arguments[1], read)
    if name in _MOMENTS and len(arguments) == 1:
        return _time(arguments[0], read)
    if name == "age" and arguments:
        senses = [_time(part, read) for part in arguments]
        for sense in senses:
            read.senses.fix(sense, _CALENDAR)
        return RATIO
    return None


def clock(sense: Sense, read: Expressions) -> Sense:
    """The time of day of a moment."""
    if sense.family is not Family.CLOCK:
        read.senses.time(sense)
    return CLOCK


def moved(tree: exp.Expr, one: Sense, other: Sense, read: Expressions) -> Sense:
    """A sum or a difference of which a side at least is a moment."""
    senses = read.senses
    if one.family is other.family and isinstance(tree, exp.Sub):
        is_text = one.family is Family.TIME and read.dialect in {Dialect.SQLITE, Dialect.MYSQL}
        met = senses.meet(one, other)
        if is_text:  # the years alone, or all digits as one number
            senses.fix(met, PARTS)
        return RATIO
    if one.family is Family.TIME and isinstance(tree, exp.Add | exp.Sub):
        step = tree.expression.unnest()
        if isinstance(step, exp.Interval):
            if not _is_step(step):
                senses.fix(one, _CALENDAR)
            return one
        if isinstance(step, exp.Literal) and not step.is_string and read.dialect in _ADD_DAYS:
            senses.keep(step)
            return one
        if other.family is Family.NUMBER and not other.unit and read.dialect in _ADD_DAYS:
            return one
    if (
        one.family is Family.INSTANT
        and isinstance(tree, exp.Add | exp.Sub)
        and isinstance(tree.expression.unnest(), exp.Literal)
    ):
        senses.keep(tree.expression)
        return one
    reason = "arithmetic is done with a date"
    senses.fix(one, reason)
    senses.fix(other, reason)
    return senses.opaque(reason, Family.NUMBER)


_ADD_DAYS: Final = {Dialect.POSTGRESQL, Dialect.DUCKDB, Dialect.STANDARD}


def _present(read: Expressions) -> Sense:
    return read.senses.opaque(_NOW, Family.TIME)


def _time(tree: exp.Expr, read: Expressions) -> Sense:
    """A moment; the word `now` is the present one."""
    bare = tree.unnest()
    if isinstance(bare, exp.Literal) and bare.name.lower() == "now":
        read.senses.keep(bare)
        return _present(read)
    sense = read.value(tree)
    return sense if sense.family is Family.INSTANT else read.senses.time(sense)


def _modified(arguments: list[exp.Expr], read: Expressions) -> Sense:
    """A moment with SQLite's modifiers (https://www.sqlite.org/lang_datefunc.html, section 4)."""
    sense = _time(arguments[0], read)
    if sense.family is Family.INSTANT:
        sense = Sense(Family.TIME, sense.unit)
    for modifier in arguments[1:]:
        if not isinstance(modifier, exp.Literal):
            read.senses.fix(read.value(modifier), _CALENDAR)
            read.senses.fix(sense, _CALENDAR)
            continue
        if not _MODIFIER.fullmatch(modifier.name.strip()):
            read.senses.fix(sense, _CALENDAR)
            if not _CALENDAR_MODIFIER.fullmatch(modifier.name.strip()):
                read.senses.fix(read.senses.literal(modifier), _CALENDAR)
                continue
        read.senses.keep(modifier)
    return sense


_CALENDAR_MODIFIER: Final = re.compile(
    r"[+-]? ?\d+(\.\d+)? (month|year)s?|start of (month|year)|unixepoch|auto|julianday|ceiling"
    r"|floor",
    re.IGNORECASE,
)
_FORMAT: Final = re.compile(r"(%[A-Za-z]|%-[a-z]|[^%\w]|T)*\Z")


def _formatted(
    moment: exp.Expr,
    form: exp.Expr | None,
    read: Expressions,
    modifiers: list[exp.Expr] | None = None,
) -> Sense:
    sense = _modified([moment, *(modifiers or ())], read)
    if not isinstance(form, exp.Literal) or not _FORMAT.match(form.name):
        read.senses.fix(sense, PARTS)
        if form is not None:
            read.senses.fix(read.value(form), PARTS)
        return read.senses.opaque(PARTS)
    read.senses.keep(form)
    if form.name in {"%s", "%J"}:
        return Sense(Family.INSTANT, sense.unit)
    if form.name in _DAYS:
        return sense
    if _CLOCK_FORMAT.match(form.name):
        return CLOCK
    read.senses.fix(sense, PARTS)
    return read.senses.opaque(PARTS)


def _part(part: str, moment: exp.Expr, read: Expressions) -> Sense:
    name = part.lower()
    if name == "epoch":
        sense = _time(moment, read)
        return Sense(Family.INSTANT, sense.unit) if sense.family is Family.TIME else RATIO
    if name in _CLOCK_PARTS:
        read.senses.settled(read.value(moment))
        return COUNT
    return _calendar_part(moment, read)


def _calendar_part(moment: exp.Expr, read: Expressions) -> Sense:
    sense = read.value(moment)
    if sense.family is Family.NUMBER and not sense.unit:
        return COUNT  # of a length of time
    read.senses.fix(read.senses.time(sense) if sense is not ANY else sense, PARTS)
    return read.senses.opaque(PARTS, Family.NUMBER)


def _truncated(tree: exp.Expr, read: Expressions) -> Sense:
    sense = _time(tree.this, read)
    unit = tree.args.get("unit")
    if isinstance(unit, exp.Literal):
        read.senses.keep(unit)
    if unit is None or unit.name.lower() not in _STEPS:
        read.senses.fix(sense, PARTS)
    return sense


def _added(tree: exp.Expr, read: Expressions) -> Sense:
    sense = _time(tree.this, read)
    amount = tree.expression
    if isinstance(amount, exp.Interval):
        is_step = _is_step(amount)
        read.value(amount)
    else:
        unit = tree.args.get("unit")
        is_step = unit is None or unit.name.lower() in _STEPS
        if isinstance(amount.unnest(), exp.Literal | exp.Neg):
            read.senses.keep(amount)
        else:
            read.senses.fix(read.value(amount), _CALENDAR)
    if not is_step:
        read.senses.fix(sense, _CALENDAR)
    return sense


def _between(tree: exp.Expr, read: Expressions) -> Sense:
    met = read.senses.meet(_time(tree.this, read), _time(tree.expression, read))
    unit = tree.args.get("unit")
    if unit is not None and unit.name.lower() not in _STEPS:
        read.senses.fix(met, _CALENDAR)
    return COUNT


def _is_step(interval: exp.Interval) -> bool:
    unit = interval.args.get("unit")
    if unit is not None:
        return unit.name.lower() in _STEPS
    words = str(interval.name).lower().split()
    return bool(words) and all(word in _STEPS for word in words[1::2])
