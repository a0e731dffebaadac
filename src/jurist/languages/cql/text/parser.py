"""From text to tree: lark's LALR parser, which builds the nodes while it reads.

Neither the parser nor the checks around it recurse, and each input is bounded
in length, nesting and size, so no text can crash or stall them. `parse` of equal
short texts gives one shared tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from lark import Lark, Token, Transformer
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
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Moment,
    Node,
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
from jurist.languages.cql.text.json_view import read_json
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
from jurist.languages.cql.text.shape import Misshapen, check_shape
from jurist.languages.cql.tree import children
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


def offsets(text: str, query: CqlQuery) -> Mapping[int, int]:
    """Where the nodes of a query stand in the text that it was read from.

    Args:
        text: Any text.
        query: What `parse` makes of it, or an equal query.

    Returns:
        The offset of each node by its `id`; empty where the text is not the query's.
    """
    built: dict[int, Any] = {}
    starts: dict[int, int] = {}
    builder = _Builder()
    try:
        tree = _tree_grammar().parse(text)  # pyright: ignore[reportUnknownMemberType]
        for part in tree.iter_subtrees():  # children first
            node = getattr(builder, part.data)([built.get(id(x), x) for x in part.children])
            built[id(part)] = node
            starts.setdefault(id(node), part.meta.start_pos)
            if isinstance(node, Stream):
                starts.setdefault(id(node.source), part.meta.start_pos)
    except (UnexpectedInput, Mistake):
        return {}
    read: Node = built[id(tree)]
    if read != query:
        return {}
    places: dict[int, int] = {}
    pending: list[tuple[Node, Node]] = [(query, read)]
    while pending:
        node, same = pending.pop()
        places[id(node)] = starts[id(same)]
        pending += zip(children(node), children(same), strict=True)
    return places


def _parse(text: str) -> CqlQuery:
    try:
        if text.lstrip().startswith("{"):
            return _parse_json(text)
        check_text(text)
        query = _read(text)
        check_written_size(text, query, format_query)
        try:
            check_shape(query)
        except Misshapen as mistake:
            mistake.at = offsets(text, query).get(id(mistake.node), -1)
            raise
    except Mistake as mistake:
        raise located(text, mistake) from None
    return query


_parse_shared = lru_cache(maxsize=2048)(_parse)


def _parse_json(text: str) -> CqlQuery:
    """What the text of a JSON view's tree says, which is as bounded as any other text."""
    try:
        tree = read_json(text)
        check_shape(tree)
        written = format_query(tree)
        check_text(written)
        return _read(written)
    except RecursionError:
        raise Mistake("the JSON is nested too deeply for a query") from None
    except OverflowError:
        raise Mistake("the JSON holds a moment of no calendar") from None
    except Mistake as mistake:
        mistake.at = 0  # its offset is in the text that nobody wrote
        raise


def _read(text: str) -> CqlQuery:
    try:
        return cast("CqlQuery", _grammar().parse(text))  # pyright: ignore[reportUnknownMemberType]
    except UnexpectedToken as error:
        token = cast("Token", error.token)
        at = len(text) if token.type == "$END" else token.start_pos or 0
        raise diagnose(text, at, frozenset(error.expected)) from None
    except UnexpectedCharacters as error:
        at = cast("int", error.pos_in_stream)
        raise diagnose(text, at, frozenset(error.allowed or ())) from None


@cache
def _grammar() -> Lark:
    """The grammar that gives queries."""
    return _lark(transformer=_Builder())


@cache
def _tree_grammar() -> Lark:
    """The grammar that gives lark's trees, with their places; to be asked when one is needed."""
    return _lark(propagate_positions=True)


def _lark(**options: Any) -> Lark:
    grammar = files("jurist.languages.cql.text").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=True, **options)


def _read_word(read: Callable[[str], T], word: Token) -> T:
    """Read a word's text; a mistake in it gets the word's place."""
    try:
        return read(word)
    except Mistake as mistake:
        raise Mistake(mistake.problem, at=word.start_pos or 0, hint=mistake.hint) from None


def _string(word: Token) -> str:
    return _read_word(read_string, word)


def _number(word: Token) -> int | Decimal:
    return _read_word(read_number, word)


_Value = Property | Context
_Measure = tuple[_Value, Cast | None]
"""What a reducer reduces, and its `as`."""


