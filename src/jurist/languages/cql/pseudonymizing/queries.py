"""What an audience compares, and the audience with other constants or under other names."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from jurist.errors import UnsupportedError
from jurist.languages.capabilities import VALUE, Quoted
from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT, KnownNames
from jurist.languages.cql.checking.type_rules import result_field
from jurist.languages.cql.operators import Group
from jurist.languages.cql.pseudonymizing.places import (
    holds_others,
    kind_of,
    place_of,
    text_kind,
)
from jurist.languages.cql.quoting import requote
from jurist.languages.cql.schemas.schema import DATES, NUMERIC, CqlSchema, Kind
from jurist.languages.cql.semantics.readings import NumberLikeText
from jurist.languages.cql.semantics.values import (
    MAX_DIGITS,
    Atom,
    constant_value,
    moment_of,
    read_number,
)
from jurist.languages.cql.syntax import (
    Between,
    Cast,
    Comparison,
    Constant,
    Context,
    CqlQuery,
    Date,
    Duration,
    ExpiresAfter,
    Moment,
    Node,
    Number,
    Operand,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Text,
    Trait,
    Within,
)
from jurist.languages.cql.tree import (
    Scope,
    inner_scope,
    is_column,
    reduced_scope,
    transform_scoped,
    with_children,
)
from jurist.languages.pseudonymizing import (
    COUNTED,
    ChangeConstant,
    ChangeText,
    Compared,
    ConstantKind,
    Relation,
    Value,
)
from jurist.languages.pseudonymizing import Constant as Compares

_PARTS = {
    Operator.CONTAINS: Relation.CONTAINMENT,
    Operator.OMITS: Relation.CONTAINMENT,
    Operator.STARTS_WITH: Relation.PREFIX,
    Operator.ENDS_WITH: Relation.SUFFIX,
}
"""What operators ask that look for a part of a text."""
_OF_WHOLE_VALUES = {
    Group.EQUALITY: Relation.EQUALITY,
    Group.ORDER: Relation.ORDER,
    Group.DATE: Relation.ORDER,
}
"""What the operators of a group ask of a constant."""
_OF_NUMBERS = frozenset("-.0123456789")
_PART_OF_A_DATE = re.compile(r"(?=.*[0-9])(?=.*[-:])[-0-9:.TZ]{1,9}")
_TEXTS = frozenset({Kind.STRING, Kind.ARRAY})


def with_names(query: CqlQuery, change: ChangeText) -> CqlQuery:
    """The query under other names; what every workspace of the product has stays."""

    def named(quoted: Quoted) -> str:
        is_common = quoted.kind == "context" and quoted.text in STANDARD_CONTEXT
        return quoted.text if quoted.kind == VALUE or is_common else change(quoted.text)

    return requote(query, named)


def compared(query: CqlQuery, schema: CqlSchema) -> Compared:
    """What a query compares under a schema."""
    walk = _Walk(query, schema, lambda constant: constant.value)
    walk.changed(query)
    return Compared(
        constants=tuple(walk.constants),
        kept=tuple(walk.kept),
        together=tuple(walk.together),
        summed=frozenset(walk.summed),
        fixed=tuple(dict.fromkeys(walk.fixed)),
        obstacles=tuple(dict.fromkeys(walk.obstacles)),
    )


def with_constants(query: CqlQuery, schema: CqlSchema, change: ChangeConstant) -> CqlQuery:
    """The query with what `change` makes of each constant."""
    return _Walk(query, schema, change).changed(query)


@dataclass(frozen=True, slots=True)
class _Side:
    """The left side of a comparison."""

    place: str
    kind: Kind
    relations: frozenset[Relation] = frozenset()
    """What is asked beside what the operator asks."""
    is_json: bool = False
    of_row: bool = False
    is_exact: bool = False
    """Whether its values are equal only to their own texts (U10)."""


class _Walk:
    def __init__(self, query: CqlQuery, schema: CqlSchema, change: ChangeConstant) -> None:
        self._names = KnownNames(query, schema)
        self._reading = schema.readings.number_like_text
        self._schema = schema
        self._change = change
        self.constants: list[Compares] = []
        self.kept: list[int | Decimal] = []
        self.together: list[tuple[str, str]] = []
        self.summed: set[str] = set()
        self.fixed: list[tuple[str, str]] = []
        self.obstacles: list[str] = []

    def changed(self, query: CqlQuery) -> CqlQuery:
        return transform_scoped(query, self._changed)

    def _changed(self, node: Node, scope: Scope) -> Node:
        match node:
            case Comparison(left, operator, arguments):
                inside = inner_scope(node, scope)
                side = self._side(left, inside)
                others = [self._operand(argument, side, operator, inside) for argument in arguments]
                return with_children(node, (left, *others))
            case Reduction():
                if node.minimum is not None:
                    self.kept.append(node.minimum)
                if node.value is not None and node.reducer is Reducer.SUM:
                    inside = reduced_scope(node, scope)
                    self.summed.add(place_of(node.value, inside, self._names))
            case Within(duration) | ExpiresAfter(duration):
                self.kept.append(duration.amount)
            case Between(near, far):
                self.kept += [near.amount, far.amount]
            case _:
                pass
        return node

    # --- comparisons ---

    def _side(self, node: Scalar, scope: Scope) -> _Side:
        if not isinstance(node, Reduction):
            field = self._names.field(node, scope)
            return _Side(
                place_of(node, scope, self._names),
                field.kind,
                is_json=holds_others(field),
                of_row=is_column(node, scope),
                is_exact=self._schema.is_exact(field.kind),
            )
        if node.value is None or node.reducer.counts:
            return _Side(COUNTED, Kind.NUMBER)
        inside = reduced_scope(node, scope)
        place = place_of(node.value, inside, self._names)
        reduced = self._names.field(node.value, inside)
        field = result_field(node, reduced)
        order = Relation.TEXT_ORDER if node.cast is Cast.STRING else Relation.ORDER
        beside = frozenset({order} if node.reducer.is_extreme else ())
        return _Side(
            place,
            field.kind,
            beside,
            is_json=holds_others(field),
            is_exact=self._schema.is_exact(reduced.kind),
        )

    def _operand(self, node: Operand, side: _Side, operator: Operator, scope: Scope) -> Operand:
        match node:
            case Duration(amount):
                self.kept.append(amount)
                return node
            case Trait() | Property() | Context() | Reduction():
                other = self._side(node, scope)
                self.together.append((side.place, other.place))
                exact = [operand for operand in (side, other) if operand.is_exact]
                if operator.group is Group.ORDER or (
                    operator.group is Group.EQUALITY and len(exact) == 1
                ):  # a code that reads as a number has a code for its pseudonym, no number
                    why = "its texts are compared with what may be numbers, or as numbers"
                    self.fixed += [(operand.place, why) for operand in exact]
                elif operator in _PARTS:
                    self.fixed += [
                        (operand.place, "it is searched, or searched for, as a text")
                        for operand in (side, other)
                        if operand.is_json or operand.kind not in _TEXTS
                    ]
                return node
            case Number() | Text() | Date() | Moment():
                return self._constant(node, side, operator)

    def _constant(self, node: Constant, side: _Side, operator: Operator) -> Constant:
        value = constant_value(node)
        relation = _PARTS.get(operator) or _OF_WHOLE_VALUES.get(operator.group)
        if side.place == COUNTED and not isinstance(value, str):
            self.kept.append(value)
            return node
        kind = kind_of(value, self._reading, by_text=side.of_row or side.is_exact)
        obstacle = f"it is not known what `{operator}` looks at"
        if relation is not None:
            obstacle = self._obstacle(value, side, relation)
        if relation is None or obstacle:
            self.obstacles.append(obstacle)
            places = (side.place,) if side.place != COUNTED else ()
            self.constants.append(Compares(value, kind, frozenset(), places))
            return node
        if relation in _PARTS.values():
            kind = text_kind(str(value))
        relations = side.relations | {relation}
        is_text_order = relation is Relation.ORDER and operator.group is not Group.DATE
        by_type = (side.kind in NUMERIC and kind is ConstantKind.NUMBER) or (
            side.kind in DATES and kind is ConstantKind.MOMENT
        )
        if is_text_order and not by_type:
            relations |= {Relation.TEXT_ORDER}
        constant = Compares(value, kind, relations, (side.place,))
        self.constants.append(constant)
        put = self._change(constant)
        return node if put == value else written(node, put)

    def _obstacle(self, value: Atom, side: _Side, relation: Relation) -> str:
        """Why a constant cannot be another; empty where it can."""
        if side.place == COUNTED:
            return "it compares a count with a text"
        if side.kind is Kind.TIME:
            return "it compares a time of day"
        if side.is_json:
            return "it compares an array or an object as a whole"
        if relation in _PARTS.values():
            if not isinstance(value, str):
                return "it looks for a number within texts"
            if side.kind in DATES or _PART_OF_A_DATE.fullmatch(value):
                return "it looks for a part of a date"
            if value and _OF_NUMBERS.issuperset(value) and side.kind not in _TEXTS:
                return "it looks for digits within what may be numbers"
        if side.is_exact and relation not in _PARTS.values():
            ordered = relation is Relation.ORDER
            if not isinstance(value, str) or (ordered and read_number(value) is not None):
                return "it compares texts with a number"
        by_text = self._reading is NumberLikeText.TEXT and isinstance(value, str)
        if by_text and relation is Relation.ORDER and read_number(str(value)) is not None:
            return "it orders numbers as texts"
        return ""


def written(like: Constant, value: Value) -> Constant:
    """A constant as another one is written.

    Raises:
        UnsupportedError: No query can say it.
    """
    match like:
        case Text():
            return replace(like, value=str(value))
        case Number():
            number = Decimal(value)
            if len(number.as_tuple().digits) > MAX_DIGITS or abs(number) >= 10**MAX_DIGITS:
                raise UnsupportedError(
                    "a number has too many digits for a query",
                    expected=f"at most {MAX_DIGITS} digits",
                    fix="round it",
                )
            return replace(like, value=value if isinstance(value, int) else number)
        case Date():
            return replace(like, value=datetime.date.fromisoformat(str(value)))
        case Moment():
            return replace(like, ms=moment_of(str(value)) or 0)
