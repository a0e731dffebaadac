"""What a dialect refuses and the parser does not, where no engine of it is at hand to be asked.

The parser takes the clauses of a query in any order, and mends what it lacks: of PostgreSQL, MySQL
and the standard the words themselves are looked at. What is listed here is an error in each of the
dialects that are asked, by their manuals; the rest is let pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from jurist.languages.mistakes import Mistake, quoted
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import start_of

_ASKED: Final = frozenset({Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.STANDARD})
_PLACES: Final = {
    TokenType.SELECT: 0,
    TokenType.FROM: 1,
    TokenType.JOIN: 1,
    TokenType.WHERE: 2,
    TokenType.GROUP_BY: 3,
    TokenType.HAVING: 4,
    TokenType.WINDOW: 5,
    TokenType.QUALIFY: 6,
    TokenType.ORDER_BY: 7,
    TokenType.LIMIT: 8,
    TokenType.FETCH: 8,
}
_ROWS_ARE_SORTED: Final = _PLACES[TokenType.ORDER_BY]
_COMBINES: Final = {TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT}
_WANTS_MORE: Final = {
    *(TokenType.FROM, TokenType.JOIN, TokenType.ON, TokenType.WHERE, TokenType.GROUP_BY),
    *(TokenType.HAVING, TokenType.ORDER_BY, TokenType.LIMIT),
}
_NOTHING: Final = {*_PLACES, *_COMBINES, TokenType.ON, TokenType.R_PAREN} - {TokenType.SELECT}
_JOINS: Final = {
    *(TokenType.LEFT, TokenType.RIGHT, TokenType.FULL),
    *(TokenType.INNER, TokenType.CROSS, TokenType.NATURAL),
}
_AFTER_DISTINCT: Final = {TokenType.ON, TokenType.FROM}
"""Words of DISTINCT ON and IS DISTINCT FROM, which begin no clause."""


def refuse_broken_clauses(tokens: Sequence[Token], tree: exp.Expr, dialect: Dialect) -> None:
    """Refuse clauses that stand in no order, or have nothing in them.

    Args:
        tokens: The words of the text.
        tree: What the parser made of them.
        dialect: Of SQLite and DuckDB the engine is asked instead.

    Raises:
        Mistake: Says which.
    """
    if dialect not in _ASKED:
        return
    _refuse_disorder(tokens)
    _refuse_nothing(tokens)
    for call in tree.find_all(exp.AggFunc):
        _refuse_empty_aggregate(call, dialect)
    if dialect is Dialect.POSTGRESQL:
        _refuse_lonely_joins(tokens)
    for join in tree.find_all(exp.Join):
        has_condition = any(join.args.get(part) for part in ("on", "using", "method"))
        if dialect is Dialect.STANDARD and isinstance(join.this, exp.Lateral):
            continue  # of Spark and others that are read as the standard
        if join.side and not has_condition and not join.this.args.get("joins"):
            raise _lonely_join(start_of(join))


@dataclass(slots=True)
class _Frame:
    """The words between a pair of parentheses."""

    place: int = -1
    word: str = ""
    lonely: int = -1
    """Where a JOIN stands that still waits for its ON."""
    waiting: int = 0


def _refuse_disorder(tokens: Sequence[Token]) -> None:
    frames = [_Frame()]
    for before, token in pairwise((tokens[0], *tokens)):
        kind, frame = token.token_type, frames[-1]
        if kind is TokenType.L_PAREN:
            frames.append(_Frame())
        elif kind is TokenType.R_PAREN:
            frames = frames[:-1] or [_Frame()]
        elif kind in _COMBINES:
            if frame.place >= _ROWS_ARE_SORTED:
                raise Mistake(
                    f"{frame.word} stands before {token.text.upper()}",
                    at=token.start,
                    hint="put the query before it in parentheses, or sort at the end of all",
                )
            frames[-1] = _Frame()
        elif kind in _PLACES and not _is_of_distinct(before, token):
            place = _PLACES[kind]
            if place < frame.place and kind is not TokenType.SELECT:
                word = token.text.upper()
                raise Mistake(
                    f"{word} stands after {frame.word}",
                    at=token.start,
                    hint=f"put {word} before {frame.word}",
                )
            frame.place, frame.word = place, token.text.upper()


def _is_of_distinct(before: Token, token: Token) -> bool:
    return before.token_type is TokenType.DISTINCT and token.token_type in _AFTER_DISTINCT


def _refuse_nothing(tokens: Sequence[Token]) -> None:
    if tokens[-1].token_type in _WANTS_MORE:
        raise _lacking(tokens[-1])
    for token, following in pairwise(tokens):
        kinds = token.token_type, following.token_type
        if kinds[0] in _WANTS_MORE and kinds[1] in _NOTHING:
            raise _lacking(token)
    for token, begins, ends in zip(tokens, tokens[1:], tokens[2:], strict=False):
        kinds = token.token_type, begins.token_type, ends.token_type
        joins = kinds[0] is TokenType.ON and kinds[1] in _JOINS
        if joins and kinds[2] is not TokenType.L_PAREN:  # of the functions LEFT and RIGHT
            raise _lacking(token)
        if kinds == (TokenType.IN, TokenType.L_PAREN, TokenType.R_PAREN):
            raise Mistake("IN () names no value", at=token.start, hint="name one between them")
        if kinds[:2] == (TokenType.LIMIT, TokenType.NUMBER) and ends.text.upper() == "PERCENT":
            raise Mistake("LIMIT counts rows", at=ends.start, hint="leave PERCENT out")


def _lacking(token: Token) -> Mistake:
    word = token.text.upper()
    return Mistake(f"nothing follows {word}", at=token.start, hint=f"complete {word}, or drop it")


def _refuse_empty_aggregate(call: exp.AggFunc, dialect: Dialect) -> None:
    name = call.key.upper()
    argument = call.this
    if isinstance(argument, exp.Distinct):
        argument = argument.expressions[0] if argument.expressions else None
        counts_rows = False
    else:
        counts_rows = isinstance(call, exp.Count)
    further = call.expressions if isinstance(call, exp.Count) else ()
    if isinstance(argument, exp.Star) and not counts_rows:
        problem = f"{name} is of values, not of *"
    elif argument is None and isinstance(call, _OF_ONE):
        problem = f"{name} has nothing to count" if name == "COUNT" else f"{name} is of nothing"
    elif further and dialect is not Dialect.STANDARD:
        problem = "COUNT is of one value"
    else:
        return
    raise Mistake(problem, at=start_of(call), hint="write COUNT(*), or name a column")


_OF_ONE: Final = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max)


def _refuse_lonely_joins(tokens: Sequence[Token]) -> None:
    """Each JOIN has its ON or USING, but CROSS JOIN and NATURAL JOIN; MySQL and Spark want none."""
    frames = [_Frame()]
    for place, token in enumerate(tokens):
        kind, frame = token.token_type, frames[-1]
        if kind is TokenType.L_PAREN:
            frames.append(_Frame())
        elif kind is TokenType.R_PAREN:
            _refuse_waiting(frame)
            frames = frames[:-1] or [_Frame()]
        elif kind is TokenType.JOIN:
            if not _joins_by_itself(tokens, place):
                frame.waiting, frame.lonely = frame.waiting + 1, token.start
        elif kind is TokenType.USING or (
            kind is TokenType.ON and tokens[place - 1].token_type is not TokenType.DISTINCT
        ):
            frame.waiting = max(frame.waiting - 1, 0)
        elif kind in _PLACES or kind in _COMBINES:
            _refuse_waiting(frame)
    _refuse_waiting(frames[0])


def _joins_by_itself(tokens: Sequence[Token], place: int) -> bool:
    """Whether NATURAL or CROSS stands before a JOIN, with what may stand between."""
    alone = TokenType.CROSS, TokenType.NATURAL
    while place and tokens[place - 1].token_type in {*_JOINS, TokenType.OUTER}:
        place -= 1
        if tokens[place].token_type in alone:
            return True
    return False


def _refuse_waiting(frame: _Frame) -> None:
    if frame.waiting:
        raise _lonely_join(frame.lonely)


def _lonely_join(at: int) -> Mistake:
    return Mistake(
        f"this {quoted('JOIN')} has no ON",
        at=at,
        hint="say on what it joins, or write CROSS JOIN",
    )
