"""Filling in what a schema requires and a sample does not mention."""

from __future__ import annotations

from collections.abc import Mapping

from jurist.languages.cql.meaning.customers import Value
from jurist.languages.cql.meaning.values import Coercion
from jurist.languages.cql.populating.legality import default_value, is_legal
from jurist.languages.cql.prover.domains import domain
from jurist.languages.cql.prover.value_classes import NOTHING, allowed
from jurist.languages.cql.schemas.schema import Field, Fields


def with_required(values: Mapping[str, Value], fields: Fields) -> Mapping[str, Value]:
    """The values, and one for each required field that is not among them."""
    missing = {
        name: default
        for name, field in fields.items()
        if field.required and name not in values and (default := _default(field)) is not None
    }
    return {**values, **missing} if missing else values


def _default(field: Field) -> Value | None:
    """A plain value, as a shrunk subject has it: there is nothing to make plainer then."""
    plain = default_value(field)
    if is_legal(plain, field):
        return plain
    classes = domain((), allowed(field), Coercion.NUMBER).classes
    for each in classes:
        if each.sample is not None and each.sample is not NOTHING:
            return each.sample
    return None