class _Builder(Transformer[Token, CqlQuery]):
    """One method a rule of the grammar: its children in, its node out."""

    def start(self, children: list[CqlQuery]) -> CqlQuery:
        return children[0]

    # --- conditions ---

    def disjunction(self, children: list[Condition]) -> Or:
        return Or(tuple(children))

    def conjunction(self, children: list[Condition]) -> And:
        return And(tuple(children))

    def negation(self, children: tuple[Token, Condition]) -> Not:
        return Not(children[1])

    def any_user(self, children: tuple[Token, Condition]) -> AnyUser:
        return AnyUser(children[1])

    def all_users(self, children: tuple[Token, Condition]) -> AllUsers:
        return AllUsers(children[1])

    def comparison_by_symbol(self, children: tuple[Scalar, Token, Operand]) -> Comparison:
        left, symbol, right = children
        return Comparison(left, _BY_SYMBOL[symbol], (right,))

    def comparison_by_name(self, children: list[Any]) -> Comparison:
        left, name, *arguments = children
        return Comparison(left, _OPERATORS[name], tuple(arguments))

    # --- values ---

    def trait(self, children: tuple[Token, Token]) -> Trait:
        return Trait(_string(children[1]))

    def context(self, children: tuple[Token, Token]) -> Context:
        return Context(_string(children[1]))

    def property(self, children: tuple[Token, Token | None, Token]) -> Property:
        _, parent, name = children
        return Property(_string(name), parent is not None)

    def measure(self, children: tuple[_Value, Token | None]) -> _Measure:
        value, cast = children
        return value, None if cast is None else _CASTS[cast]

    def count(self, children: tuple[Stream]) -> Reduction:
        return Reduction(children[0], Reducer.COUNT)

    def reduction(self, children: tuple[Stream, Token, _Measure]) -> Reduction:
        stream, name, measure = children
        return Reduction(stream, _REDUCERS[name], *measure)

    def mode(self, children: tuple[Stream, _Measure, Token]) -> Reduction:
        stream, measure, written = children
        minimum = _number(written)
        if not isinstance(minimum, int):
            raise Mistake(
                "the least frequency of `mode` is a whole number from 1",
                at=written.start_pos or 0,
                hint="write it like mode(property('name'), 2)",
            )
        return Reduction(stream, Reducer.MODE, *measure, minimum)

    def unique_values(self, children: tuple[Stream, _Measure]) -> Reduction:
        stream, measure = children
        return Reduction(stream, Reducer.UNIQUE, *measure)

    def unique_count(self, children: tuple[Reduction]) -> Reduction:
        return replace(children[0], reducer=Reducer.UNIQUE_COUNT)

    # --- streams ---

    def event(self, children: tuple[Token, Token]) -> Stream:
        return Stream(Event(_string(children[1])))

    def entity(self, children: tuple[Token, Token]) -> Stream:
        return Stream(Entity(_string(children[1])))

    def filtered(self, children: tuple[Stream, Filter]) -> Stream:
        stream, added = children
        return Stream(stream.source, (*stream.filters, added))

    def where(self, children: tuple[Token, Condition]) -> Where:
        return Where(children[1])

    def sources(self, children: list[Token]) -> Sources:
        return Sources(tuple(map(_string, children[1:])))

    def within(self, children: tuple[Token, Token | None, Duration]) -> Within:
        _, parent, duration = children
        return Within(duration, parent is not None)

    def between(self, children: tuple[Token, Token | None, Duration, Duration]) -> Between:
        _, parent, near, far = children
        return Between(near, far, parent is not None)

    def expires_after(self, children: tuple[Token, Duration]) -> ExpiresAfter:
        return ExpiresAfter(children[1])

    # --- constants ---

    def number(self, children: tuple[Token]) -> Number:
        return Number(_number(children[0]))

    def text(self, children: tuple[Token]) -> Text:
        return Text(_string(children[0]))

    def date(self, children: tuple[Token]) -> Date:
        return Date(_read_word(read_date, children[0]))

    def moment(self, children: tuple[Token]) -> Moment:
        ms, zoned = _read_word(read_moment, children[0])
        return Moment(ms, zoned)

    def duration(self, children: tuple[Token, Token]) -> Duration:
        amount, word = children
        unit = _read_word(read_unit, word)
        return Duration(_read_word(read_amount, amount), unit)
