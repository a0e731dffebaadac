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
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from typing import cast as typed

from jurist.languages.cql.limits import check_text
from jurist.languages.cql.literals import (
    checked_string,
    moment_text,
    number_text,
    read_date,
    read_moment,
    read_number,
)
from jurist.languages.cql.mistakes import Mistake, located, shown
from jurist.languages.cql.printer import format_query
from jurist.languages.cql.shape import check_shape
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
    Unit,
    Where,
    Within,
)

MAX_JSON_TEXT = 4_000_000
"""Characters of a JSON view's text; it is several times as long as the query's own."""

_MAX_DEPTH = 500
"""Objects and arrays open at one place; a query of the deepest nesting needs 400."""
_SHOWN_PATH = 120
_MAX_ITEMS = 200_000
_EXACT = 2**53
_MAX_MAGNITUDE = 60
_STEP = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)

_Json = dict[str, object]
_T = TypeVar("_T")
_Name = TypeVar("_Name", bound=StrEnum)

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
    query = _query(document, "$")
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


class _Object:
    """A JSON object whose fields are taken one by one; `done` refuses what is left."""

    __slots__ = ("kind", "left", "path")

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise Mistake(f"{path}: expected an object with a `kind`")
        self.left = dict(typed("Mapping[object, object]", value))
        self.path = path if len(path) <= _SHOWN_PATH else f"$...{path[-_SHOWN_PATH:]}"
        self.kind = self.string("kind")

    def take(self, name: str) -> object:
        if name not in self.left:
            raise Mistake(f"{self.path}: the field `{name}` is missing")
        return self.left.pop(name)

    def string(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str):
            raise Mistake(f"{self.path}.{name}: expected a string")
        return self.read(name, checked_string, value)

    def integer(self, name: str) -> int:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Mistake(f"{self.path}.{name}: expected an integer")
        return value

    def flag(self, name: str) -> bool:
        value = self.left.pop(name, False)
        if not isinstance(value, bool):
            raise Mistake(f"{self.path}.{name}: expected true or false")
        return value

    def name(self, name: str, names: type[_Name]) -> _Name:
        value = self.string(name)
        try:
            return names(value)
        except ValueError:
            known = ", ".join(names)
            raise Mistake(f"{self.path}.{name}: {shown(value[:40])!r} is none of {known}") from None

    def items(self, name: str) -> list[tuple[object, str]]:
        """A list's items, each with its path; none where the field is absent."""
        value = self.left.pop(name, None)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise Mistake(f"{self.path}.{name}: expected a list")
        listed = typed("list[object]", value)
        return [(each, f"{self.path}.{name}[{index}]") for index, each in enumerate(listed)]

    def inner(self, name: str) -> tuple[object, str]:
        return self.take(name), f"{self.path}.{name}"

    def read(self, name: str, read: Callable[[str], _T], text: str) -> _T:
        try:
            return read(text)
        except Mistake as mistake:
            raise Mistake(f"{self.path}.{name}: {mistake.problem}", hint=mistake.hint) from None

    def unknown(self, expected: str) -> Mistake:
        return Mistake(f"{self.path}: expected {expected}, found kind {shown(self.kind[:40])!r}")

    def done(self) -> None:
        if self.left:
            names = ", ".join(shown(str(each)[:40]) for each in list(self.left)[:5])
            raise Mistake(f"{self.path}: a {self.kind} has no {names}")


def _query(value: object, path: str) -> CqlQuery:
    node = _Object(value, path)
    return _scalar(node) or _condition(node)


