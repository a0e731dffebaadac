"""No text, however hostile, crashes, hangs or recurses to death."""

import inspect
import json
import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.limits import MAX_NESTING, MAX_TEXT
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from strategies import queries

_MEGABYTE = 1_000_000
_GRAMMAR = Lark.open_from_package(  # pyright: ignore[reportUnknownMemberType]
    "jurist.languages.cql.text", "grammar.lark", parser="lalr", lexer="contextual"
)
_X = "trait('x') = 1"


@pytest.mark.parametrize("size", [MAX_TEXT - 1, _MEGABYTE])
@pytest.mark.parametrize(
    "unit",
    [
        *("(", ")", "()", "NOT ", "ANY ", "ALL NOT ", "not(", "'", '"', "\\", "'\\", "\"'"),
        *("{", "[", '{"a":', "{[", "event(", "event('e').where(", "trait('x'),"),
        *(f"{_X} AND ", f"({_X} OR ", "trait", "-", ".", "1", "9.", "2026-", "\n", "\t"),
        *(" ", "\0", "\ud800", "\u202e", "é", "“", "a.b.", "literal(", "<", "=", "!"),
        *("/*", "--", "\x1b[31m"),
    ],
)
def test_repetition_ends_in_a_bounded_error(unit: str, size: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(unit * (size // len(unit)))
    error = caught.value
    assert error.line >= 1
    assert error.column >= 1
    assert len(str(error)) < 1_000
    assert str(error).isascii() or all(part.isprintable() for part in str(error).split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        f"trait('x').one_of({', '.join(['1'] * 30_000)})",
        "trait('x') = '" + "a" * MAX_TEXT + "'",
        "trait('x') = \"" + "'" * (MAX_TEXT - 100) + '"',
        "trait('x') = " + "(" * 200 + "1" + ")" * 200,
        "trait('x') = " + "literal(" * 200 + "1" + ")" * 200,
        "event('e')" + ".within(1 day)" * 8_000,
    ],
    ids=lambda text: text[:24],
)
def test_what_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert len(str(caught.value)) < 1_000


def test_long_lists_of_ids_are_read() -> None:
    ids = ", ".join(f"'{number:036}'" for number in range(2_000))
    query = parse(f"trait('id').one_of({ids})")
    assert parse(format_query(query)) == query


def test_wide_junctions_are_read() -> None:
    query = parse(" OR ".join([_X] * 3_000))
    assert parse(format_query(query)) == query


def test_nesting_is_counted_outside_strings_only() -> None:
    brackets = "(NOT " * 100
    query = parse(f"trait('{brackets}') = \"{brackets}\"")
    assert parse(format_query(query)) == query


def test_many_shallow_parentheses_are_no_deep_nesting() -> None:
    many = " AND ".join([f"NOT ({_X} OR NOT {_X})"] * 100)
    assert parse(format_query(parse(many))) == parse(many)


def test_the_deepest_text_needs_no_deep_stack() -> None:
    deepest = "NOT " * (MAX_NESTING - 1) + _X
    limit = sys.getrecursionlimit()
    used = len(inspect.stack(0))
    parse(_X)
    sys.setrecursionlimit(used + 250)
    try:
        assert format_query(parse(deepest)) == deepest
        with pytest.raises(QuerySyntaxError, match="nested"):
            parse(f"NOT NOT {deepest}")
    finally:
        sys.setrecursionlimit(limit)


def _assert_read_or_refused(text: str) -> None:
    """Anything but a query or a `QuerySyntaxError` fails the test."""
    try:
        query = parse(text)
    except QuerySyntaxError:
        return
    assert parse(format_query(query)) == query
    if not text.lstrip().startswith("{"):
        # Lark's own lexer reads it too.
        _GRAMMAR.parse(text)  # pyright: ignore[reportUnknownMemberType]


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text("()'\"\\{}NOTANDOR =<>.,0123456789eventraiwhcouls\n\t\0\ud800"))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    _assert_read_or_refused(text)


@settings(max_examples=200, deadline=None)
@given(queries(), st.randoms(use_true_random=False))
def test_damaged_queries_are_queries_or_syntax_errors(query: CqlQuery, rng: random.Random) -> None:
    text = list(format_query(query))
    for _ in range(rng.randint(1, 3)):
        spot = rng.randrange(len(text) + 1)
        text[spot : spot + rng.randint(0, 3)] = rng.choice(["", "(", "'", "\\", " AND ", "\0", "."])
    _assert_read_or_refused("".join(text))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "name", "left", "operand", "operands", "arguments"]), inner
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_a_query_or_a_syntax_error(document: object) -> None:
    with pytest.raises(QuerySyntaxError):
        parse("{" + json.dumps(document))
    with pytest.raises(QuerySyntaxError):
        parse(json.dumps({"kind": "not", "operand": document}))
