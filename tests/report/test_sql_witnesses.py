"""Databases as witnesses in the HTML report: tables, and both results beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Candidate, Case, Origin, Question
from jurist.report.items import Item, make_item
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result
from report_browser import BROWSER, open_case
from report_pages import HOSTILE, drawing_of, html_of, write_page
from report_pages import page as page_of

pytestmark = BROWSER

_DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id));
"""
_SCHEMA = SqlSchema("shop", Dialect.SQLITE, read_ddl(_DDL, Dialect.SQLITE, where="test"))
_PAIRS = {
    "namesakes": (
        "SELECT c.name, count(*) AS orders FROM customer c JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.id",
        "SELECT c.name, count(*) AS orders FROM customer c JOIN orders o ON o.customer_id = c.id "
        "GROUP BY c.name",
    ),
    "missing": ("SELECT id FROM customer", "SELECT id FROM customer WHERE age <> 3 OR age = 3"),
    "backwards": (
        "SELECT id FROM customer ORDER BY id",
        "SELECT id FROM customer ORDER BY id DESC",
    ),
}


def _item(name: str, reference: str, candidate: str) -> Item:
    language = get_language("sql")
    verdict = judge_texts(language, reference, candidate, _SCHEMA)
    case, question = Case(name, reference), Question(name, name, Origin.AUTHORED)
    answer = Candidate(query=candidate)
    judgement = Result("d", case, question, "g", answer, "proof", verdict, name)
    return make_item([judgement], Workspace(language, _SCHEMA, "shop"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the three pairs, and one whose values would do harm."""
    items = [_item(name, *pair) for name, pair in _PAIRS.items()]
    (ruling,) = items[1].rulings
    (witness,) = ruling.witnesses
    table = {"columns": [HOSTILE], "rows": [[HOSTILE], [None]]}
    hostile = {**witness, "input": {"engine": HOSTILE, "tables": {HOSTILE: table}}}
    hostile |= {"reference": [[HOSTILE]], "candidate": HOSTILE}
    harmful = replace(ruling, witnesses=(hostile,))
    items.append(replace(items[1], case="hostile", question="hostile", rulings=(harmful,)))
    shown = replace(page_of(items), drawings=(drawing_of(get_language("sql")),))
    return write_page(html_of(shown), tmp_path_factory.mktemp("sql"))


def test_tables_and_results_are_drawn_with_what_differs(page: Page, address: str) -> None:
    """The two customers of one name are one group."""
    page.goto(address)
    open_case(page, "namesakes")
    drawn = page.locator("details.case[open] .witness")
    text = drawn.inner_text()
    assert "customer · 2 rows" in text
    assert "orders · 2 rows" in text
    told = page.locator("details.case[open] .body").inner_text().lower()
    assert "two rows of customer have the name" in told
    assert "the reference gives 2 rows" in text
    assert "the candidate gives 1 row" in text
    assert "run in SQLite" in text
    assert drawn.locator("tr.only_reference").count() == 2
    assert drawn.locator("tr.only_candidate").count() == 1
    assert drawn.get_by_text("only here").count() == 3  # never by a colour alone
    assert drawn.locator(".pair th").all_inner_texts() == [
        "name",
        "orders",
        "",
        "name",
        "orders",
        "",
    ]


def test_missing_values_and_empty_results_are_said(page: Page, address: str) -> None:
    """NULL stands apart from a text."""
    page.goto(address)
    open_case(page, "missing")
    drawn = page.locator("details.case[open] .witness")
    assert drawn.locator("em").all_inner_texts() == ["NULL"]
    assert "the candidate gives no row" in drawn.inner_text()


def test_rows_in_another_order_are_marked(page: Page, address: str) -> None:
    """On both sides."""
    page.goto(address)
    open_case(page, "backwards")
    drawn = page.locator("details.case[open] .witness")
    assert drawn.get_by_text("elsewhere").count() == 4
    told = page.locator("details.case[open] .body").inner_text()
    assert "not in the order that the reference asks for" in told


def test_hostile_names_and_values_are_text(page: Page, address: str) -> None:
    """Data is never markup."""
    page.goto(address)
    open_case(page, "hostile")
    assert "onerror" in page.locator("details.case[open] .witness").inner_text()
    assert page.evaluate("window.hurt") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marked_rows_can_be_read_in_both_colour_schemes(
    page: Page, address: str, scheme: str, tmp_path: Path
) -> None:
    """Their background is another one than the page's, and is not that of the text."""
    page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page.goto(address)
    open_case(page, "namesakes")
    page.locator("details.case[open] .witness").screenshot(path=tmp_path / "witness.png")
    row = page.locator("tr.only_reference td").first
    colours = row.evaluate(
        "cell => [getComputedStyle(cell.parentNode).backgroundColor,"
        " getComputedStyle(document.body).backgroundColor, getComputedStyle(cell).color]"
    )
    assert len(set(colours)) == 3
