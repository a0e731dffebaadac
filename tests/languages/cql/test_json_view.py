"""The JSON view: loss-free both ways, strict and bounded on the way in."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.syntax import (
    Comparison,
    CqlQuery,
    Number,
    Operator,
    Trait,
)
from jurist.languages.cql.text.json_view import from_json, to_json
from jurist.languages.cql.text.parser import parse
from strategies import queries


@settings(max_examples=300, deadline=None)
@given(queries())
def test_loss_free_both_ways(query: CqlQuery) -> None:
    document = to_json(query)
    assert from_json(document) == query
    assert parse(json.dumps(document)) == query
    assert parse(json.dumps(document, ensure_ascii=False, indent=1)) == query
    assert to_json(from_json(document)) == document


def test_the_view_of_a_funnel_reads_like_the_query() -> None:
    query = parse(
        "event('A').where(NOT event('B').within(parent: 5 days).count() = 1).count() >= 1"
    )
    inner = {
        "kind": "comparison",
        "left": {
            "kind": "reduction",
            "stream": {
                "kind": "stream",
                "source": {"kind": "event", "name": "B"},
                "filters": [
                    {
                        "kind": "within",
                        "duration": {"kind": "duration", "amount": 5, "unit": "day"},
                        "parent": True,
                    }
                ],
            },
            "reducer": "count",
        },
        "operator": "equals",
        "arguments": [{"kind": "number", "value": 1}],
    }
    assert to_json(query) == {
        "kind": "comparison",
        "left": {
            "kind": "reduction",
            "stream": {
                "kind": "stream",
                "source": {"kind": "event", "name": "A"},
                "filters": [{"kind": "where", "condition": {"kind": "not", "operand": inner}}],
            },
            "reducer": "count",
        },
        "operator": "at_least",
        "arguments": [{"kind": "number", "value": 1}],
    }


def _compared(number: object) -> dict[str, object]:
    return {
        "kind": "comparison",
        "left": {"kind": "trait", "name": "x"},
        "operator": "equals",
        "arguments": [{"kind": "number", "value": number}],
    }


@pytest.mark.parametrize(
    ("value", "read", "written"),
    [
        (1, 1, 1),
        ("1.50", Decimal("1.5"), "1.5"),
        (0.1, Decimal("0.1"), "0.1"),
        (Decimal("0.30"), Decimal("0.3"), "0.3"),
        (2.0, 2, 2),
        (1e22, 10**22, str(10**22)),
        (2**53 - 1, 2**53 - 1, 2**53 - 1),
        (2**53, 2**53, str(2**53)),
        (str(-(2**70)), -(2**70), str(-(2**70))),
    ],
)
def test_numbers_stay_exact(value: object, read: int | Decimal, written: object) -> None:
    query = from_json(_compared(value))
    assert query == Comparison(Trait("x"), Operator.EQUALS, (Number(read),))
    assert to_json(query) == _compared(written)


def test_a_decimal_of_the_text_is_not_rounded_through_binary() -> None:
    text = json.dumps(_compared("#")).replace('"#"', "0.1234567890123456789012345")
    query = parse(text)
    assert query == parse("trait('x') = 0.1234567890123456789012345")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "broken"),
        ("{}", "`kind` is missing"),
        ('{"kind": 1}', "$.kind: expected a string"),
        ('{"kind": "cat"}', "expected a condition"),
        ('{"kind": "trait"}', "`name` is missing"),
        ('{"kind": "trait", "name": "a", "nmae": "b"}', "no nmae"),
        ('{"kind": "trait", "name": "\\ud800"}', "surrogate"),
        ('{"kind": "trait", "name": "a\\u0000"}', "NUL"),
        ('{"kind": "property", "name": "a"}', "only inside"),
        ('{"kind": "and", "operands": [{"kind": "trait", "name": "a"}]}', "expected a condition"),
        ('{"kind": "and", "operands": []}', "two or more"),
        ('{"kind": "not", "operand": 5}', "$.operand: expected an object"),
        (json.dumps(_compared("1e5")), "plain number"),
        (json.dumps(_compared("9" * 31)), "31 digits"),
        (json.dumps(_compared(True)), "expected a number"),
        (json.dumps(_compared(None)), "expected a number"),
        (json.dumps(_compared(1)).replace("1", "1e400"), "at most 30 digits"),
        (json.dumps(_compared(1)).replace("1", "NaN"), "NaN"),
        (json.dumps(_compared(1)).replace("1", "9" * 5_000), "too long"),
        (json.dumps(_compared(1)).replace("equals", "equalz"), "'equalz' is none of"),
        (json.dumps(_compared(1)).replace('"arguments"', '"args"'), "no args"),
        (json.dumps(_compared(1)).replace("equals", "exists"), "nothing between"),
    ],
)
def test_what_is_no_view_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1") as caught:
        parse(text)
    assert problem in caught.value.problem


def test_deep_large_and_endless_documents_end_in_an_error() -> None:
    endless: dict[str, object] = {"kind": "not"}
    endless["operand"] = endless
    deep: dict[str, object] = {"kind": "trait", "name": "x"}
    for _ in range(5_000):
        deep = {"kind": "not", "operand": deep}
    wide = {"kind": "and", "operands": [{"kind": "trait", "name": "x"}] * 300_000}
    for document in (endless, deep, wide):
        with pytest.raises(QuerySyntaxError, match="too"):
            from_json(document)


def test_a_tree_nested_too_deeply_is_refused_by_both_views() -> None:
    document: dict[str, object] = _compared(1)
    for _ in range(60):
        document = {"kind": "not", "operand": document}
    with pytest.raises(QuerySyntaxError, match="nested"):
        from_json(document)
    with pytest.raises(QuerySyntaxError, match="nested"):
        parse("NOT " * 60 + "trait('x') = 1")
