"""From text to tree: lark's LALR parser, which builds the nodes while it reads.

Neither the parser nor the checks around it recurse, and each input is bounded
in length, nesting and size, so no text can crash or stall them. `parse` of equal
short texts gives one shared tree.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import Any, Literal, TypeVar, cast

from lark import Lark, Token, Transformer  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from msgspec.structs import replace

from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Constant,
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
    Unit,
    Where,
    Within,
)
from jurist.languages.cql.text.diagnosis import diagnose
from jurist.languages.cql.text.json_view import read_json
from jurist.languages.cql.text.lexer import WordLexer
from jurist.languages.cql.text.limits import MAX_TEXT, check_length, check_text
from jurist.languages.cql.text.literals import (
    read_amount,
    read_date,
    read_frequency,
    read_moment,
    read_number,
    read_path,
    read_string,
    read_unit,
)
from jurist.languages.cql.text.offsets import offsets
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.text.shape import Misshapen, check_shape
from jurist.languages.mistakes import Mistake, located

T = TypeVar("T")

_CACHED_LENGTH = 2_000
"""Texts up to this length share their tree with equal texts."""

_BY_NAME = {operator.value: operator for operator in Operator} | {
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
_BY_SYMBOL = {operator.symbol: operator for operator in Operator} | {"==": Operator.EQUALS}


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
            return _parse_json(text)
        check_text(text)
        query = _read(text)
        try:
            check_shape(query)
        except Misshapen as mistake:
            mistake.at = offsets(text, query).get(id(mistake.node), -1)
            raise
        if len(text) > MAX_TEXT // 2:  # canonical text is less than twice as long as any other
            check_length(format_query(query))
    except Mistake as mistake:
        raise located(text, mistake) from None
    return query


_parse_shared = lru_cache(maxsize=2048)(_parse)


def _parse_json(text: str) -> CqlQuery:
    """What the text of a JSON view's tree says, which is as bounded as any other text."""
    try:
        tree = read_json(text)
        try:
            check_shape(tree)
            written = format_query(tree)
            check_text(written)
            return _read(written)
        except Mistake as mistake:
            mistake.at = 0  # its offset is in the text that nobody wrote
            raise
    except RecursionError:
        raise Mistake("the JSON is nested too deeply for a query") from None
    except OverflowError:
        raise Mistake("the JSON holds a moment of no calendar") from None


def _read(text: str) -> CqlQuery:
    try:
        return _query(_grammar(), text)
    except (UnexpectedInput, Mistake):  # another lexer knows the place of what is wrong
        return _read_by_context(text)


def _query(grammar: Lark, text: str) -> CqlQuery:
    return cast("CqlQuery", grammar.parse(text))  # pyright: ignore[reportUnknownMemberType]


def _read_by_context(text: str) -> CqlQuery:
    try:
        return _query(_contextual_grammar(), text)
    except UnexpectedToken as error:
        token = cast("Token", error.token)
        at = len(text) if token.type == "$END" else token.start_pos or 0
        raise diagnose(text, at, frozenset(error.expected)) from None
    except UnexpectedCharacters as error:
        at = cast("int", error.pos_in_stream)
        raise diagnose(text, at, frozenset(error.allowed or ())) from None


@cache
def _grammar() -> Lark:
    """The grammar that gives queries, in half the time of the contextual lexer."""
    return _lark(WordLexer)


@cache
def _contextual_grammar() -> Lark:
    """The grammar that gives queries, or what is wrong and what may stand there."""
    return _lark("contextual")


def _lark(lexer: type[WordLexer] | Literal["contextual"]) -> Lark:
    grammar = files("jurist.languages.cql.text").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        grammar, parser="lalr", lexer=lexer, maybe_placeholders=True, transformer=_Builder()
    )


def _read_word(read: Callable[[str], T], word: Token) -> T:
    """Read a word's text; a mistake in it gets the word's place."""
    try:
        return read(word)
    except Mistake as mistake:
        mistake.at = word.start_pos or 0
        raise


_Value = Property | Context | Trait
_Measure = tuple[_Value, Cast | None]
"""What a reducer reduces, and its `as`."""


