"""Every query of Segment's public pages parses and comes back the same."""

import json
from collections.abc import Iterator
from typing import cast

import msgspec
import pytest

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query, layout
from shared_data import shared_data

_PLACEHOLDERS = {f"SEG-{number:03}" for number in range(67, 72)}
"""Fragments that show placeholders, `(expression)`, `(value)` or `<argument>`, no query."""


def _rows() -> Iterator[dict[str, str]]:
    path = shared_data("cql/segment_docs_examples.jsonl")
    for line in path.read_text("utf-8").splitlines():
        yield cast("dict[str, str]", json.loads(line))


def _assert_round_trips(text: str) -> None:
    query = parse(text)
    assert parse(format_query(query)) == query
    assert parse(layout(query)) == query
    assert parse(msgspec.json.encode(query).decode()) == query


def test_whole_queries_round_trip() -> None:
    whole = [row for row in _rows() if row["kind"] in {"audience", "computed_trait"}]
    assert len(whole) == 22
    for row in whole:
        _assert_round_trips(row["query"])


def test_proposed_queries_round_trip() -> None:
    proposed = [query for row in _rows() if (query := row.get("proposed_query"))]
    assert len(proposed) == 46
    for text in proposed:
        _assert_round_trips(text)


def _framed(fragment: str) -> str:
    """A whole query around a fragment of one."""
    word = fragment.split("(")[0].strip()
    if word in {"event", "entity"}:
        return f"{fragment}.count() >= 1"
    if word in {"property", "context"}:
        return f"event('E').where({fragment}.exists()).count() >= 1"
    if word == "trait":
        return f"{fragment}.exists()"
    if word == "literal":
        return f"trait('t') = {fragment}"
    if word in {"where", "sources", "within", "between", "expires_after"}:
        return f"event('E').{fragment}.count()"
    if word in {"count", "sum", "avg", "max", "min", "mode", "first", "last", "unique"}:
        return f"event('E').{fragment}"
    return f"trait('t'){' ' if word[0] in '=!<>' else '.'}{fragment}"


def test_fragments_parse_in_a_frame() -> None:
    fragments = [row for row in _rows() if row["kind"] == "fragment"]
    assert len(fragments) == 58
    for row in fragments:
        if row["id"] in _PLACEHOLDERS:
            with pytest.raises(QuerySyntaxError):
                parse(row["query"])
            filled = row["query"].replace("expression", "trait('t')")
            _assert_round_trips(filled.replace("value", "'v'").replace("<argument>", "'v'"))
        else:
            _assert_round_trips(_framed(row["query"]))
