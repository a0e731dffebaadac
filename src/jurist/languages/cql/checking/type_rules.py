"""Which values operators and reducers take, and which a literal can ever equal."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from jurist.languages.cql.checking.findings import Finding, finding
from jurist.languages.cql.operators import Cast, Group, Operator, Reducer
from jurist.languages.cql.schemas.schema import ANYTHING, DATES, NUMERIC, TEMPORAL, Field, Kind
from jurist.languages.cql.semantics.values import (
    Coercion,
    compare,
    constant_moment,
    constant_value,
    is_date,
    is_time,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    Date,
    Moment,
    Number,
    Property,
    Reduction,
    Scalar,
    Text,
    Trait,
)
from jurist.languages.mistakes import listed, quoted
from jurist.languages.nearest import NearestNames

_WITH_DATES = DATES | {Kind.STRING, Kind.UNKNOWN}
_WITH_NUMBERS = NUMERIC | {Kind.UNKNOWN}
_TAKES = {
    Group.ORDER: (_WITH_NUMBERS | {Kind.STRING, Kind.DATE, Kind.TIME}, "a number or a text"),
    Group.SEARCH: (frozenset(Kind) - NUMERIC - {Kind.BOOLEAN}, "text"),
    Group.DATE: (_WITH_DATES, "a date"),
    Group.RELATIVE: (_WITH_DATES, "a date"),
}
"""The kinds of values that operators take, and what to say they are."""
_ANYTHING_AT_ALL = frozenset(Kind), ""
_ANY_NUMBER = Field(Kind.NUMBER)

_COLUMN_LITERALS = {
    Kind.NUMBER: Number | Text,
    Kind.INTEGER: Number | Text,
    Kind.STRING: Text | Date | Moment,
    Kind.BOOLEAN: Text,
    Kind.DATE: Text | Date | Moment,
    Kind.DATE_TIME: Text | Date | Moment,
    Kind.TIME: Text,
}
"""The literals that a column of a type is compared with, in its own type (A10)."""

_DATE = "a date such as 2026-01-31"
_BY_MOMENT = "`before_date` or `after_date`: texts of timestamps do not lie in the order of time"
_TIME = "a time of day such as '08:30:00'"

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
            return _ANY_NUMBER
        case Reducer.MIN | Reducer.MAX:
            # `as string` asks for the order of texts, so any comparison may follow.
            return ANYTHING if reduction.cast is Cast.STRING else _ANY_NUMBER
        case Reducer.MODE if reduction.cast in {Cast.STRING, Cast.ARRAY}:
            return ANYTHING
        case Reducer.MODE | Reducer.FIRST | Reducer.LAST:
            return value
        case Reducer.UNIQUE:
            return ANYTHING


def reducer_finding(reduction: Reduction, value: Side) -> Finding | None:
    """What is wrong with a reducer's argument and its `as`."""
    reducer, cast, kind = reduction.reducer, reduction.cast, value.field.kind
    node, casts = reduction.value or reduction, _CASTS.get(reducer, frozenset())
    if cast is not None and cast not in casts:
        allowed = f"`as {listed(sorted(casts))}`" if casts else f"`{reducer}` without `as`"
        return finding("cast", node, reducer=reducer, cast=cast, allowed=allowed)
    is_read_as_number = cast is Cast.NUMBER and kind is Kind.STRING
    if not reducer.needs_numbers or cast is Cast.STRING or is_read_as_number:
        return None
    if kind in _WITH_NUMBERS:
        return None
    expected = "a number" + (", or `as string`" if reducer.is_extreme else "")
    return finding("type_clash", node, found=f"`{reducer}` of {value.label}", expected=expected)


# --- comparisons ----------------------------------------------------------------------------


def operator_finding(comparison: Comparison, left: Side, *others: Side) -> Finding | None:
    """Whether the operator takes values such as those on the left, beside the others."""
    operator = comparison.operator
    expected = _expected(operator, left, *others)
    if not expected:
        return None
    found = f"`{operator}` of {left.label}"
    return finding("type_clash", comparison.left, found=found, expected=expected)


def reference_finding(comparison: Comparison, left: Side, right: Side) -> Finding | None:
    """Whether a value on the right can be compared with the one on the left."""
    expected = _expected(comparison.operator, right, left)
    if comparison.operator.group is Group.SEARCH and right.field.kind in NUMERIC:
        expected = ""  # its text is searched for, as that of a number that is written
    times = {left.field.kind, right.field.kind} & TEMPORAL
    by_type = comparison.operator.group is Group.EQUALITY or (
        comparison.operator.group is Group.ORDER and times
    )
    if by_type and not _comparable(left, right):
        expected = f"a value of the type of {left.label}"
    if not expected:
        return None
    found = f"{right.label} compared with {left.label}"
    return finding("type_clash", comparison.arguments[0], found=found, expected=expected)