class _Builder(Transformer[Token, CqlQuery]):
    """What stands in the stead of a word (in capitals) or a rule of the grammar."""

    SYMBOL = _BY_SYMBOL.__getitem__
    COMPARISON = _BY_NAME.__getitem__
    REDUCER = Reducer
    CAST = Cast
    STRING = partial(_read_word, read_string)
    DATE = partial(_read_word, read_date)
    TIMESTAMP = partial(_read_word, read_moment)
    WORD = partial(_read_word, read_unit)

    def __init__(self) -> None:
        super().__init__()
        for rule in vars(_Builder):
            if rule.islower() and not rule.startswith("_"):
                setattr(self, rule, _of_list(getattr(self, rule)))

    # --- conditions ---

    negation = Not
    any_user = AnyUser
    all_users = AllUsers

    def disjunction(self, *operands: Condition) -> Or:
        return Or(operands)

    def conjunction(self, *operands: Condition) -> And:
        return And(operands)

    def comparison(self, left: Scalar, operator: Operator, *arguments: Operand) -> Comparison:
        return Comparison(left, operator, arguments)

    def comparison_with_list(
        self, left: Scalar, operator: Operator, listed: tuple[Token, tuple[Operand, ...]]
    ) -> Comparison:
        bracket, arguments = listed
        if operator.takes.most is not None:
            raise Mistake(
                f"`{operator}` takes {operator.takes}, not a list",
                at=bracket.start_pos or 0,
                hint="leave the brackets out",
            )
        return Comparison(left, operator, arguments)

    def bracketed(self, bracket: Token, *arguments: Operand) -> tuple[Token, tuple[Operand, ...]]:
        return _filled(bracket, arguments)

    def mirrored(self, left: Constant, operator: Operator, *arguments: Operand) -> Comparison:
        """A comparison whose left side is a constant, with its sides exchanged."""
        right = arguments[0] if len(arguments) == 1 else None
        if operator.mirrored is None or not isinstance(right, Scalar):
            return Comparison(cast("Scalar", left), operator, arguments)  # which has no shape
        return Comparison(right, operator.mirrored, (left,))

    # --- values ---

    def trait(self, name: str) -> Trait:
        return Trait(read_path(name))

    def context(self, name: str) -> Context:
        return Context(read_path(name))

    def property(self, parent: Token | None, name: str) -> Property:
        return Property(read_path(name), parent is not None)

    def measure(self, value: _Value, cast: Cast | None) -> _Measure:
        return value, cast

    def count(self, stream: Stream) -> Reduction:
        return Reduction(stream, Reducer.COUNT)

    def reduction(self, stream: Stream, reducer: Reducer, measure: _Measure) -> Reduction:
        return Reduction(stream, reducer, *measure)

    def mode(self, stream: Stream, measure: _Measure, written: Token) -> Reduction:
        return Reduction(stream, Reducer.MODE, *measure, _read_word(read_frequency, written))

    def unique_values(self, stream: Stream, measure: _Measure) -> Reduction:
        return Reduction(stream, Reducer.UNIQUE, *measure)

    def unique_count(self, listed: Reduction) -> Reduction:
        return replace(listed, reducer=Reducer.UNIQUE_COUNT)

    # --- streams ---

    def event(self, name: str) -> Stream:
        return Stream(Event(name))

    def entity(self, slug: str) -> Stream:
        return Stream(Entity(slug))

    def filtered(self, stream: Stream, added: Filter) -> Stream:
        return Stream(stream.source, (*stream.filters, added))

    where = Where

    def expires_after(self, parent: Token | None, duration: Duration) -> ExpiresAfter:
        return ExpiresAfter(duration, parent is not None)

    def sources(self, *exclude: str) -> Sources:
        return Sources(exclude)

    def listed_sources(self, bracket: Token, *exclude: str) -> Sources:
        return Sources(_filled(bracket, exclude)[1])

    def within(self, parent: Token | None, duration: Duration) -> Within:
        return Within(duration, parent is not None)

    def between(self, parent: Token | None, near: Duration, far: Duration) -> Between:
        return Between(near, far, parent is not None)

    # --- constants ---

    text = Text
    date = Date

    def number(self, written: Token) -> Number:
        return Number(_read_word(read_number, written))

    def moment(self, read: tuple[int, bool]) -> Moment:
        return Moment(*read)

    def duration(self, amount: Token, unit: Unit) -> Duration:
        return Duration(_read_word(read_amount, amount), unit)


def _filled(bracket: Token, entries: tuple[T, ...]) -> tuple[Token, tuple[T, ...]]:
    if not entries:
        raise Mistake(
            "an empty list", at=bracket.start_pos or 0, hint="write at least one value in it"
        )
    return bracket, entries


def _of_list(build: Callable[..., T]) -> Callable[[list[Any]], T]:
    """What builds of children in a list, as lark gives them; its own `v_args` takes longer."""
    return lambda children: build(*children)
