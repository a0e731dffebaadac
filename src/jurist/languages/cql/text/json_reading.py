"""Reading a query's nodes from its JSON view, strictly, each error with its place.

Recursion is as deep as the document, which `json_view` bounds before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from typing import cast as typed

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
from jurist.languages.cql.text.literals import (
    checked_string,
    read_date,
    read_moment,
    read_number,
)
from jurist.languages.mistakes import Mistake, shown

_SHOWN_PATH = 120
_MAX_MAGNITUDE = 60

_T = TypeVar("_T")
_Name = TypeVar("_Name", bound=StrEnum)


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


def read_query(value: object, path: str) -> CqlQuery:
    """The query of an object; `path` names its place in the document."""
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
