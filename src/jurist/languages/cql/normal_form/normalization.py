"""The normal form: equal normal forms mean the same audience under a schema's readings.

A query that nobody or everybody satisfies by
these rules becomes one of two fixed tautologies over a trait without a name.
"""

from __future__ import annotations

from msgspec import Struct

from jurist.languages.cql.boolean import FALSE, Junction, conjunction, disjunction
from jurist.languages.cql.normal_form.comparisons import comparison
from jurist.languages.cql.normal_form.simplification import (
    NOBODY,
    Formula,
    literal,
    negate,
    simplify,
    to_condition,
)
from jurist.languages.cql.normal_form.streams import reduction
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    Table,
    context_of,
    subject_type,
)
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.semantics.values import Coercion, coercion_of
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    CqlQuery,
    Entity,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
)


def normalize(query: CqlQuery, schema: CqlSchema) -> CqlQuery:
    """The canonical query of the same meaning, as far as cheap local rules go.

    Equal results mean equal audiences (or computed traits) for every subject; unequal
    ones mean nothing. `normalize(normalize(q)) == normalize(q)`.
    """
    memory = context_of(schema).get(_Memory)
    return memory.queries.get(query, lambda query: _normalized(query, schema, memory))


_MOST_KNOWN = 2_048


class _Memory:
    """What was normalised lately under a schema: a reference meets many candidates.

    And these are much like it, so comparisons are remembered too; those of accounts and
    those of rows mean something else.
    """

    def __init__(self, schema: CqlSchema) -> None:
        self.readings = schema.readings
        self.queries = Table[CqlQuery, CqlQuery](_MOST_KNOWN)
        self.comparisons = Table[tuple[Comparison, bool, bool], Formula](_MOST_KNOWN)


def _normalized(query: CqlQuery, schema: CqlSchema, memory: _Memory) -> CqlQuery:
    if isinstance(query, Scalar):
        return _scalar(query, _Setting(memory))
    accounts = subject_type(schema, query) is Account
    formula = simplify(_formula(query, _Setting(memory, accounts=accounts)))
    normal = to_condition(formula)
    if accounts and schema.audience_type is not AudienceType.ACCOUNTS:
        return _about_accounts(normal, schema)
    return normal


class _Setting(Struct, frozen=True, eq=False):
    """Where a condition stands."""

    memory: _Memory
    accounts: bool = False
    """Outside ANY and ALL of an account audience."""
    rows: bool = False
    """In the `where` of an entity."""

    @property
    def of_a_user(self) -> _Setting:
        """The same inside ANY and ALL."""
        return _Setting(self.memory, rows=self.rows)


def _about_accounts(normal: Condition, schema: CqlSchema) -> Condition:
    """Keep a word of accounts where simplifying lost the last one.

    Without it, a query of accounts and one of users, which mean different things where
    they say the same, could meet in one form.
    """
    if subject_type(schema, normal) is Account:
        return normal
    no_contradiction = Not(AnyUser(NOBODY))
    if isinstance(normal, And) and normal != NOBODY:
        return And((*normal.operands, no_contradiction))
    return And((normal, no_contradiction))


def _formula(condition: Condition, setting: _Setting) -> Formula:
    if isinstance(condition, Comparison):
        return _comparison(condition, setting)
    match condition:
        case And(operands):
            return conjunction([_formula(operand, setting) for operand in operands])
        case Or(operands):
            return disjunction([_formula(operand, setting) for operand in operands])
        case Not(operand):
            return negate(_formula(operand, setting))
        case AnyUser(operand):
            return _any_user(_formula(operand, setting.of_a_user))
        case AllUsers(operand):
            return negate(_any_user(negate(_formula(operand, setting.of_a_user))))


def _comparison(node: Comparison, setting: _Setting) -> Formula:
    def formula(_: object) -> Formula:
        if setting.accounts and isinstance(node.left, Reduction):
            return _any_user(_comparison(node, setting.of_a_user))  # A2
        left = _scalar(node.left, setting)
        normal = Comparison(left, node.operator, node.arguments)
        return comparison(normal, _coercion(node, setting), setting.memory.readings)

    return setting.memory.comparisons.get((node, setting.accounts, setting.rows), formula)


def _any_user(formula: Formula) -> Formula:
    """`ANY` of a disjunction is the disjunction of `ANY`s; no user can do the impossible."""
    simple = simplify(formula)
    if simple is FALSE:
        return FALSE
    alternatives = simple.parts if isinstance(simple, Junction) and not simple.every else (simple,)
    return disjunction(literal(AnyUser(to_condition(part))) for part in alternatives)


def _scalar(scalar: Scalar, setting: _Setting) -> Scalar:
    if not isinstance(scalar, Reduction):
        return scalar
    inside = _Setting(setting.memory, rows=isinstance(scalar.stream.source, Entity))
    return reduction(scalar, setting.memory.readings, lambda condition: _formula(condition, inside))


def _coercion(node: Comparison, setting: _Setting) -> Coercion:
    """Properties of rows are compared in their own type (A10), all else as U10 says."""
    sides = (node.left, *node.arguments)
    if setting.rows and any(isinstance(side, Property) and not side.parent for side in sides):
        return Coercion.NONE
    return coercion_of(setting.memory.readings.number_like_text)
