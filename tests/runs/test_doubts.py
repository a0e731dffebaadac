"""What a language doubts in references and schemas is among what `check` says."""

from __future__ import annotations

import json
from pathlib import Path

from jurist.languages.base import Query, Schema
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.doubts import Doubt, Lints, ProposesRepairs
from jurist.languages.schema_files import schema_document
from jurist.roles.protocols import Workspace
from jurist.runs.checking import check_cases
from studies import SCHEMA


class Doubting(CqlLanguage):
    """Doubts every text with a 5, and its schema."""

    def lint(self, query: Query, schema: Schema, *, text: str) -> tuple[Doubt, ...]:
        del query, schema
        return (
            (Doubt("five", "it may be six", "ask", 1, text.index("5") + 1),) if "5" in text else ()
        )

    def repairs(self, schema: Schema) -> tuple[Doubt, ...]:
        return (Doubt("key", f"{schema.name} has none", "add one"),)


def test_doubts_of_a_reference_and_of_the_schema_are_remarks(tmp_path: Path):
    language = Doubting()
    assert isinstance(language, Lints)
    assert isinstance(language, ProposesRepairs)
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    lines = [
        {"id": "a", "reference": "trait('age') > 5"},
        {"id": "b", "reference": "trait('age') > 6"},
        {"id": "c", "reference": "trait('age' > 5"},
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with schema_document(tmp_path / "schema.yaml") as document:
        schema = language.load_schema(document, where="schema.yaml")
    remarks = list(check_cases(cases, Workspace(language, schema, "shop")))
    assert [(remark.line, remark.case, str(remark.kind)) for remark in remarks] == [
        (0, "", "schema"),
        (1, "a", "doubtful"),
        (3, "c", "unreadable"),
    ]
    assert remarks[0].text == f"key: {schema.name} has none (fix: add one)"
    assert remarks[1].text == "line 1, column 16: five: it may be six (fix: ask)"