def _expected(operator: Operator, side: Side, *others: Side) -> str:
    """What an operator takes instead of such values; empty where it takes them."""
    kinds, words = _TAKES.get(operator.group, _ANYTHING_AT_ALL)
    if operator.group is Group.ORDER and any(known.of_row for known in (side, *others)):
        # Columns, and what is compared with them, lie in their own order; texts have none there.
        kinds, words = _WITH_NUMBERS | TEMPORAL, "a number, a date or a time"
    if side.field.kind in kinds:
        return ""
    is_ordered = operator.group is Group.ORDER
    return _BY_MOMENT if is_ordered and side.field.kind is Kind.DATE_TIME else words


def constant_finding(
    comparison: Comparison, left: Side, constant: Constant, coercion: Coercion
) -> Finding | None:
    """Whether a literal can be what the operator and the left side need."""
    operator, kind = comparison.operator, left.field.kind
    if operator.group is Group.DATE and constant_moment(constant) is None:
        found = f"{_quoted(constant)} for `{operator}`"
        return finding("type_clash", constant, found=found, expected=_DATE)
    if operator.group is Group.ORDER and kind in NUMERIC and _number(constant) is None:
        found = f"{_quoted(constant)} for {left.label}"
        return finding("type_clash", constant, found=found, expected="a number")
    if operator.group is Group.EQUALITY:
        return _equality_finding(left, constant, coercion)
    if operator.group is Group.ORDER and (expected := _order_expected(left, constant)):
        found = f"{_quoted(constant)} for {left.label}"
        return finding("type_clash", constant, found=found, expected=expected)
    return None


def _order_expected(left: Side, constant: Constant) -> str:
    """What an ordered value is compared with; empty where this constant is that."""
    kind = left.field.kind
    if kind is Kind.DATE and not left.of_row and not is_date(text_of(constant_value(constant))):
        # As texts, in which order these lie, days and timestamps are not in the order of time.
        return f"{_DATE}, or `before_date` or `after_date`"
    return _time_expected(kind, constant)


def _time_expected(kind: Kind, constant: Constant) -> str:
    """What a value that lies in time is compared with; empty where this constant is that."""
    if kind in DATES:
        return "" if constant_moment(constant) is not None else _DATE
    if kind is not Kind.TIME or (type(constant) is Text and is_time(constant.value)):
        return ""
    return _TIME


def _equality_finding(left: Side, constant: Constant, coercion: Coercion) -> Finding | None:
    field = left.field

    def of_kind(kind: str, expected: str, nearest: str | None = None) -> Finding:
        found = f"{_quoted(constant)} for {left.label}"
        return finding(kind, constant, nearest, found=found, expected=expected)

    if left.of_row:
        if field.kind in NUMERIC and isinstance(constant, Text):
            coercion = Coercion.NUMBER  # in quotes, too, a number is that number
        if not isinstance(constant, _COLUMN_LITERALS.get(field.kind, Constant)):
            return of_kind("type_clash", f"a literal of its own type, {field.kind.value}")
    if field.kind in NUMERIC:
        number = _number(constant)
        if number is None:
            return of_kind("impossible_value", "a number")
        if field.kind is Kind.INTEGER and not isinstance(number, int):
            return of_kind("impossible_value", "a whole number")
        if below := _out_of_bounds(number, field):
            return of_kind("impossible_value", below)
    elif expected := _time_expected(field.kind, constant):
        return of_kind("impossible_value", expected)
    enum = field.enum
    if field.kind is Kind.BOOLEAN:
        enum = enum or ("true", "false")
    if enum is None:
        return None
    value = constant_value(constant)
    if any(compare(value, member, coercion) == 0 for member in enum):
        return None
    texts = [text_of(member) for member in enum]
    return of_kind(
        "impossible_value",
        "one of its values, " + listed([quoted(text) for text in texts]),
        NearestNames(texts).nearest(text_of(value)),
    )


def _number(constant: Constant) -> int | Decimal | None:
    if type(constant) is Number:
        return constant.value
    return read_number(constant.value) if type(constant) is Text else None


def _out_of_bounds(number: int | Decimal, field: Field) -> str:
    for bound, words, outside in ((field.minimum, "at least", -1), (field.maximum, "at most", 1)):
        if bound is not None and compare(number, bound, Coercion.NUMBER) == outside:
            return f"a number that is {words} {text_of(bound)}"
    return ""


def _comparable(left: Side, right: Side) -> bool:
    kinds = {left.field.kind, right.field.kind}
    if Kind.UNKNOWN in kinds or len(kinds) == 1 or kinds <= NUMERIC:
        return True
    if kinds <= DATES and (left.of_row or right.of_row):
        return True  # a day and a timestamp of it are moments both
    # Strings are interchangeable with other types, except those of an entity.
    return Kind.STRING in kinds and not (left.of_row or right.of_row)


def _quoted(constant: Constant) -> str:
    if isinstance(constant, Number):
        return f"the number {text_of(constant.value)}"
    return quoted(text_of(constant_value(constant)))
