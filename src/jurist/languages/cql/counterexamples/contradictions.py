"""What it takes to reproduce a contradiction: one JSON document of texts and plain values.

`schema` is a schema file's content: saved to a file it can be given to `jurist diff
--schema`, together with the JSON views of the two queries. A schema inferred from the queries
is left out, as `jurist diff` infers it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from jurist.errors import InternalContradiction
from jurist.languages.cql.schemas.schema import TEMPORAL, CqlSchema, EntitySpec, Field, Fields, Kind
from jurist.languages.cql.semantics.subjects import Subject, subject_to_json
from jurist.languages.cql.semantics.values import moment_text
from jurist.languages.cql.syntax import CqlQuery

_REPLAY = (
    "replay it with `jurist diff REFERENCE CANDIDATE --schema FILE`, where FILE holds the"
    " bundle's `schema` (without the option where that is null); `subject` is whom they differ on"
)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def contradiction(
    message: str,
    subject: Subject,
    now: int,
    reference: CqlQuery,
    candidate: CqlQuery,
    schema: CqlSchema,
) -> InternalContradiction:
    """The error that says that a subject is not where it should be."""
    bundle = {
        "reference": _json_view(reference),
        "candidate": _json_view(candidate),
        "schema_digest": schema.digest,
        "schema": None if schema.open_world else schema_document(schema),
        "readings": asdict(schema.readings),
        "subject": subject_to_json(subject, now),
    }
    document = _ENCODER.encode(bundle).decode()
    return InternalContradiction(f"{message}; {_REPLAY}", bundle=document)


def _json_view(query: CqlQuery) -> str:
    """A query as all that reads queries reads it, however the language spells it."""
    return msgspec.json.encode(query).decode()


def schema_document(schema: CqlSchema) -> dict[str, object]:
    """A schema as the content of a schema file."""
    document: dict[str, object] = {
        "name": schema.title,
        "language": "cql",
        "audience_type": str(schema.audience_type),
        "assumptions": {name: str(reading) for name, reading in asdict(schema.readings).items()},
        "events": {
            name: {**_holder(spec.properties), "context": _properties(spec.context)}
            for name, spec in schema.events.items()
        },
        "traits": _holder(schema.traits),
        "account_traits": _holder(schema.account_traits),
        "entities": _entities(schema.entities),
    }
    return document if schema.now is None else {**document, "now": moment_text(schema.now)}


def _entities(entities: Mapping[str, EntitySpec]) -> dict[str, object]:
    return {
        slug: {**_holder(spec.properties), "entities": _entities(spec.entities)}
        for slug, spec in entities.items()
    }


def _holder(fields: Fields) -> dict[str, object]:
    required = [name for name, field in fields.items() if field.required]
    return {"properties": _properties(fields), "required": required}


def _properties(fields: Fields) -> dict[str, object]:
    return {name: _property(field) for name, field in fields.items()}


def _property(field: Field) -> dict[str, object]:
    facts: dict[str, object] = {}
    if field.kind in TEMPORAL:
        facts = {"type": "string", "format": str(field.kind)}
    elif field.kind is not Kind.UNKNOWN:
        facts = {"type": str(field.kind)}
    for key, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is not None:
            facts[key] = bound
    if field.enum is not None and field.kind is not Kind.BOOLEAN:
        facts["enum"] = list(field.enum)
    if field.items is not None:
        facts["items"] = _property(field.items)
    if field.fields is not None:
        facts |= _holder(field.fields)
    return facts
