"""The language's reference page says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.checking.findings import MESSAGES
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.readings import Readings, sentences
from jurist.languages.cql.text.parser import parse
from jurist.languages.documents import parse_document

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "cql.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_each_query_of_the_page_is_right_under_the_schema_of_the_page() -> None:
    (schema_text,) = blocks("yaml")
    schema = load_schema(parse_document(schema_text, where="page"), where="page")
    queries = blocks("cql")
    assert len(queries) >= 4
    for query in queries:
        assert check(parse(query), schema, text=query) == (), query


def test_the_filters_and_comparisons_of_the_tables_parse() -> None:
    filters = re.findall(
        r"^\| `(\.(?:within|between|sources|expires_after)\(.*?\))` \|", PAGE, re.M
    )
    assert len(filters) == 7
    for written in filters:
        inner = f"event('B'){written}.count()"
        parse(f"event('A').where({inner} > 0).count()" if "parent" in written else inner)
    names = set(
        re.findall(r"`(\w+)(?:\([^`]*\))?`", PAGE.split("### Comparisons")[1].split("###")[0])
    )
    from jurist.languages.cql.syntax import Operator

    assert set(map(str, Operator)) <= names


def test_each_kind_of_issue_is_on_the_page_and_no_other() -> None:
    section = PAGE.split("## What a check reports")[1].split("## Assumptions")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
    documented = set(re.findall(r"`(\w+)`", " ".join(rows)))
    unknown = {f"unknown_{what}" for what in ("event", "property", "trait", "context", "entity")}
    assert documented == {*MESSAGES, *unknown}


def test_each_reading_is_on_the_page() -> None:
    for sentence in sentences(Readings()):
        assert f"- {sentence}\n" in PAGE


def test_the_spellings_that_are_read_besides_mean_what_the_page_says() -> None:
    assert "`==` for `=`" in PAGE
    assert "`30d` and `12h` are read as `30 days` and `12 hours`" in PAGE
    for besides, usual in (
        ("trait('a') == 1", "trait('a') = 1"),
        (
            "event('A').within(30d).count() > 1 OR event('A').within(12h).count() > 1",
            "event('A').within(30 days).count() > 1 OR event('A').within(12 hours).count() > 1",
        ),
    ):
        assert parse(besides) == parse(usual)
