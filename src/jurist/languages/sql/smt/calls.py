"""Functions: what is known of them, whatever the dialect; of all else, that they are functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jurist.languages.sql.smt.prefixes import DAY_LETTERS
from jurist.languages.sql.smt.terms import Sort, Term
from jurist.languages.sql.smt.texts import DAY_S, number_spelled
from jurist.languages.sql.smt.values import SymbolicValue, Values, sort_of
from jurist.languages.sql.values import ValueType

_STRICT: Final = frozenset(
    {"abs", "ceil", "dpipe", "floor", "is_number", "left", "length", "lower", "ltrim", "numeric"}
    | {"replace", "right", "round", "rtrim", "sign", "substring", "to_number", "trim", "upper"}
)
"""NULL exactly where an argument is."""
_SPELLING: Final = frozenset({"is_number", "to_number"})
"""Whether a text spells a number, and which."""
_FORMATS: Final = {"%Y": 4, "%Y-%m": 7, "%Y-%m-%d": DAY_LETTERS}
"""Formats that give the first letters of a date."""
_NULL_OF_NULL: Final = frozenset(
    {"cast", "date", "datetime", "day", "extract", "instr", "month", "strftime", "strposition"}
    | {"timetostr", "trycast", "tsordstodate", "tsordstotimestamp", "year"}
)
"""NULL where an argument is, and perhaps elsewhere too: a cast, a date of what is no date."""


def call(
    values: Values, function: str, arguments: Sequence[SymbolicValue], kind: ValueType
) -> SymbolicValue:
    """The value of a function.

    Args:
        values: What constants and comparisons are made with.
        function: As `nodes.Call` names it.
        arguments: Its arguments.
        kind: The type of its value.
    """
    known = _letters(values, function, arguments)
    if known is None and len(arguments) == 1:
        known = _known(values, function, arguments[0], kind)
    if known is not None and known.type is kind:
        return known
    terms = values.terms
    any_null = terms.disjunction(argument.null for argument in arguments)
    name = f"{function} {' '.join(argument.type for argument in arguments)} {kind}"
    if function in _STRICT:
        inputs = tuple(argument.term for argument in arguments)
        result = _result(values, name, inputs, kind)
        if function in _SPELLING:
            values.spellings.setdefault(inputs[0], {})[function] = _inner(result)
        return SymbolicValue(any_null, result, kind)
    inputs = tuple(part for argument in arguments for part in _whole(values, argument))
    null = values.guess(f"{name} is NULL", inputs, Sort.BOOL)
    if function in _NULL_OF_NULL:
        null = terms.either(any_null, null)
    return SymbolicValue(null, _result(values, name, inputs, kind), kind)


def spelling_facts(values: Values, text: str) -> list[Term]:
    """Whether a constant spells a number, and which, where that is asked of any text."""
    terms = values.terms
    code = terms.integer(values.texts.code(text))
    spelled = number_spelled(text)
    facts: list[Term] = []
    for function in dict.fromkeys(name for asked in values.spellings.values() for name in asked):
        kind = ValueType.BOOLEAN if function == "is_number" else ValueType.REAL
        result = _inner(_result(values, f"{function} {ValueType.TEXT} {kind}", (code,), kind))
        if kind is ValueType.BOOLEAN:
            facts.append(result if spelled is not None else terms.negation(result))
        elif spelled is not None:
            facts.append(terms.equal(result, terms.real(spelled)))
    return facts


def _inner(result: Term) -> Term:
    """Of a truth as 0 or 1, the truth."""
    return result.arguments[0] if result.operator == "ite" else result


def as_text(values: Values, value: SymbolicValue) -> SymbolicValue:
    """A value as text: a date as ISO 8601 writes it; of what others are written as, nothing."""
    if value.type in {ValueType.TEXT, ValueType.NULL}:
        return value
    if value.type is ValueType.DATE:
        term = values.prefixes.of_day(value.term, DAY_LETTERS)
    else:
        term = values.guess(f"cast {value.type} {ValueType.TEXT}", (value.term,), Sort.INT)
    return SymbolicValue(value.null, term, ValueType.TEXT)


def _letters(
    values: Values, function: str, arguments: Sequence[SymbolicValue]
) -> SymbolicValue | None:
    """The first letters of a text or a date, however they are asked for."""
    whole, size = values.null, None
    match function, arguments:
        case "substring", [whole, begin, length] if begin.term.literal == 1:
            literal = length.term.literal
            size = int(literal) if isinstance(literal, int) and literal > 0 else None
        case (("strftime" | "timetostr"), [one, other]):
            written, whole = (one, other) if one.type is ValueType.TEXT else (other, one)
            size = _FORMATS.get(values.text_of(written.term) or "")
            if not whole.type.is_time:
                return None  # a text may be no date
        case (("cast" | "date"), [whole]) if whole.type.is_time:
            if function == "cast" and whole.type is ValueType.TIMESTAMP:
                return None
            size = DAY_LETTERS
        case _:
            pass
    if size is None:
        return None
    if whole.type is ValueType.TEXT:
        return SymbolicValue(whole.null, values.prefixes.of_text(whole.term, size), ValueType.TEXT)
    if not whole.type.is_time or size > DAY_LETTERS:
        return None
    term = values.prefixes.of_day(whole.term, size, _day_of(whole.type))
    return SymbolicValue(whole.null, term, ValueType.TEXT)


def _day_of(kind: ValueType) -> int:
    """What of its number is a day."""
    return DAY_S if kind is ValueType.TIMESTAMP else 1


def _whole(values: Values, argument: SymbolicValue) -> tuple[Term, Term]:
    """Whether it is NULL, and its term, of which nothing is told where it is."""
    zero = values.terms.integer(0)
    return argument.null, values.terms.choice(argument.null, zero, argument.term)


def _result(values: Values, name: str, inputs: tuple[Term, ...], kind: ValueType) -> Term:
    if kind is ValueType.BOOLEAN:
        terms = values.terms
        holds = values.guess(name, inputs, Sort.BOOL)
        return terms.choice(holds, terms.integer(1), terms.integer(0))
    return values.guess(name, inputs, sort_of(kind))


def _known(
    values: Values, function: str, argument: SymbolicValue, kind: ValueType
) -> SymbolicValue | None:
    """Of a function with one argument, where its meaning is the same in every dialect."""
    if argument.type is ValueType.NULL and (function in _STRICT or function in _NULL_OF_NULL):
        return SymbolicValue(argument.null, argument.term, ValueType.NULL)
    if function == "cast":
        return _cast(values, argument, kind)
    terms = values.terms
    if function == "abs" and argument.type.is_number:
        is_negative = terms.less(argument.term, terms.integer(0))
        size = terms.choice(is_negative, terms.negative(argument.term), argument.term)
        return values.cast(SymbolicValue(argument.null, size, argument.type), kind)
    if function == "round" and argument.type in {ValueType.INTEGER, ValueType.BOOLEAN}:
        return values.cast(argument, kind)
    if function == "year" and argument.type.is_time:
        year = values.prefixes.year(argument.term, _day_of(argument.type))
        return values.cast(SymbolicValue(argument.null, year, ValueType.INTEGER), kind)
    if function == "numeric" and argument.type is ValueType.TEXT:
        year = values.prefixes.year_written(argument.term)
        if year is not None:
            return values.cast(SymbolicValue(argument.null, year, ValueType.INTEGER), kind)
    text = values.text_of(argument.term) if argument.type is ValueType.TEXT else None
    if text is None or not text.isascii() or argument.null is not terms.false:
        return None
    if function == "lower":
        return values.constant(text.lower(), kind)
    if function == "upper":
        return values.constant(text.upper(), kind)
    if function == "length":
        return values.constant(len(text), kind)
    spelled = number_spelled(text)
    if function == "is_number":
        return values.constant(int(spelled is not None), kind)
    if function == "to_number" and spelled is not None and kind is ValueType.REAL:
        return SymbolicValue(terms.false, terms.real(spelled), kind)
    return None


def _cast(values: Values, argument: SymbolicValue, kind: ValueType) -> SymbolicValue | None:
    """Casts that keep the value; those that may round, cut or read it are not known."""
    if argument.type is kind and kind is not ValueType.TEXT:  # which CHAR would cut
        return argument
    if argument.type.is_number and kind is ValueType.REAL:
        return values.cast(argument, kind)
    if argument.type is ValueType.BOOLEAN and kind is ValueType.INTEGER:
        return values.cast(argument, kind)
    if argument.type is ValueType.DATE and kind is ValueType.TIMESTAMP:
        seconds = values.terms.scaled(values.terms.to_real(argument.term), DAY_S)
        return SymbolicValue(argument.null, seconds, kind)
    return None
