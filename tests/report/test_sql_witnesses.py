"""Databases as witnesses in the HTML report: tables, and both results beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Candidate, Case, Origin, Question, Witness
from jurist.report.items import Item, make_item
from jurist.report.shown import show
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result
from report_browser import BROWSER, open_case
from report_pages import HOSTILE, html_of, ruled, write_page
from report_pages import page as page_of

pytestmark = BROWSER

_DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id));
"""
_LANGUAGE = get_language("sql")
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
    verdict = judge_texts(_LANGUAGE, reference, candidate, _SCHEMA)
    case, question = Case(name, reference), Question(name, name, Origin.AUTHORED)
    answer = Candidate(query=candidate)
    judgement = Result("d", case, question, "g", answer, "proof", verdict, name)
    return make_item([judgement], Workspace(_LANGUAGE, _SCHEMA, "shop"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the three pairs."""
    items = [_item(name, *pair) for name, pair in _PAIRS.items()]
    return write_page(html_of(page_of(items)), tmp_path_factory.mktemp("sql"))


def _opened(page: Page, name: str) -> Locator:
    open_case(page, name)
    return page.locator("details.judged[open] .wit").first


def test_tables_and_results_are_drawn_with_what_differs(page: Page, address: str) -> None:
    """The two customers of one name are one group."""
    page.goto(address)
    drawn = _opened(page, "namesakes")
    text = drawn.inner_text()
    assert "customer · 2 rows" in text
    assert "orders · 2 rows" in text
    assert "two rows of customer have the name" in text.lower()
    assert "Run in SQLite" in text
    results = drawn.locator(".results")
    assert results.locator("tr.only-r").count() == 2
    assert results.locator("tr.only-c").count() == 1
    assert results.get_by_text("only here").count() == 3  # never by a colour alone


def test_missing_values_and_empty_results_are_said(page: Page, address: str) -> None:
    """NULL stands apart from a text."""
    page.goto(address)
    drawn = _opened(page, "missing")
    assert set(drawn.locator("em").all_inner_texts()) == {"NULL"}
    assert "0 rows" in drawn.locator(".results > div").last.inner_text()


def test_rows_in_another_order_are_marked(page: Page, address: str) -> None:
    """On both sides."""
    page.goto(address)
    drawn = _opened(page, "backwards")
    assert drawn.get_by_text("at another place").count() == 4
    assert "The order of the rows counts." in drawn.inner_text()


def test_hostile_names_and_values_are_text(page: Page, tmp_path: Path) -> None:
    """Of tables, columns, cells, engines and results: data is never markup."""
    item = _item("namesakes", *_PAIRS["namesakes"])
    table = {"columns": [HOSTILE], "rows": [[HOSTILE], [None]]}
    seen = Witness(
        "database",
        {"engine": HOSTILE, "tables": {HOSTILE: table}},
        [[HOSTILE]],
        HOSTILE,
        HOSTILE,
    )
    workspace = Workspace(_LANGUAGE, _SCHEMA, "shop")
    queries = [_LANGUAGE.parse(text, _SCHEMA) for text in _PAIRS["namesakes"]]
    shown = show(seen, (queries[0], queries[1]), workspace)
    assert shown.picture is not None
    page.goto(write_page(html_of(page_of([ruled(item, shown=(shown,))])), tmp_path))
    drawn = _opened(page, "namesakes")
    for place in ("caption", "th", "td.v-text", ".results tbody td", "p.said"):
        assert "onerror" in drawn.locator(place).first.inner_text(), place
    assert drawn.locator("img, script, a").count() == 0
    assert "\u202e" not in drawn.inner_text()
    assert page.evaluate("window.hurt") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marked_rows_can_be_read_in_both_colour_schemes(
    page: Page, address: str, scheme: str
) -> None:
    """Their background is another one than the page's, and is not that of the text."""
    page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page.goto(address)
    row = _opened(page, "namesakes").locator("tr.only-r td").first
    colours = row.evaluate(
        "cell => [getComputedStyle(cell.parentNode).backgroundColor,"
        " getComputedStyle(document.body).backgroundColor, getComputedStyle(cell).color]"
    )
    assert len(set(colours)) == 3
