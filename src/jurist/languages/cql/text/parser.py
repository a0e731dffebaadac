"""From text to tree: a LALR parser that builds the nodes while it reads.

Neither the parser nor the checks around it recurse, and each input is bounded
in length, nesting and size, so no text can crash or stall them. `parse` of equal
short texts gives one shared tree.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import TypeVar, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.diagnosis import diagnose
from jurist.languages.cql.text.driving import Word, driver
from jurist.languages.cql.text.json_view import read_json_text
from jurist.languages.cql.text.limits import check_text, check_written_size
from jurist.languages.cql.text.literals import (
    read_amount,
    read_date,
    read_moment,
    read_number,
    read_string,
    read_unit,
)
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.text.shape import check_shape
from jurist.languages.mistakes import Mistake, located

T = TypeVar("T")

_CACHED_LENGTH = 2_000
"""Texts up to this length share their tree with equal texts."""

_OPERATORS = {operator.value: operator for operator in Operator} | {
    "eq": Operator.EQUALS,
    "neq": Operator.DIFFERS,
    "gt": Operator.GREATER_THAN,
    "gte": Operator.AT_LEAST,
    "lt": Operator.LESS_THAN,
    "lte": Operator.AT_MOST,
    "is_null": Operator.ABSENT,
    "is_set": Operator.EXISTS,
    "contains_one": Operator.CONTAINS,
}
_BY_SYMBOL = {operator.symbol: operator for operator in Operator if operator.symbol}
_BY_SYMBOL["=="] = Operator.EQUALS
_REDUCERS = {reducer.value: reducer for reducer in Reducer}
_CASTS = {cast.value: cast for cast in Cast}


def parse(text: str) -> CqlQuery:
    """Read a query, or its JSON view where the text starts with `{`.

    Raises:
        QuerySyntaxError: The text is no query; it says where and how to mend it.
    """
    if len(text) <= _CACHED_LENGTH:
        return _parse_shared(text)
    return _parse(text)


def _parse(text: str) -> CqlQuery:
    try:
        if text.lstrip().startswith("{"):
            return read_json_text(text)
        check_text(text)
        query = _read(text)
        check_shape(query)
        check_written_size(text, query, format_query)
    except Mistake as mistake:
        raise located(text, mistake) from None
    return query


_parse_shared = lru_cache(maxsize=2048)(_parse)


def _read(text: str) -> CqlQuery:
    query = _driver()(text)
    if query is None:
        raise _mistake_in(text)
    return query


def _mistake_in(text: str) -> Mistake:
    try:
        _grammar().parse(text)  # pyright: ignore[reportUnknownMemberType]
    except UnexpectedToken as error:
        token = cast("Token", error.token)
        at = len(text) if token.type == "$END" else token.start_pos or 0
        return diagnose(text, at, frozenset(error.expected))
    except UnexpectedCharacters as error:
        at = cast("int", error.pos_in_stream)
        return diagnose(text, at, frozenset(error.allowed or ()))
    msg = "the driver of the grammar refused what the grammar accepts"
    raise AssertionError(msg)


@cache
def _driver() -> Callable[[str], CqlQuery | None]:
    return driver(_grammar(), _Builder())


@cache
def _grammar() -> Lark:
    grammar = files("jurist.languages.cql.text").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        propagate_positions=False,
    )


class _Chain:
    """A stream while its filters are still being read, in order."""

    __slots__ = ("filters", "source")

    def __init__(self, source: Event | Entity) -> None:
        self.source = source
        self.filters: list[Filter] = []

    def stream(self) -> Stream:
        return Stream(self.source, tuple(self.filters), at=self.source.at)


class _Measure:
    """What a reducer reduces, and its `as`."""

    __slots__ = ("cast", "value")

    def __init__(self, value: Property | Context, cast: Cast | None) -> None:
        self.value = value
        self.cast = cast


def _start(word: Word) -> int:
    return word[1]


def _read_word(read: Callable[[str], T], word: Word) -> T:
    """Read a word's text; a mistake in it gets the word's place."""
    try:
        return read(word[0])
    except Mistake as mistake:
        raise Mistake(mistake.problem, at=word[1], hint=mistake.hint) from None


def _string(word: Word) -> str:
    return _read_word(read_string, word)


def _number(word: Word) -> int | Decimal:
    return _read_word(read_number, word)


class _Builder:
    """One method a rule of the grammar: its children in, its node out."""

    def start(self, children: list[CqlQuery]) -> CqlQuery:
        return children[0]

    # --- conditions ---

    def disjunction(self, children: list[Condition]) -> Or:
        return Or(tuple(children), at=children[0].at)

    def conjunction(self, children: list[Condition]) -> And:
        return And(tuple(children), at=children[0].at)

    def negation(self, children: tuple[Word, Condition]) -> Not:
        return Not(children[1], at=_start(children[0]))

    def any_user(self, children: tuple[Word, Condition]) -> AnyUser:
        return AnyUser(children[1], at=_start(children[0]))

    def all_users(self, children: tuple[Word, Condition]) -> AllUsers:
        return AllUsers(children[1], at=_start(children[0]))

    def comparison_by_symbol(self, children: tuple[Scalar, Word, Operand]) -> Comparison:
        left, symbol, right = children
        return Comparison(left, _BY_SYMBOL[symbol[0]], (right,), at=left.at)

    def comparison_by_name(self, children: list[Scalar | Word | Operand]) -> Comparison:
        left, name, *arguments = children
        return Comparison(
            left,  # pyright: ignore[reportArgumentType] - the grammar's order
            _OPERATORS[name[0]],  # pyright: ignore[reportArgumentType, reportIndexIssue]
            tuple(arguments),  # pyright: ignore[reportArgumentType]
            at=left.at,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
        )

    # --- values ---

    def trait(self, children: tuple[Word, Word]) -> Trait:
        return Trait(_string(children[1]), at=_start(children[0]))

    def context(self, children: tuple[Word, Word]) -> Context:
        return Context(_string(children[1]), at=_start(children[0]))

    def property(self, children: tuple[Word, Word | None, Word]) -> Property:
        word, parent, name = children
        return Property(_string(name), parent is not None, at=_start(word))

    def measure(self, children: tuple[Property | Context, Word | None]) -> _Measure:
        value, cast = children
        return _Measure(value, None if cast is None else _CASTS[cast[0]])

    def count(self, children: tuple[_Chain]) -> Reduction:
        stream = children[0].stream()
        return Reduction(stream, Reducer.COUNT, at=stream.at)

    def reduction(self, children: tuple[_Chain, Word, _Measure]) -> Reduction:
        chain, name, measure = children
        return _reduction(chain, _REDUCERS[name[0]], measure)

    def mode(self, children: tuple[_Chain, _Measure, Word]) -> Reduction:
        chain, measure, written = children
        minimum = _number(written)
        if not isinstance(minimum, int):
            raise Mistake(
                "the least frequency of `mode` is a whole number from 1",
                at=_start(written),
                hint="write it like mode(property('name'), 2)",
            )
        return _reduction(chain, Reducer.MODE, measure, minimum)

    def unique_values(self, children: tuple[_Chain, _Measure]) -> Reduction:
        return _reduction(children[0], Reducer.UNIQUE, children[1])

    def unique_count(self, children: tuple[Reduction]) -> Reduction:
        listed = children[0]
        return Reduction(
            listed.stream, Reducer.UNIQUE_COUNT, listed.value, listed.cast, at=listed.at
        )

    # --- streams ---

    def event(self, children: tuple[Word, Word]) -> _Chain:
        return _Chain(Event(_string(children[1]), at=_start(children[0])))

    def entity(self, children: tuple[Word, Word]) -> _Chain:
        return _Chain(Entity(_string(children[1]), at=_start(children[0])))

    def filtered(self, children: tuple[_Chain, Filter]) -> _Chain:
        chain, added = children
        chain.filters.append(added)
        return chain

    def where(self, children: tuple[Word, Condition]) -> Where:
        return Where(children[1], at=_start(children[0]))

    def sources(self, children: list[Word]) -> Sources:
        return Sources(tuple(map(_string, children[1:])), at=_start(children[0]))

    def within(self, children: tuple[Word, Word | None, Duration]) -> Within:
        word, parent, duration = children
        return Within(duration, parent is not None, at=_start(word))

    def between(self, children: tuple[Word, Word | None, Duration, Duration]) -> Between:
        word, parent, near, far = children
        return Between(near, far, parent is not None, at=_start(word))

    def expires_after(self, children: tuple[Word, Duration]) -> ExpiresAfter:
        return ExpiresAfter(children[1], at=_start(children[0]))

    # --- constants ---

    def number(self, children: tuple[Word]) -> Number:
        return Number(_number(children[0]), at=_start(children[0]))

    def text(self, children: tuple[Word]) -> Text:
        return Text(_string(children[0]), at=_start(children[0]))

    def date(self, children: tuple[Word]) -> Date:
        return Date(_read_word(read_date, children[0]), at=_start(children[0]))

    def moment(self, children: tuple[Word]) -> Moment:
        ms, zoned = _read_word(read_moment, children[0])
        return Moment(ms, zoned, at=_start(children[0]))

    def duration(self, children: tuple[Word, Word]) -> Duration:
        amount, word = children
        unit = _read_word(read_unit, word)
        return Duration(_read_word(read_amount, amount), unit, at=_start(amount))


def _reduction(
    chain: _Chain, reducer: Reducer, measure: _Measure, minimum: int | None = None
) -> Reduction:
    stream = chain.stream()
    return Reduction(stream, reducer, measure.value, measure.cast, minimum, at=stream.at)
