"""`how-values-are-compared.md` says what the code does: each line of its tables is run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from compiled import compile_audience
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.subjects import Customer, subject_from_json
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "how-values-are-compared.md"
NOW = "2026-06-10T15:00:00Z"
_LINE = re.compile(r"^\| (nothing|`[\w-]+`) \| `(.+?)` \| `(.+)` \| (yes|no) \|$", re.MULTILINE)
_HEAD = "| the schema says | `x` is | condition | holds |\n"
_FACTS = {
    "nothing": {},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
}


def lines() -> list[tuple[str, str, str, bool]]:
    text = PAGE.read_text(encoding="utf-8")
    found = [(m[1].strip("`"), m[2], m[3], m[4] == "yes") for m in _LINE.finditer(text)]
    rows = sum(line.startswith("|") for line in text.splitlines())
    assert len(found) == rows - 2 * text.count(_HEAD), "a line of a table is not understood"
    return found


@pytest.mark.parametrize(("said", "value", "condition", "holds"), lines())
def test_each_line_holds(said: str, value: str, condition: str, holds: bool) -> None:
    facts = _FACTS.get(said, {"type": said})
    of_rows = "property(" in condition
    query = parse(f"entity('rows').where({condition}).count() >= 1" if of_rows else condition)
    assert isinstance(query, Condition)
    known = json.loads(value)
    content = {} if known is None else {"x": known}
    customer = {"entities": {"rows": [{"properties": content}]}} if of_rows else {"traits": content}
    who, now = subject_from_json({"now": NOW, "customer": customer})
    is_in = compile_audience(query, _schema(facts, of_rows=of_rows), Customer)
    assert is_in(who, now) is holds


def _schema(facts: dict[str, str], *, of_rows: bool) -> CqlSchema:
    fields = {"properties": {"x": facts}}
    named = {"entities": {"rows": fields}} if of_rows else {"traits": fields}
    kind = AudienceType.LINKED if of_rows else AudienceType.USERS
    document = {"name": "Page", "language": "cql", "audience_type": str(kind), **named}
    return load_schema(document, where="the page")


def test_the_page_is_found() -> None:
    assert "explanation/how-values-are-compared.md" in (ROOT / "mkdocs.yml").read_text("utf-8")
    reference = (ROOT / "docs" / "reference" / "cql.md").read_text("utf-8")
    assert "(../explanation/how-values-are-compared.md)" in reference
