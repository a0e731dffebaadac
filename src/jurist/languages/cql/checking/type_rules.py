"""Which values operators and reducers take, and which a literal can ever equal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from jurist.languages.cql.checking.findings import Finding
from jurist.languages.cql.schemas.schema import ANYTHING, DATES, Field, Kind
from jurist.languages.cql.semantics.values import (
    Coercion,
    compare,
    constant_moment,
    constant_value,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    Cast,
    Comparison,
    Constant,
    Context,
    Date,
    Moment,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Text,
    Trait,
)
from jurist.languages.mistakes import listed, quoted
from jurist.languages.nearest import NearestNames

NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})
_ORDER = frozenset({Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST})
_EQUALITY = frozenset({Operator.EQUALS, Operator.DIFFERS, Operator.ONE_OF, Operator.NONE_OF})
_TEXT = frozenset({Operator.CONTAINS, Operator.OMITS, Operator.STARTS_WITH, Operator.ENDS_WITH})
_RELATIVE = frozenset(
    {Operator.WITHIN_LAST, Operator.WITHIN_NEXT, Operator.BEFORE_LAST, Operator.AFTER_NEXT}
)
_ABSOLUTE = frozenset({Operator.BEFORE_DATE, Operator.AFTER_DATE})

_WITH_DATES = DATES | {Kind.STRING, Kind.UNKNOWN}
_WITH_NUMBERS = NUMERIC | {Kind.UNKNOWN}
_WITHOUT_TEXT = NUMERIC | {Kind.BOOLEAN}

_CASTS = {
    Reducer.SUM: frozenset({Cast.NUMBER}),
    Reducer.AVG: frozenset({Cast.NUMBER}),
    Reducer.MIN: frozenset({Cast.STRING, Cast.NUMBER}),
    Reducer.MAX: frozenset({Cast.STRING, Cast.NUMBER}),
    Reducer.MODE: frozenset(Cast),
}


class Side(Struct, frozen=True):
    """One side of a comparison and its facts."""

    field: Field
    node: Scalar
    of_row: bool = False
    """Whether it is a property of an entity, which is compared in its own type (A10)."""

    @property
    def label(self) -> str:
        """How a finding speaks of it."""
        node = self.node
        if isinstance(node, Reduction):
            return f"the result of `{node.reducer}`"
        known = "" if self.field.kind is Kind.UNKNOWN else f"{self.field.kind} "
        return f"the {known}{_WORDS[type(node)]} {quoted(node.name)}"


_WORDS = {Trait: "trait", Property: "property", Context: "context field"}


# --- reducers -------------------------------------------------------------------------------


def result_field(reduction: Reduction, value: Field) -> Field:
    """The facts of what a reduction gives, from those of what it reduces.

    A count is any number here: a count that can never be reached is no mistake.
    """
    match reduction.reducer:
        case Reducer.COUNT | Reducer.UNIQUE_COUNT | Reducer.SUM | Reducer.AVG:
            return Field(Kind.NUMBER)
        case Reducer.MIN | Reducer.MAX:
            # `as string` asks for the order of texts, so any comparison may follow.
            return ANYTHING if reduction.cast is Cast.STRING else Field(Kind.NUMBER)
        case Reducer.MODE if reduction.cast in {Cast.STRING, Cast.ARRAY}:
            return ANYTHING
        case Reducer.MODE | Reducer.FIRST | Reducer.LAST:
            return value
        case Reducer.UNIQUE:
            return ANYTHING


def reducer_findings(reduction: Reduction, value: Side) -> Iterator[Finding]:
    """What is wrong with a reducer's argument and its `as`."""
    reducer, cast, kind = reduction.reducer, reduction.cast, value.field.kind
    node = reduction.value or reduction
    if cast is not None and cast not in _CASTS.get(reducer, frozenset()):
        allowed = sorted(_CASTS.get(reducer, frozenset()))
        yield Finding(
            "cast",
            node,
            f"`{reducer}` of a value `as {cast}`",
            f"`as {listed(allowed)}`" if allowed else f"`{reducer}` without `as`",
        )
    elif (
        reducer in (Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX)
        and kind not in _WITH_NUMBERS
        and cast is not Cast.STRING
        and not (cast is Cast.NUMBER and kind is Kind.STRING)
    ):
        ordered = reducer in (Reducer.MIN, Reducer.MAX)
        yield Finding(
            "type_clash",
            node,
            f"`{reducer}` of {value.label}",
            "a number" + (", or `as string`" if ordered else ""),
        )


# --- comparisons ----------------------------------------------------------------------------


