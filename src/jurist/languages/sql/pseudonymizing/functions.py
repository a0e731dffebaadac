"""Functions read for what their values are of: which commute with other constants, and which not.

A text's pseudonym keeps its length, its case, its separators and the beginnings of its words;
days move by whole weeks; numbers are scaled. What does not follow from that lets its arguments
stay what they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from jurist.languages.pseudonymizing import Relation
from jurist.languages.sql.pseudonymizing import times
from jurist.languages.sql.pseudonymizing.senses import ANY, COUNT, FLAG, RATIO, Family, Sense

if TYPE_CHECKING:
    from jurist.languages.sql.pseudonymizing.expressions import Expressions

_INNER: Final = "a part of a text is taken that does not begin with it"
_JOINED: Final = "texts are joined without a separator between them"
_COUNTS: Final = frozenset(
    {
        *("count", "count_if", "countif", "row_number", "rank", "dense_rank", "percent_rank"),
        *("cume_dist", "approx_distinct", "approx_count_distinct"),
    }
)
_SAME_NUMBER: Final = frozenset(
    {"abs", "avg", "sum", "total", "stddev", "stddev_pop", "stddev_samp", "std", "median", "mean"}
)
_ROUNDS: Final = frozenset({"round", "ceil", "ceiling", "floor", "trunc", "truncate"})
_SAME_TEXT: Final = frozenset({"lower", "upper"})
_OF_ROWS: Final = frozenset({"any_value", "first", "last", "mode"})
_NEIGHBOURS: Final = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})
_WORD: Final = re.compile(r"[^\W_]", re.UNICODE)


def name_of(tree: exp.Expr) -> str:
    """What a function is called, lower-cased."""
    return (
        tree.name
        if isinstance(tree, exp.Anonymous)
        else tree.sql_name()
        if isinstance(tree, exp.Func)
        else tree.key
    ).lower()


def arguments_of(tree: exp.Expr) -> list[exp.Expr]:
    """The arguments of a function, in written order."""
    if isinstance(tree, exp.Anonymous):
        return list(tree.expressions)
    return [
        part for part in tree.iter_expressions() if not isinstance(part, exp.Var | exp.DataType)
    ]


def value(tree: exp.Expr, read: Expressions) -> Sense:
    """What a function's value is of."""
    moment = times.value(tree, read)
    if moment is not None:
        return moment
    name, arguments = name_of(tree), arguments_of(tree)
    senses = read.senses
    match tree:
        case exp.Cast():
            return _cast(tree, read)
        case exp.Star():
            return COUNT
        case exp.Max() | exp.Min() | exp.Greatest() | exp.Least():
            sense = senses.all_meet([read.value(part) for part in arguments])
            senses.ask(sense, Relation.ORDER)
            return sense
        case exp.Substring() | exp.Left():
            return _beginning(tree, read)
        case exp.DPipe() | exp.Concat() | exp.ConcatWs():
            return _joined(tree, read)
        case exp.GroupConcat():
            return _listed(tree, read)
        case exp.StrPosition():
            return _position(tree, read)
        case exp.Length():
            senses.fix(_if_number(read.value(tree.this)), "the length of a number is asked")
            return COUNT
        case exp.Trim() if tree.expression is None:
            return _text(read.value(tree.this), read, "a number is trimmed")
        case _:
            pass
    if name in _COUNTS:
        for part in arguments:
            senses.settled(read.value(part), "different rounded numbers are counted")
        return COUNT if name not in {"percent_rank", "cume_dist"} else RATIO
    if name == "ntile":
        senses.keep(arguments[0])
        return COUNT
    if name in _SAME_NUMBER and arguments:
        sense = senses.summed(read.value(arguments[0]))
        return Sense(
            sense.family, sense.unit, sense.is_whole and name in {"abs", "sum"}, sense.is_rounded
        )
    if name in _ROUNDS and arguments:
        return _rounded(arguments, read)
    if name in _SAME_TEXT and len(arguments) == 1:
        return _text(read.value(arguments[0]), read, "a number is taken for a text")
    if name in _OF_ROWS and len(arguments) == 1:
        return read.value(arguments[0])
    if name in _NEIGHBOURS and arguments:
        return _neighbour(tree, arguments, read)
    if name == "ifnull" and len(arguments) == 2:
        return senses.all_meet([read.value(part) for part in arguments])
    if name in {"logical_and", "logical_or", "bool_and", "bool_or", "every"}:
        for part in arguments:
            read.value(part)
        return FLAG
    return read.fixed(tree)


def _rounded(arguments: list[exp.Expr], read: Expressions) -> Sense:
    sense = read.senses.summed(read.value(arguments[0]))
    for digits in arguments[1:]:
        read.senses.keep(digits)
    is_exact = sense.is_whole or not sense.unit
    return Sense(sense.family, sense.unit, sense.is_whole, sense.is_rounded or not is_exact)


def _neighbour(tree: exp.Expr, arguments: list[exp.Expr], read: Expressions) -> Sense:
    sense = read.value(arguments[0])
    offset = tree.args.get("offset") if not isinstance(tree, exp.Anonymous) else None
    default = tree.args.get("default")
    for part in arguments[1:]:
        if part is default:
            sense = read.senses.meet(sense, read.value(part))
        else:
            read.senses.keep(offset or part)
    return sense


