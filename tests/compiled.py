"""Queries compiled as the doors of the language compile them: typed by a schema first."""

from __future__ import annotations

from typing import cast

from jurist.languages.cql.explaining import explainer
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics import interpreter
from jurist.languages.cql.semantics.interpreter import Audience, ComputedTrait
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Account, Customer, Subject
from jurist.languages.cql.syntax import Condition, CqlQuery, Scalar
from jurist.languages.explanations import Explanation

Known = Readings | CqlSchema
"""A schema, or the readings of one in which everything may exist."""
_Kind = type[Customer] | type[Account]


def compile_audience(query: Condition, known: Known, kind: _Kind) -> Audience:
    schema = _schema(known, kind)
    condition = cast("Condition", typed(query, schema))
    return interpreter.compile_audience(condition, schema.readings, kind)


def compile_scalar(query: Scalar, known: Known, kind: _Kind) -> ComputedTrait:
    schema = _schema(known, kind)
    return interpreter.compile_scalar(cast("Scalar", typed(query, schema)), schema.readings, kind)


def explain(query: CqlQuery, known: Known, subject: Subject, now: int) -> Explanation:
    schema = _schema(known, type(subject))
    return explainer.explain(typed(query, schema), schema.readings, subject, now)


def _schema(known: Known, kind: _Kind) -> CqlSchema:
    schema = CqlSchema(readings=known, open_world=True) if isinstance(known, Readings) else known
    return schema.of_accounts if kind is Account else schema