def _condition(node: _Object) -> Condition:
    match node.kind:
        case "and" | "or":
            operands = tuple(_condition(_Object(*each)) for each in node.items("operands"))
            made = And(operands) if node.kind == "and" else Or(operands)
        case "not":
            made = Not(_condition(_Object(*node.inner("operand"))))
        case "any":
            made = AnyUser(_condition(_Object(*node.inner("operand"))))
        case "all":
            made = AllUsers(_condition(_Object(*node.inner("operand"))))
        case "comparison":
            left = _Object(*node.inner("left"))
            scalar = _scalar(left)
            if scalar is None:
                raise left.unknown("a value")
            operator = node.name("operator", Operator)
            arguments = tuple(_operand(_Object(*each)) for each in node.items("arguments"))
            made = Comparison(scalar, operator, arguments)
        case _:
            raise node.unknown("a condition")
    node.done()
    return made


def _scalar(node: _Object) -> Scalar | None:
    """The value that a node says; none, with nothing taken from it, where it says no value."""
    match node.kind:
        case "reduction":
            made = Reduction(
                _stream(_Object(*node.inner("stream"))),
                node.name("reducer", Reducer),
                _measure(node),
                node.name("cast", Cast) if "cast" in node.left else None,
                node.integer("minimum") if "minimum" in node.left else None,
            )
        case "trait":
            made = Trait(node.string("name"))
        case "context":
            made = Context(node.string("name"))
        case "property":
            made = Property(node.string("name"), node.flag("parent"))
        case _:
            return None
    node.done()
    return made


def _measure(node: _Object) -> Property | Context | None:
    if "value" not in node.left:
        return None
    value = _Object(*node.inner("value"))
    made = _scalar(value)
    if not isinstance(made, Property | Context):
        raise value.unknown("a property or context")
    return made


def _stream(node: _Object) -> Stream:
    if node.kind != "stream":
        raise node.unknown("a stream")
    source = _Object(*node.inner("source"))
    match source.kind:
        case "event":
            made = Event(source.string("name"))
        case "entity":
            made = Entity(source.string("slug"))
        case _:
            raise source.unknown("an event or entity")
    source.done()
    filters = tuple(_filter(_Object(*each)) for each in node.items("filters"))
    node.done()
    return Stream(made, filters)


def _filter(node: _Object) -> Filter:
    match node.kind:
        case "where":
            made = Where(_condition(_Object(*node.inner("condition"))))
        case "sources":
            made = Sources(tuple(_source_id(*each) for each in node.items("exclude")))
        case "within":
            made = Within(_duration(node, "duration"), node.flag("parent"))
        case "between":
            made = Between(_duration(node, "near"), _duration(node, "far"), node.flag("parent"))
        case "expires_after":
            made = ExpiresAfter(_duration(node, "duration"))
        case _:
            raise node.unknown("a filter")
    node.done()
    return made


def _source_id(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise Mistake(f"{path}: expected a source id, which is a string")
    return checked_string(value)


def _duration(node: _Object, name: str) -> Duration:
    inner = _Object(*node.inner(name))
    if inner.kind != "duration":
        raise inner.unknown("a duration")
    return _finished(inner, Duration(inner.integer("amount"), inner.name("unit", Unit)))


def _operand(node: _Object) -> Operand:
    match node.kind:
        case "number":
            return _finished(node, Number(_number(node)))
        case "text":
            return _finished(node, Text(node.string("value")))
        case "date":
            return _finished(node, Date(node.read("value", read_date, node.string("value"))))
        case "moment":
            return _finished(node, Moment(*node.read("value", read_moment, node.string("value"))))
        case "duration":
            made = Duration(node.integer("amount"), node.name("unit", Unit))
            return _finished(node, made)
        case _:
            scalar = _scalar(node)
            if scalar is None or isinstance(scalar, Reduction):
                raise node.unknown("a constant, trait, property or context")
            return scalar


def _finished(node: _Object, made: _T) -> _T:
    node.done()
    return made


def _number(node: _Object) -> int | Decimal:
    value = node.take("value")
    if isinstance(value, str):
        return node.read("value", read_number, value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Mistake(f"{node.path}.value: expected a number, or its digits as a string")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _MAX_MAGNITUDE:
        raise Mistake(f"{node.path}.value: expected a number of at most 30 digits")
    return node.read("value", read_number, f"{exact:f}")
