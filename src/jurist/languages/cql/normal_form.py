"""The normal form: equal normal forms mean the same audience under a schema's readings.

What it does is listed in `normalizing`. A query that nobody or everybody satisfies by
these rules becomes one of two fixed tautologies over a trait without a name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from jurist.languages.cql.meaning.customers import Account
from jurist.languages.cql.meaning.interpreter import subject_type
from jurist.languages.cql.meaning.values import Coercion, coercion_of
from jurist.languages.cql.normalizing.comparisons import comparison
from jurist.languages.cql.normalizing.conditions import parts_of
from jurist.languages.cql.normalizing.formulas import (
    FALSE,
    NOBODY,
    Formula,
    Some,
    every,
    literal,
    negate,
    some,
    to_condition,
)
from jurist.languages.cql.normalizing.simplifying import simplify
from jurist.languages.cql.normalizing.streams import reduction
from jurist.languages.cql.schemas.assumptions import Assumptions
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Entity,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
    Trait,
)


def normalize(query: CqlQuery, schema: CqlSchema) -> CqlQuery:
    """The canonical query of the same meaning, as far as cheap local rules go.

    Equal results mean equal audiences (or computed traits) for every subject; unequal
    ones mean nothing. `normalize(normalize(q)) == normalize(q)`.
    """
    known = _known.setdefault(schema, {})
    normal = known.get(query)
    if normal is None:
        normal = _normalized(query, schema)
        if len(known) >= _MOST_KNOWN:
            known.pop(next(iter(known)), None)
        known[query] = normal
    return normal


_MOST_KNOWN = 1_024
_known: WeakKeyDictionary[CqlSchema, dict[CqlQuery, CqlQuery]] = WeakKeyDictionary()
"""A reference is normalised once for all its candidates."""


def _normalized(query: CqlQuery, schema: CqlSchema) -> CqlQuery:
    if isinstance(query, Trait | Property | Context | Reduction):
        return _scalar(query, _Setting(schema.readings))
    accounts = subject_type(schema, query) is Account
    formula = simplify(_formula(query, _Setting(schema.readings, accounts=accounts)))
    normal = to_condition(formula)
    if accounts and schema.audience_type is not AudienceType.ACCOUNTS:
        return _about_accounts(normal, schema)
    return normal


def conditions(query: CqlQuery, schema: CqlSchema) -> tuple[str, ...]:
    """What the normal form is made of, as texts, sorted and each once.

    One text each for: what a condition looks at (`event('A')`, `trait('plan')`), every
    filter on it, every leaf of its `where`, every threshold or value it is compared
    with. So two queries that agree but for a window share all texts but two. A query
    that is always true is `everybody` alone, one that never is `nobody`.
    """
    return parts_of(normalize(query, schema))


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where a condition stands."""

    readings: Assumptions
    accounts: bool = False
    """Outside ANY and ALL of an account audience."""
    rows: bool = False
    """In the `where` of an entity."""


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
    match condition:
        case And(operands):
            return every(_formula(one, setting) for one in operands)
        case Or(operands):
            return some(_formula(one, setting) for one in operands)
        case Not(operand):
            return negate(_formula(operand, setting))
        case AnyUser(operand):
            return _any_user(_formula(operand, replace(setting, accounts=False)))
        case AllUsers(operand):
            return negate(_any_user(negate(_formula(operand, replace(setting, accounts=False)))))
        case Comparison(Reduction()) if setting.accounts:
            return _any_user(_formula(condition, replace(setting, accounts=False)))  # A2
        case Comparison():
            left = _scalar(condition.left, setting)
            node = replace(condition, left=left)
            return comparison(node, _coercion(node, setting), setting.readings)


def _any_user(formula: Formula) -> Formula:
    """`ANY` of a disjunction is the disjunction of `ANY`s; no user can do the impossible."""
    simple = simplify(formula)
    if simple == FALSE:
        return FALSE
    alternatives = simple.parts if isinstance(simple, Some) else (simple,)
    return some(literal(AnyUser(to_condition(one))) for one in alternatives)


def _scalar(scalar: Scalar, setting: _Setting) -> Scalar:
    if not isinstance(scalar, Reduction):
        return scalar
    inside = _Setting(setting.readings, rows=isinstance(scalar.stream.source, Entity))
    return reduction(scalar, setting.readings, lambda condition: _formula(condition, inside))


def _coercion(node: Comparison, setting: _Setting) -> Coercion:
    """Properties of rows are compared in their own type (A10), all else as U10 says."""
    sides = (node.left, *node.arguments)
    if setting.rows and any(isinstance(side, Property) and not side.parent for side in sides):
        return Coercion.NONE
    return coercion_of(setting.readings.number_like_text)
