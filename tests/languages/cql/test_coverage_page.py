"""`cql-coverage.md` says what the code does: every example of its tables is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from jurist.errors import QuerySyntaxError
from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.checking.findings import MESSAGES
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.readings import Readings, sentences
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse
from jurist.languages.documents import parse_document
from jurist.records import Relation

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "reference" / "cql-coverage.md").read_text("utf-8")
CQL = get_language("cql")

_HEAD = "| the page says | here | examples | written down in |\n| --- | --- | --- | --- |\n"
_HERE = ("accepted", "read ", "refused ", "not checked", "not modelled")
_ALONE = re.compile(r"`([^`]+)`")
_PAIR = re.compile(r"`([^`]+)` (same as|differs from|narrower than|wider than) `([^`]+)`")
_REFUSED = re.compile(r"(?:`([^`]+)`|51 comparisons) refused: `(\w+)`")
_LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")
_KEY = re.compile(r"\b[UA]\d+\b")
_RELATIONS = {
    "same as": {Relation.EQUIVALENT},
    "narrower than": {Relation.CONTAINED},
    "wider than": {Relation.CONTAINS},
    "differs from": set(Relation) - {Relation.EQUIVALENT, Relation.UNDECIDED},
}


class Row(NamedTuple):
    says: str
    here: str
    examples: str
    written: str


def rows() -> list[Row]:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    found = [Row(*(cell.strip() for cell in line[1:-1].split("|"))) for line in lines]
    return [row for row in found if row.says not in {"the page says", "---"}]


def examples() -> Iterator[str]:
    for row in rows():
        yield from filter(None, row.examples.split("<br>"))


@cache
def schemas() -> tuple[CqlSchema, CqlSchema, CqlSchema]:
    texts = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    users, accounts, linked = (
        load_schema(parse_document(text, where="the page"), where="the page") for text in texts
    )
    return users, accounts, linked


def schema_of(example: str) -> CqlSchema:
    """The schema by the rule that the page gives."""
    users, accounts, linked = schemas()
    if "entity(" in example:
        return linked
    of_accounts = re.search(r"\b(ANY|ALL)\b|\.(first|last|mode|unique)\(trait\(", example)
    return accounts if of_accounts else users


@pytest.mark.parametrize("example", sorted(set(examples())))
def test_each_example_is_as_the_page_says(example: str) -> None:
    schema = schema_of(example)
    if refused := _REFUSED.fullmatch(example):
        query, kind = refused.groups()
        assert kinds(query or many(51), schema) == {kind}
        assert query or not kinds(many(50), schema)
    elif pair := _PAIR.fullmatch(example):
        one, word, other = pair.groups()
        assert not kinds(one, schema) | kinds(other, schema)
        assert relation(one, other, schema) in _RELATIONS[word]
    else:
        alone = _ALONE.fullmatch(example)
        assert alone, "an example that is not understood"
        query = alone[1]
        assert not kinds(query, schema)
        if isinstance(parse(query), Condition):
            assert relation(query, f"NOT ({query})", schema) is Relation.DISJOINT


def kinds(query: str, schema: CqlSchema) -> set[str]:
    try:
        return {issue.kind for issue in check(parse(query), schema, text=query)}
    except QuerySyntaxError:
        return {"syntax"}


def many(number: int) -> str:
    return " AND ".join(["trait('total_spend') > 5"] * number)


def relation(one: str, other: str, schema: CqlSchema) -> Relation:
    return decide(CQL, parse(one), parse(other), schema).relation


def test_each_row_is_whole() -> None:
    assert len(rows()) == PAGE.count("\n| ") - 2 * PAGE.count(_HEAD) >= 160
    for row in rows():
        assert row.here.startswith(_HERE), row
        assert row.examples or row.here.startswith("not modelled"), row
        kinds = {kind for _, kind in _REFUSED.findall(row.examples)}
        assert all(
            kind in MESSAGES or kind == "syntax" or kind.startswith("unknown_") for kind in kinds
        )


def test_each_link_and_key_is_there() -> None:
    known = {key for sentence in sentences(Readings()) for key in _KEY.findall(sentence)}
    for row in rows():
        assert set(_KEY.findall(row.written)) <= known, row
    for path, anchor in _LINK.findall(PAGE):
        if path.startswith("https:"):
            continue
        target = (DOCS / "reference" / path) if path else DOCS / "reference" / "cql-coverage.md"
        headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in slugs, (path, anchor)


def test_the_page_is_found() -> None:
    assert "reference/cql-coverage.md" in (DOCS.parent / "mkdocs.yml").read_text("utf-8")
    assert "(cql-coverage.md)" in (DOCS / "reference" / "cql.md").read_text("utf-8")
