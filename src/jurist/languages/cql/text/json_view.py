"""A query's tree as JSON, loss-free both ways.

Each node is an object with a `kind`, such as
`{"kind": "comparison", "left": ..., "operator": "at_least", "arguments": [...]}`.
What has its default (no cast, not the parent's) is left out. A number is a JSON
integer where every JSON reader holds it exactly (below 2**53), else its decimal
digits as text; dates and timestamps are their text in ISO 8601.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import cast as typed

from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Event,
    ExpiresAfter,
    Filter,
    Moment,
    Not,
    Number,
    Operand,
    Or,
    Property,
    Reduction,
    Sources,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.json_reading import read_query
from jurist.languages.cql.text.limits import check_text
from jurist.languages.cql.text.literals import (
    moment_text,
    number_text,
)
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.text.shape import check_shape
from jurist.languages.mistakes import Mistake, located

MAX_JSON_TEXT = 4_000_000
"""Characters of a JSON view's text; it is several times as long as the query's own."""

_MAX_DEPTH = 500
"""Objects and arrays open at one place; a query of the deepest nesting needs 400."""
_MAX_ITEMS = 200_000
_EXACT = 2**53
_STEP = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)

_Json = dict[str, object]

# --- from tree to JSON --------------------------------------------------------------------

_NAMED = {Trait: "trait", Context: "context", Event: "event"}
_UNARY = {Not: "not", AnyUser: "any", AllUsers: "all"}


def to_json(query: CqlQuery) -> dict[str, object]:
    """The JSON view of a query: plain dicts, lists, strings, integers and `true`."""
    match query:
        case Comparison():
            written: _Json = {
                "kind": "comparison",
                "left": to_json(query.left),
                "operator": query.operator.value,
            }
            if query.arguments:
                written["arguments"] = [_operand_to_json(each) for each in query.arguments]
            return written
        case And() | Or():
            kind = "and" if isinstance(query, And) else "or"
            return {"kind": kind, "operands": [to_json(each) for each in query.operands]}
        case Not() | AnyUser() | AllUsers():
            return {"kind": _UNARY[type(query)], "operand": to_json(query.operand)}
        case Reduction():
            return _reduction_to_json(query)
        case Trait() | Property() | Context():
            return _operand_to_json(query)


def _operand_to_json(operand: Operand) -> _Json:
    match operand:
        case Trait() | Context():
            return {"kind": _NAMED[type(operand)], "name": operand.name}
        case Property():
            written: _Json = {"kind": "property", "name": operand.name}
            return written | {"parent": True} if operand.parent else written
        case Duration():
            return _duration_to_json(operand)
        case Number():
            value = operand.value
            plain = isinstance(value, int) and abs(value) < _EXACT
            return {"kind": "number", "value": value if plain else number_text(value)}
        case Text():
            return {"kind": "text", "value": operand.value}
        case Date():
            return {"kind": "date", "value": operand.value.isoformat()}
        case Moment():
            return {"kind": "moment", "value": moment_text(operand)}


def _duration_to_json(duration: Duration) -> _Json:
    return {"kind": "duration", "amount": duration.amount, "unit": duration.unit.value}


def _reduction_to_json(reduction: Reduction) -> _Json:
    source = reduction.stream.source
    stream: _Json = {
        "kind": "stream",
        "source": {"kind": "event", "name": source.name}
        if isinstance(source, Event)
        else {"kind": "entity", "slug": source.slug},
    }
    if reduction.stream.filters:
        stream["filters"] = [_filter_to_json(each) for each in reduction.stream.filters]
    written: _Json = {"kind": "reduction", "stream": stream, "reducer": reduction.reducer.value}
    if reduction.value is not None:
        written["value"] = _operand_to_json(reduction.value)
    if reduction.cast is not None:
        written["cast"] = reduction.cast.value
    if reduction.minimum is not None:
        written["minimum"] = reduction.minimum
    return written


def _filter_to_json(each: Filter) -> _Json:
    match each:
        case Where():
            return {"kind": "where", "condition": to_json(each.condition)}
        case Sources():
            return {"kind": "sources", "exclude": list(each.exclude)}
        case Within():
            written: _Json = {"kind": "within", "duration": _duration_to_json(each.duration)}
            return written | {"parent": True} if each.parent else written
        case Between():
            written = {
                "kind": "between",
                "near": _duration_to_json(each.near),
                "far": _duration_to_json(each.far),
            }
            return written | {"parent": True} if each.parent else written
        case ExpiresAfter():
            return {"kind": "expires_after", "duration": _duration_to_json(each.duration)}


# --- from JSON to tree --------------------------------------------------------------------


def from_json(document: object) -> CqlQuery:
    """The query of a JSON view; decimals may also come as `Decimal` or `float`.

    Raises:
        QuerySyntaxError: The document is no query's view; the message names the place
            inside it as a path such as `$.left.stream`.
    """
    try:
        return _read(document)
    except Mistake as mistake:
        raise located("", mistake) from None


def read_json_text(text: str) -> CqlQuery:
    """The query of a JSON view's text.

    Raises:
        Mistake: The text is no JSON, or no query's view.
    """
    if len(text) > MAX_JSON_TEXT:
        raise Mistake(
            f"the JSON has {len(text)} characters", at=0, hint=f"the most is {MAX_JSON_TEXT}"
        )
    _check_text_depth(text)
    try:
        document: object = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Mistake(f"the JSON is broken: {error.msg}", at=error.pos) from None
    except (ValueError, ArithmeticError):
        raise Mistake("the JSON holds a number that is too long", at=0) from None
    return _read(document)


def _no_constant(name: str) -> object:
    raise Mistake(f"the JSON holds {name}, which is no number", at=0)


def _check_text_depth(text: str) -> None:
    depth = 0
    for found in _STEP.finditer(text):
        sign = found.group()
        if sign in {"[", "{"}:
            depth += 1
            if depth > _MAX_DEPTH:
                raise Mistake("the JSON is nested too deeply for a query", at=found.start())
        elif sign in {"]", "}"}:
            depth -= 1


def _read(document: object) -> CqlQuery:
    _check_depth(document)
    query = read_query(document, "$")
    check_shape(query)
    check_text(format_query(query))
    return query


def _check_depth(document: object) -> None:
    """Refuse what is too deep or too large (also what holds itself), without recursion."""
    items = 0
    level: list[object] = [document]
    for _ in range(_MAX_DEPTH + 1):
        below: list[object] = []
        for each in level:
            if isinstance(each, Mapping):
                below.extend(typed("Mapping[object, object]", each).values())
            elif isinstance(each, list | tuple):
                below.extend(typed("list[object]", each))
        items += len(below)
        if items > _MAX_ITEMS:
            raise Mistake("the JSON is too large for a query")
        if not below:
            return
        level = below
    raise Mistake("the JSON is nested too deeply for a query")
