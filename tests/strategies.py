"""Hypothesis strategies: literals and queries; schemas and their customers.

`queries`, `audiences` and `computed_traits` are wild: any shape, nasty strings, names
that no schema knows. `schemas`, `conditions(schema)` and `customers(schema)` come from
`schema_strategies`.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

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
from schema_strategies import NOW, conditions, customers, schemas

__all__ = [
    "NOW",
    "audiences",
    "computed_traits",
    "conditions",
    "customers",
    "durations",
    "literals",
    "numbers",
    "queries",
    "schemas",
    "texts",
]
_NASTY = (
    *("", " ", "'", '"', "\\", "\\'", "''", "a\\.b", "\\u0041", "\\n", "\n", "\t", "\r\n"),
    *("AND", "NOT (", ") OR (", "') = 'x' OR trait('", "//", "{{x}}", "<b>", "`", "’", "“x”"),
    *("\u2028", "\ufeff", "\u200b", "\u202e", "\x01", "\x7f", "\x85", "🛒", "Grüße"),
    *(
        "日本",
        "1",
        "-0.5",
        "2026-01-31",
        "2026-01-31T00:00:00Z",
        "true",
        "null",
        "items.$",
        "a.b.c",
        "x" * 200,
    ),
)
_COMPARED = (
    *(Operator.EQUALS, Operator.DIFFERS, Operator.GREATER_THAN, Operator.AT_LEAST),
    *(Operator.LESS_THAN, Operator.AT_MOST),
)
_LISTS = (Operator.ONE_OF, Operator.NONE_OF)
_SEARCHES = (Operator.CONTAINS, Operator.OMITS)
_AFFIXES = (Operator.STARTS_WITH, Operator.ENDS_WITH)
_MOMENTS = (Operator.BEFORE_DATE, Operator.AFTER_DATE)
_RELATIVE = (
    *(Operator.WITHIN_LAST, Operator.WITHIN_NEXT, Operator.BEFORE_LAST, Operator.AFTER_NEXT),
)
_BARE = (Operator.EXISTS, Operator.ABSENT)


_Around = tuple[type[Event | Entity], ...]

# --- wild values --------------------------------------------------------------------------


def texts() -> st.SearchStrategy[str]:
    """Any string that a query can say, the nasty ones often."""
    sayable = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.sampled_from(_NASTY) | st.text(sayable, max_size=8)


def _paths() -> st.SearchStrategy[str]:
    """Names as they come out of a text, with at most one backslash before a dot."""
    return texts().filter(lambda text: "\\\\." not in text)


def numbers() -> st.SearchStrategy[Number]:
    """Numbers of up to 30 digits, small ones often."""
    decimals = st.decimals(allow_nan=False, allow_infinity=False, places=9).filter(
        lambda value: len(f"{value:f}") <= 30
    )
    small = st.integers(-3, 1_000) | st.sampled_from([Decimal("0.2"), Decimal("99.95")])
    return st.builds(Number, small | st.integers(-(10**29), 10**29) | decimals)


def literals() -> st.SearchStrategy[Constant]:
    """Every kind of constant."""
    span = 86_400_000 * 365 * 1_900
    moments = st.builds(Moment, st.integers(-span, span * 4) | st.just(NOW), st.booleans())
    return st.builds(Text, texts()) | numbers() | st.builds(Date, st.dates()) | moments


def durations() -> st.SearchStrategy[Duration]:
    """Hours and days."""
    amounts = st.sampled_from([0, 1, 2, 7, 24, 30, 1_000_000]) | st.integers(0, 400)
    return st.builds(Duration, amounts, st.sampled_from([Unit.HOUR, Unit.DAY]))


# --- wild queries -------------------------------------------------------------------------


def queries() -> st.SearchStrategy[CqlQuery]:
    """Audiences and computed traits."""
    return audiences() | computed_traits()


@st.composite
def audiences(draw: st.DrawFn) -> Condition:
    """Conditions of any shape, with ANY and ALL in some."""
    return _condition(draw, depth=draw(st.integers(0, 3)), around=(), users=draw(st.booleans()))


@st.composite
def computed_traits(draw: st.DrawFn) -> Scalar:
    """Values of any kind, also lists and sessions."""
    if draw(st.integers(0, 5)) == 0:
        return Trait(draw(_paths()))
    made = _reduction(draw, depth=draw(st.integers(0, 2)), around=())
    filters = made.stream.filters
    if draw(st.booleans()):
        session = Duration(draw(st.integers(0, 10_000)), draw(st.sampled_from(list(Unit))))
        filters = (*filters, ExpiresAfter(session))
    unique = made.reducer is Reducer.UNIQUE_COUNT and draw(st.booleans())
    return Reduction(
        Stream(made.stream.source, filters),
        Reducer.UNIQUE if unique else made.reducer,
        made.value,
        made.cast,
        made.minimum,
    )


def _condition(draw: st.DrawFn, *, depth: int, around: _Around, users: bool) -> Condition:
    """A condition inside the `where`s of streams `around`; `users` allows ANY and ALL."""
    choice = draw(st.integers(0, 9)) if depth > 0 else 0
    if choice <= 4:
        return _comparison(draw, depth=depth, around=around)
    if choice <= 6:
        operand = _condition(draw, depth=depth - 1, around=around, users=users)
        return Not(operand)
    if choice == 7 and users:
        operand = _condition(draw, depth=depth - 1, around=around, users=False)
        return draw(st.sampled_from([AnyUser, AllUsers]))(operand)
    operands = tuple(
        _condition(draw, depth=depth - 1, around=around, users=users)
        for _ in range(draw(st.integers(2, 4)))
    )
    return draw(st.sampled_from([And, Or]))(operands)


def _reference(draw: st.DrawFn, around: _Around) -> Trait | Property | Context:
    kinds = ["trait", *(["property", "context"] if around else [])]
    if around[:-1]:
        kinds.append("parent")
    match draw(st.sampled_from(kinds)):
        case "trait":
            return Trait(draw(_paths()))
        case "property":
            return Property(draw(_paths()))
        case "context":
            return Context(draw(_paths()))
        case _:
            return Property(draw(_paths()), parent=True)


def _comparison(draw: st.DrawFn, *, depth: int, around: _Around) -> Comparison:
    left: Scalar = _reference(draw, around)
    if depth > 0 and draw(st.booleans()):
        left = _reduction(draw, depth=depth - 1, around=around)
    operator = draw(st.sampled_from(list(Operator)))
    arguments: tuple[Operand, ...] = ()
    if operator in _COMPARED or operator in _MOMENTS:
        if depth > 0 and draw(st.integers(0, 4)) == 0:
            arguments = (_reduction(draw, depth=depth - 1, around=around),)
        else:
            arguments = (_operand(draw, around),)
    elif operator in _AFFIXES:
        arguments = (_operand(draw, around),)
    elif operator in _SEARCHES:
        arguments = tuple(_operand(draw, around) for _ in range(draw(st.integers(1, 3))))
    elif operator in _LISTS:
        arguments = tuple(draw(st.lists(literals(), min_size=1, max_size=3)))
    elif operator in _RELATIVE:
        arguments = (draw(durations()),)
    return Comparison(left, operator, arguments)


def _operand(draw: st.DrawFn, around: _Around) -> Operand:
    """A constant or a name."""
    return _reference(draw, around) if draw(st.booleans()) else draw(literals())


def _reduction(draw: st.DrawFn, *, depth: int, around: _Around) -> Reduction:
    """Any reduction but a bare list of unique values."""
    kind = draw(st.sampled_from([Event, Event, Entity]))
    source = kind(draw(texts()))
    filters = tuple(
        _filter(draw, kind, depth=depth, around=around) for _ in range(draw(st.integers(0, 2)))
    )
    stream = Stream(source, filters)
    reducer = draw(st.sampled_from([each for each in Reducer if each is not Reducer.UNIQUE]))
    if reducer is Reducer.COUNT:
        return Reduction(stream, reducer)
    value = draw(st.sampled_from([Property, Context]))(draw(_paths()))
    cast = draw(st.none() | st.sampled_from(list(Cast)))
    minimum = draw(st.integers(1, 5)) if reducer is Reducer.MODE else None
    return Reduction(stream, reducer, value, cast, minimum)


def _filter(draw: st.DrawFn, kind: type[Event | Entity], *, depth: int, around: _Around) -> Filter:
    parent = Event in around and draw(st.booleans())
    match draw(st.sampled_from(["where", "where", "within", "between", "sources"])):
        case "where":
            inner = _condition(draw, depth=depth, around=(*around, kind), users=False)
            return Where(inner)
        case "within":
            return Within(draw(durations()), parent)
        case "between":
            return Between(draw(durations()), draw(durations()), parent)
        case _:
            return Sources(tuple(draw(st.lists(texts(), min_size=1, max_size=2))))