def operator_finding(comparison: Comparison, left: Side) -> Finding | None:
    """Whether the operator takes values such as those on the left."""
    operator, kind = comparison.operator, left.field.kind
    expected = ""
    if operator in _ORDER and kind not in _WITH_NUMBERS:
        expected = "a number" + (", or `before_date` and `after_date`" if kind in DATES else "")
    elif operator in _TEXT and kind in _WITHOUT_TEXT:
        expected = "text"
    elif operator in _ABSOLUTE | _RELATIVE and kind not in _WITH_DATES:
        expected = "a date"
    if not expected:
        return None
    return Finding("type_clash", comparison.left, f"`{operator}` of {left.label}", expected)


def reference_finding(comparison: Comparison, left: Side, right: Side) -> Finding | None:
    """Whether a value on the right can be compared with the one on the left."""
    operator, kind = comparison.operator, right.field.kind
    node = comparison.arguments[0]
    expected = ""
    if operator in _ORDER and kind not in _WITH_NUMBERS:
        expected = "a number"
    elif operator in _ABSOLUTE and kind not in _WITH_DATES:
        expected = "a date"
    elif operator in _EQUALITY and not _comparable(left, right):
        expected = f"a value of the type of {left.label}"
    if not expected:
        return None
    found = f"{right.label} compared with {left.label}"
    return Finding("type_clash", node, found, expected)


def constant_finding(
    comparison: Comparison, left: Side, constant: Constant, coercion: Coercion
) -> Finding | None:
    """Whether a literal can be what the operator and the left side need."""
    operator = comparison.operator
    if operator in _ABSOLUTE and constant_moment(constant) is None:
        return Finding(
            "type_clash",
            constant,
            f"{_shown(constant)} for `{operator}`",
            "a date such as 2026-01-31",
        )
    if operator in _ORDER and left.field.kind in _WITH_NUMBERS:
        if left.field.kind is Kind.UNKNOWN or _number(constant, left) is not None:
            return None
        return Finding("type_clash", constant, f"{_shown(constant)} for {left.label}", "a number")
    if operator in _EQUALITY:
        return _equality_finding(left, constant, coercion)
    return None


def _equality_finding(left: Side, constant: Constant, coercion: Coercion) -> Finding | None:
    field = left.field

    def finding(kind: str, expected: str, nearest: str | None = None) -> Finding:
        found = f"{_shown(constant)} for {left.label}"
        return Finding(kind, constant, found, expected, nearest)

    if left.of_row:
        coercion = Coercion.NONE
        if not _of_column_type(constant, field.kind):
            return finding("type_clash", f"a literal of its own type, {field.kind.value}")
    if field.kind in NUMERIC:
        number = _number(constant, left)
        if number is None:
            return finding("impossible_value", "a number")
        if field.kind is Kind.INTEGER and not isinstance(number, int):
            return finding("impossible_value", "a whole number")
        if below := _out_of_bounds(number, field):
            return finding("impossible_value", below)
    elif field.kind in DATES and constant_moment(constant) is None:
        return finding("impossible_value", "a date such as 2026-01-31")
    enum = field.enum
    if field.kind is Kind.BOOLEAN:
        enum = enum or ("true", "false")
    if enum is None:
        return None
    value = constant_value(constant)
    if any(compare(value, member, coercion) == 0 for member in enum):
        return None
    texts = [text_of(member) for member in enum]
    return finding(
        "impossible_value",
        "one of its values, " + listed([quoted(text) for text in texts]),
        NearestNames(texts).nearest(text_of(value)),
    )


def _number(constant: Constant, left: Side) -> int | Decimal | None:
    if isinstance(constant, Number):
        return constant.value
    if isinstance(constant, Text) and not left.of_row:
        return read_number(constant.value)
    return None


def _out_of_bounds(number: int | Decimal, field: Field) -> str:
    for bound, words, outside in ((field.minimum, "at least", -1), (field.maximum, "at most", 1)):
        if bound is not None and compare(number, bound, Coercion.NUMBER) == outside:
            return f"a number that is {words} {text_of(bound)}"
    return ""


def _of_column_type(constant: Constant, kind: Kind) -> bool:
    match kind:
        case Kind.NUMBER | Kind.INTEGER:
            return isinstance(constant, Number)
        case Kind.STRING:
            return not isinstance(constant, Number)
        case Kind.BOOLEAN:
            return isinstance(constant, Text)
        case Kind.DATE | Kind.DATE_TIME:
            return isinstance(constant, Date | Moment | Text)
        case _:
            return True


def _comparable(left: Side, right: Side) -> bool:
    kinds = {left.field.kind, right.field.kind}
    if Kind.UNKNOWN in kinds or len(kinds) == 1 or kinds <= NUMERIC:
        return True
    # Strings are interchangeable with other types, except those of an entity.
    return Kind.STRING in kinds and not (left.of_row or right.of_row)


def _shown(constant: Constant) -> str:
    if isinstance(constant, Number):
        return f"the number {text_of(constant.value)}"
    return quoted(text_of(constant_value(constant)))
