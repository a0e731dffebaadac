"""Wrong ways to compare values that are read: each is refused where it stands, with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.text.parser import parse

_COUNT = "event('A').count()"
_LIST = "event('A').unique(property('p'))"
_SYMBOLS = ("=", "!=", ">", ">=", "<", "<=")
_SEARCHES = ("contains", "omits", "starts_with", "ends_with")
_LISTS = ("one_of", "none_of")
_NAMED = ("equals", "differs", "greater_than", "at_least", "less_than", "at_most")
_DATES = ("before_date", "after_date")
_RELATIVE = ("within_last", "within_next", "before_last", "after_next")
_CONSTANTS = ("5", "'a'", "2026-01-31", "literal(5)")
_NAMES = ("trait('y')", "event('A').first(property('p'))")


def _wrong() -> Iterator[tuple[str, str, str]]:
    """The text, a word of the problem or of its fix, and at what it points."""
    x = "trait('x')"
    for call in _SEARCHES:
        yield f"{x}.{call}({_COUNT})", "not a reduced stream", "event('A')"
        yield f"{x}.{call}(7 days)", "not a length of time", "7 days"
        yield f"{x}.{call}({_LIST})", "a list of unique values", "event('A')"
        yield f"{x}.{call}()", "not nothing", x
        yield f"{x}.{call}(yes)", "no value", "yes"
    for call in ("starts_with", "ends_with"):
        yield f"{x}.{call}('a', trait('y'))", "one constant", "'a'"
        yield f"{x}.{call}(['a'])", "not a list", "["
        yield f"{x}.{call}(['a', 'b'])", "not a list", "["
    for call in _LISTS:
        for name in (*_NAMES, "trait('y'), 'a'", "'a', trait('y')"):
            yield f"{x}.{call}({name})", "joined with OR", ""
        yield f"{x}.{call}([trait('y')])", "one or more constants", "trait('y')"
        yield f"{x}.{call}(7 days)", "one or more constants", "7 days"
    for call in (*_LISTS, "contains", "omits"):
        yield f"{x}.{call}([])", "empty list", "["
        yield f"{x}.{call}(['a')", "write", ")"
        yield f"{x}.{call}('a'])", "write", "]"
        yield f"{x}.{call}(['a'], 'b')", "write", ", 'b'"
        yield f"{x}.{call}([['a']])", "brackets stand only", "['a']]"
        yield f"{x}.{call}(['a',])", "write", "])"
        yield f"{x}.{call}[ 'a' ]", "parentheses come first", "["
    for call in (*_NAMED, *_DATES):
        yield f"{x}.{call}([1])", "not a list", "["
        yield f"{x}.{call}(1, {_COUNT})", "one constant", "1"
        yield f"{x}.{call}(7 days)", "not a length of time", "7 days"
        yield f"{x}.{call}({_LIST})", "a list of unique values", "event('A')"
    for call in _RELATIVE:
        yield f"{x}.{call}({_COUNT})", "one length of time", "event('A')"
        yield f"{x}.{call}(trait('y'))", "one length of time", "trait('y')"
        yield f"{x}.{call}([7 days])", "not a list", "["
    for call in ("exists", "absent"):
        yield f"{x}.{call}({_COUNT})", "nothing between its parentheses", "event('A')"
        yield f"{x}.{call}(trait('y'))", "nothing between its parentheses", "trait('y')"
        yield f"{x}.{call}([])", "", "["
    for symbol in _SYMBOLS:
        yield f"{x} {symbol} {_LIST}", "count it first", "event('A')"
        yield f"{_LIST} {symbol} {_COUNT}", "count it first", "event('A')"
        yield f"{x} {symbol} event('A')", "add a reducer", ""
        yield f"5 {symbol} event('A')", "add a reducer", ""
        yield f"{x} {symbol} [1, 2]", "brackets stand only", "["
        yield f"{x} {symbol} property('p')", "only inside", "property"
        yield f"{x} {symbol} 7 days", "", ""
        for constant in _CONSTANTS:
            yield f"{constant} {symbol} 6", "one side is", ""
    for constant in _CONSTANTS:
        for call in ("contains", "one_of", "exists", "within_last"):
            yield f"{constant}.{call}({'' if call == 'exists' else x})", "on the left", ""
    for reducer in ("sum", "avg", "min", "max", "unique"):
        tail = ".count()" if reducer == "unique" else ""
        yield f"event('A').{reducer}(trait('x')){tail} > 1", "not a trait", "trait('x')"
    for reducer in ("first", "last", "mode"):
        more = ", 2" if reducer == "mode" else ""
        yield f"entity('a').{reducer}(trait('x'){more}) = 1", "rows", "trait('x')"
        yield f"event('A').{reducer}(trait('x.$'){more}) = 1", "entries", "trait('x.$')"
        yield f"{x} = event('A').{reducer}(property(parent: 'p'){more})", "parent", "property"
        yield f"event('A').{reducer}('x'{more}) = 1", "write", "'x'"
    yield "event('A').mode(trait('x')) = 1", "write", ")"
    for window in ("expires_after(parent: 1 hour)", "within(parent: 1 day)"):
        yield f"{x} > event('A').{window}.count()", "needs a parent event", window
        yield f"{_COUNT} = event('A').{window}.count()", "needs a parent event", window
    yield "event('A').expires_after(parent: 1 week).count()", "days", "week"
    yield "event('A').expires_after(parent: hour).count()", "", "hour"
    yield "event('A').expires_after(parent 1 hour).count()", "", "1 hour"
    yield "event('A').expires_after([1 hour]).count()", "brackets stand only", "["
    yield "event('A').sources({exclude: []}).count() > 1", "empty list", "["
    yield "event('A').sources({exclude: ['a'}).count() > 1", "write", "}"
    yield "event('A').sources({exclude: [a]}).count() > 1", "quotes", "a]"
    yield "event('A').sources(['a']).count() > 1", "brackets stand only", "["
    yield "literal() < trait('x')", "", ")"
    yield "literal(trait('x')) = 1", "", "trait"
    yield "literal('a', 'b') = trait('x')", "", ", 'b'"
    yield "litral(5) < trait('x')", "did you mean `literal`", "litral"
    yield "5 < < trait('x')", "", "< trait"
    yield "5 trait('x')", "", "trait"
    yield "5", "compare it", ""
    yield "literal(5)", "compare it", ""
    yield f"{_COUNT} > {_COUNT} > 1", "", "> 1"
    yield f"{_COUNT} > {_COUNT}.exists()", "", ".exists"
    yield f"{_COUNT} > property('p')", "only inside", "property"
    yield f"{_COUNT} > ({_COUNT}", "close the parenthesis", ""


WRONG = list(_wrong())


def test_they_are_many() -> None:
    assert len({text for text, _, _ in WRONG}) >= 200


@pytest.mark.parametrize(("text", "words", "at"), WRONG)
def test_it_is_refused_where_it_stands_with_what_to_do(text: str, words: str, at: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(f"trait('ok') = 1 AND\n  {text}")
    message = str(caught.value)
    assert words in message
    assert caught.value.line == 2
    assert 3 <= caught.value.column <= len(text) + 4
    if at:
        assert f"{text}$"[caught.value.column - 3 :].startswith(at), message
