"""What an audience compares, and the audience with other constants: one walk for both."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from jurist.errors import UnsupportedError
from jurist.languages.cql.checking.known_names import KnownNames
from jurist.languages.cql.checking.type_rules import NUMERIC, result_field
from jurist.languages.cql.pseudonymizing.places import holds_others, kind_of, place_of, text_kind
from jurist.languages.cql.schemas.schema import DATES, CqlSchema, Kind, subject_type
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.readings import NumberLikeText
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.semantics.values import (
    MAX_DIGITS,
    Atom,
    constant_value,
    moment_of,
    read_number,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Constant,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
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
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.tree import Scope, inner_scope
from jurist.languages.pseudonymizing import (
    COUNTED,
    ChangeConstant,
    Compared,
    ConstantKind,
    Relation,
    Value,
)
from jurist.languages.pseudonymizing import Constant as Compares

_RELATIONS = {
    Operator.EQUALS: Relation.EQUALITY,
    Operator.DIFFERS: Relation.EQUALITY,
    Operator.ONE_OF: Relation.EQUALITY,
    Operator.NONE_OF: Relation.EQUALITY,
    Operator.CONTAINS: Relation.CONTAINMENT,
    Operator.OMITS: Relation.CONTAINMENT,
    Operator.STARTS_WITH: Relation.PREFIX,
    Operator.ENDS_WITH: Relation.SUFFIX,
}
"""Of all others it is the order."""
_PARTS = frozenset({Relation.CONTAINMENT, Relation.PREFIX, Relation.SUFFIX})
_OF_NUMBERS = frozenset("-.0123456789")
_PART_OF_A_DATE = re.compile(r"(?=.*[0-9])(?=.*[-:])[-0-9:.TZ]{1,9}")
_TEXTS = frozenset({Kind.STRING, Kind.ARRAY})
_COUNTS = frozenset({Reducer.COUNT, Reducer.UNIQUE_COUNT})


def compared(query: CqlQuery, schema: CqlSchema) -> Compared:
    """What a query compares under a schema."""
    walk = _Walk(query, schema, lambda constant: constant.value)
    walk.changed(query)
    return Compared(
        constants=tuple(walk.constants),
        kept=tuple(walk.kept),
        together=tuple(walk.together),
        summed=frozenset(walk.summed),
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


class _Walk:
    def __init__(self, query: CqlQuery, schema: CqlSchema, change: ChangeConstant) -> None:
        self._names = KnownNames(
            schema,
            of_accounts=subject_type(schema, query) is Account,
            of_trait=not isinstance(query, Condition),
        )
        self._reading = schema.readings.number_like_text
        self._change = change
        self.constants: list[Compares] = []
        self.kept: list[int | Decimal] = []
        self.together: list[tuple[str, str]] = []
        self.summed: set[str] = set()
        self.obstacles: list[str] = []

    def changed(self, query: CqlQuery) -> CqlQuery:
        if isinstance(query, Condition):
            return self._condition(query, Scope())
        return self._scalar(query, Scope())

    # --- the tree ---

    def _condition(self, node: Condition, scope: Scope) -> Condition:
        match node:
            case And(operands) | Or(operands):
                parts = tuple(self._condition(each, scope) for each in operands)
                return replace(node, operands=parts)
            case Not(operand):
                return replace(node, operand=self._condition(operand, scope))
            case AnyUser(operand) | AllUsers(operand):
                inside = replace(scope, quantified=True, of_user=True)
                return replace(node, operand=self._condition(operand, inside))
            case Comparison(left, operator, arguments):
                inside = inner_scope(node, scope)
                changed = self._scalar(left, inside)
                side = self._side(left, inside)
                others = tuple(self._operand(each, side, operator, inside) for each in arguments)
                return replace(node, left=changed, arguments=others)

    def _scalar(self, node: Scalar, scope: Scope) -> Scalar:
        if not isinstance(node, Reduction):
            return node
        inside = inner_scope(node, scope)
        filters = tuple(self._filter(each, inside) for each in node.stream.filters)
        if node.minimum is not None:
            self.kept.append(node.minimum)
        if node.value is not None and node.reducer is Reducer.SUM:
            self.summed.add(place_of(node.value, inside, self._names))
        return replace(node, stream=replace(node.stream, filters=filters))

    def _filter(self, node: Filter, scope: Scope) -> Filter:
        match node:
            case Where(condition):
                return replace(node, condition=self._condition(condition, scope))
            case Within(duration) | ExpiresAfter(duration):
                self.kept.append(duration.amount)
            case Between(near, far):
                self.kept += [near.amount, far.amount]
            case Sources():
                pass
        return node

    # --- comparisons ---

    def _side(self, node: Scalar, scope: Scope) -> _Side:
        if not isinstance(node, Reduction):
            field = self._names.field(node, scope)
            of_row = isinstance(node, Property) and not node.parent
            return _Side(
                place_of(node, scope, self._names),
                field.kind,
                is_json=holds_others(field),
                of_row=of_row and isinstance(scope.source, Entity),
            )
        if node.value is None or node.reducer in _COUNTS:
            return _Side(COUNTED, Kind.NUMBER)
        inside = inner_scope(node, scope)
        place = place_of(node.value, inside, self._names)
        field = result_field(node, self._names.field(node.value, inside))
        extreme = node.reducer in (Reducer.MIN, Reducer.MAX)
        asked = Relation.TEXT_ORDER if node.cast is Cast.STRING else Relation.ORDER
        beside = frozenset({asked} if extreme else ())
        return _Side(place, field.kind, beside, is_json=holds_others(field))

    def _operand(self, node: Operand, side: _Side, operator: Operator, scope: Scope) -> Operand:
        match node:
            case Duration(amount):
                self.kept.append(amount)
                return node
            case Trait() | Property() | Context():
                self.together.append((side.place, place_of(node, scope, self._names)))
                return node
            case Number() | Text() | Date() | Moment():
                return self._constant(node, side, operator)

    def _constant(self, node: Constant, side: _Side, operator: Operator) -> Constant:
        value = constant_value(node)
        relation = _RELATIONS.get(operator, Relation.ORDER)
        if side.place == COUNTED and not isinstance(value, str):
            self.kept.append(value)
            return node
        if obstacle := self._obstacle(value, side, relation):
            self.obstacles.append(obstacle)
            places = (side.place,) if side.place != COUNTED else ()
            kind = kind_of(value, self._reading, of_row=side.of_row)
            self.constants.append(Compares(value, kind, frozenset(), places))
            return node
        if relation in _PARTS:
            kind = text_kind(str(value))
        else:
            kind = kind_of(value, self._reading, of_row=side.of_row)
        relations = side.relations | {relation}
        is_text_order = relation is Relation.ORDER and operator not in DATE_OPERATORS
        if is_text_order and not (side.kind in NUMERIC and kind is ConstantKind.NUMBER):
            relations |= {Relation.TEXT_ORDER}
        constant = Compares(value, kind, relations, (side.place,))
        self.constants.append(constant)
        put = self._change(constant)
        return node if put == value else written(node, put)

    def _obstacle(self, value: Atom, side: _Side, relation: Relation) -> str:
        """Why a constant cannot be another; empty where it can."""
        if side.place == COUNTED:
            return "it compares a count with a text"
        if side.is_json:
            return "it compares an array or an object as a whole"
        if relation in _PARTS:
            if not isinstance(value, str):
                return "it looks for a number within texts"
            if side.kind in DATES or _PART_OF_A_DATE.fullmatch(value):
                return "it looks for a part of a date"
            if value and _OF_NUMBERS.issuperset(value) and side.kind not in _TEXTS:
                return "it looks for digits within what may be numbers"
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
