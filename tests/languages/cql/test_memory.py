"""What a process remembers of the schemas that it has decided about."""

from __future__ import annotations

import gc
from weakref import ref

from jurist.evidence import decide
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.records import Relation

CQL = CqlLanguage()
SCHEMAS = 60
MOST_KEPT = 16
"""As many as there are contexts: they own all that is kept."""


def test_a_schema_is_let_go_when_others_have_come() -> None:
    seen: list[ref[CqlSchema]] = []
    for number in range(SCHEMAS):
        document = {
            "name": f"s{number}",
            "language": "cql",
            "traits": {"properties": {"n": {"type": "integer"}}},
        }
        schema = CQL.load_schema(document, where="test")
        evidence = decide(CQL, CQL.parse("trait('n') > 1"), CQL.parse("trait('n') >= 2"), schema)
        assert evidence.relation is Relation.EQUIVALENT
        other = decide(CQL, CQL.parse("trait('n') > 1"), CQL.parse("trait('n') > 2"), schema)
        assert other.relation is Relation.CONTAINS
        seen.append(ref(schema))
        del schema, evidence, other
    gc.collect()
    assert sum(each() is not None for each in seen) <= MOST_KEPT
