"""The JSON view: loss-free both ways, strict and bounded on the way in."""

import json
import subprocess
import sys
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.syntax import (
    Comparison,
    CqlQuery,
    Moment,
    Number,
    Operator,
    Trait,
)
from jurist.languages.cql.text.parser import parse
from strategies import queries


@settings(max_examples=300, deadline=None)
@given(queries())
def test_loss_free_both_ways(query: CqlQuery) -> None:
    document = msgspec.json.encode(query).decode()
    assert parse(document) == query
    assert parse(json.dumps(json.loads(document), indent=1)) == query
    assert msgspec.json.encode(parse(document)).decode() == document


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
    assert json.loads(msgspec.json.encode(query)) == {
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
        (2.0, 2, 2),
        (1e22, 10**22, 10**22),
        ("1e5", 100_000, 100_000),
        (2**53, 2**53, 2**53),
        (-(2**70), -(2**70), -(2**70)),
        (str(-(2**70)), -(2**70), -(2**70)),
    ],
)
def test_numbers_stay_exact(value: object, read: int | Decimal, written: object) -> None:
    query = parse(json.dumps(_compared(value)))
    assert query == Comparison(Trait("x"), Operator.EQUALS, (Number(read),))
    assert json.loads(msgspec.json.encode(query)) == _compared(written)


def test_a_decimal_of_the_text_is_not_rounded_through_binary() -> None:
    text = json.dumps(_compared("#")).replace('"#"', "0.1234567890123456789012345")
    query = parse(text)
    assert query == parse("trait('x') = 0.1234567890123456789012345")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "truncated"),
        ("{}", "missing required field `kind`"),
        ('{"kind": 1}', "Expected `str` - at `$.kind`"),
        ('{"kind": "cat"}', "Invalid value 'cat' - at `$.kind`"),
        ('{"kind": "trait"}', "missing required field `name`"),
        ('{"kind": "trait", "name": "a", "nmae": "b"}', "unknown field `nmae`"),
        ('{"kind": "trait", "name": "\\ud800"}', "truncated"),
        ('{"kind": "trait", "name": "\ud800"}', "surrogate"),
        ('{"kind": "trait", "name": "a\\u0000"}', "control character"),
        ('{"kind": "property", "name": "a"}', "only inside"),
        ('{"kind": "and", "operands": [{"kind": "trait", "name": "a"}]}', "$.operands[0].kind"),
        ('{"kind": "and", "operands": []}', "two or more"),
        ('{"kind": "not", "operand": 5}', "`int` - at `$.operand`"),
        (json.dumps(_compared("9" * 31)), "31 digits"),
        (json.dumps(_compared("0." + "1" * 120)), "too many digits"),
        (json.dumps(_compared(True)), "got `bool`"),
        (json.dumps(_compared(None)), "got `null`"),
        (json.dumps(_compared(1)).replace("1", "1e400"), "reasonable size"),
        (json.dumps(_compared(1)).replace("1", "1e999999999"), "reasonable size"),
        (json.dumps(_compared("-Infinity")), "reasonable size"),
        (json.dumps(_compared(1)).replace("1", "NaN"), "broken: invalid character"),
        (json.dumps(_compared(1)).replace("1", "9" * 5_000), "out of range"),
        (json.dumps(_compared(1)).replace("equals", "equalz"), "'equalz' - at `$.operator`"),
        (json.dumps(_compared(1)).replace('"arguments"', '"args"'), "unknown field `args`"),
        (json.dumps(_compared(1)).replace("equals", "exists"), "nothing between"),
        ('{"kind": "' + "x" * 100_000 + '"}', "Invalid value"),
    ],
)
def test_what_is_no_view_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1") as caught:
        parse(text)
    assert problem in caught.value.problem
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{ trait('a') = 1", (1, 3)),
        ("{trait('a') = 1", (1, 2)),
        (' {"kind": "trait", "name" "a"}', (1, 27)),
        ('{"kind": "trait",\n "name": "é“"; }', (2, 14)),
    ],
)
def test_broken_json_is_refused_where_it_breaks(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(QuerySyntaxError, match="the JSON is broken") as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize("ms", [10**18, -(10**18), 10**30])
def test_a_moment_outside_the_calendar_is_refused(ms: int) -> None:
    query = Comparison(Trait("x"), Operator.BEFORE_DATE, (Moment(ms, zoned=True),))
    with pytest.raises(QuerySyntaxError, match="calendar"):
        parse(msgspec.json.encode(query).decode())


def test_deep_and_large_documents_end_in_an_error() -> None:
    deep = '{"kind": "not", "operand": ' * 5_000 + '{"kind": "trait", "name": "x"}' + "}" * 5_000
    joined = [_compared(1), _compared(1)]
    for _ in range(240):
        joined = [{"kind": "and", "operands": joined}, _compared(1)]
    wide = {"kind": "and", "operands": [_compared(1)] * 9_000}
    huge = {"kind": "and", "operands": [_compared(1)] * 90_000}
    for document in (deep, json.dumps(joined[0]), json.dumps(wide), json.dumps(huge)):
        with pytest.raises(QuerySyntaxError, match=r"too deeply|the most is"):
            parse(document)


_IN_A_SMALL_STACK = """
import threading
from jurist.errors import QuerySyntaxError
from jurist.languages.cql.text.parser import parse

def refused():
    for opening in ('{"kind": "not", "operand": ', '{"kind": "and", "operands": [', '{"kind": ['):
        for depth in (90, 480, 990, 9_000):
            try:
                parse(opening * depth)
            except QuerySyntaxError:
                continue
            raise AssertionError

parse("trait('x') = 1")
threading.stack_size(256 * 1024)
thread = threading.Thread(target=refused)
thread.start()
thread.join()
print("refused")
"""


def test_deep_json_ends_no_process_whose_threads_have_little_room() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _IN_A_SMALL_STACK], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "refused\n", "")


def test_a_tree_nested_too_deeply_is_refused_by_both_views() -> None:
    document: dict[str, object] = _compared(1)
    for _ in range(60):
        document = {"kind": "not", "operand": document}
    with pytest.raises(QuerySyntaxError, match="nested"):
        parse(json.dumps(document))
    with pytest.raises(QuerySyntaxError, match="nested"):
        parse("NOT " * 60 + "trait('x') = 1")