def _cast(tree: exp.Cast, read: Expressions) -> Sense:
    sense, to = read.value(tree.this), tree.to
    kinds = exp.DataType.Type
    for size in to.find_all(exp.DataTypeParam):
        read.senses.keep(size.this)
    if sense.family is Family.ANY:
        return ANY
    if to.this in exp.DataType.TEXT_TYPES:
        if sense.family in {Family.TEXT, Family.TIME, Family.CLOCK} and not to.expressions:
            return sense
        return read.fixed(tree, "a number is made a text")
    if to.this in exp.DataType.TEMPORAL_TYPES:
        if to.this in {kinds.TIME, kinds.TIMETZ}:
            return times.clock(sense, read)
        return read.senses.time(sense)
    if to.this in exp.DataType.NUMERIC_TYPES or to.this is kinds.BOOLEAN:
        if sense.family is Family.TEXT and not isinstance(tree.this.unnest(), exp.Literal):
            return _fixed_number(sense, "a text is made a number", read)
        number = read.senses.number(sense)
        if to.this in exp.DataType.INTEGER_TYPES and not number.is_whole:
            return replace(number, is_whole=True, is_rounded=number.is_rounded or bool(number.unit))
        if to.this in exp.DataType.INTEGER_TYPES:
            return number
        has_digits = bool(to.expressions) and bool(number.unit)
        return replace(number, is_whole=False, is_rounded=number.is_rounded or has_digits)
    return read.fixed(tree)


def _fixed_number(sense: Sense, reason: str, read: Expressions) -> Sense:
    read.senses.fix(sense, reason)
    return read.senses.opaque(reason, Family.NUMBER)


def _if_number(sense: Sense) -> Sense:
    return sense if sense.family is Family.NUMBER else ANY


def _text(sense: Sense, read: Expressions, reason: str) -> Sense:
    if sense.family in {Family.TEXT, Family.TIME, Family.CLOCK, Family.ANY}:
        return sense
    read.senses.fix(sense, reason)
    return read.senses.opaque(reason)


def _beginning(tree: exp.Expr, read: Expressions) -> Sense:
    """SUBSTR from the first character, and LEFT: of a text they are the text that begins it."""
    start, length = tree.args.get("start"), tree.args.get("length")
    if isinstance(tree, exp.Left):
        start, length = None, tree.expression
    sense = read.value(tree.this)
    is_first = start is None or (isinstance(start, exp.Literal) and start.name == "1")
    if not is_first or not isinstance(length, exp.Literal) or sense.family is not Family.TEXT:
        reason = (
            _INNER
            if sense.family is Family.TEXT
            else f"a part of a {sense.family} is taken as text"
        )
        read.senses.fix(sense, reason)
        for part in (start, length):
            if isinstance(part, exp.Expr):
                _keep_or_fix(part, read, reason)
        return read.senses.opaque(reason)
    for part in (start, length):
        if part is not None:
            read.senses.keep(part)
    read.senses.ask(sense, Relation.PREFIX)
    return sense


def _keep_or_fix(part: exp.Expr, read: Expressions, reason: str) -> None:
    if isinstance(part, exp.Literal):
        read.senses.keep(part)
    else:
        read.senses.fix(read.value(part), reason)


def _joined(tree: exp.Expr, read: Expressions) -> Sense:
    """Texts joined: word by word the same where something that is no letter stands between."""
    parts = _operands(tree)
    if isinstance(tree, exp.ConcatWs):
        parts = [part for each in parts[1:] for part in (parts[0], each)][1:]
    senses = [read.value(part) for part in parts]
    is_apart = all(_ends(one, -1) or _ends(other, 0) for one, other in pairwise(parts))
    if not is_apart or any(each.family not in {Family.TEXT, Family.ANY} for each in senses):
        reason = _JOINED if not is_apart else "a number or a date is joined to a text"
        for sense in senses:
            read.senses.fix(sense, reason)
        return read.senses.opaque(reason)
    return read.senses.all_meet(senses)


def _operands(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.DPipe):
        return [part for side in (tree.this, tree.expression) for part in _operands(side.unnest())]
    return list(tree.expressions) if isinstance(tree, exp.Concat | exp.ConcatWs) else [tree]


def _ends(part: exp.Expr, at: int) -> bool:
    """Whether a part is a text that ends (-1) or begins (0) with what is in no word."""
    is_text = isinstance(part, exp.Literal) and part.is_string and part.name
    return bool(is_text) and not _WORD.match(part.name[at])


def _listed(tree: exp.Expr, read: Expressions) -> Sense:
    separator = tree.args.get("separator")
    inner = tree.this
    if isinstance(inner, exp.Order):
        for key in inner.expressions:
            read.sorted_by(key)
        inner = inner.this
    sense = read.value(inner)
    is_apart = separator is None or (_ends(separator, 0) and _ends(separator, -1))
    if sense.family is not Family.TEXT or not is_apart:
        reason = _JOINED if not is_apart else "numbers or dates are listed as a text"
        read.senses.fix(sense, reason)
        if separator is not None:
            read.senses.fix(read.value(separator), reason)
        return read.senses.opaque(reason)
    return sense if separator is None else read.senses.meet(sense, read.value(separator))


def _position(tree: exp.Expr, read: Expressions) -> Sense:
    part = tree.args["substr"]
    if not isinstance(part, exp.Literal) or any(
        tree.args.get(n) for n in ("position", "occurrence")
    ):
        return read.fixed(tree, family=Family.NUMBER)
    sense = read.senses.meet(read.value(tree.this), read.value(part))
    for relation in (Relation.CONTAINMENT, Relation.PREFIX):
        read.senses.ask(sense, relation)
    return COUNT
