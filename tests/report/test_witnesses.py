"""Witnesses in the HTML report: drawn by their language, and explained."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from report_browser import BROWSER, assert_no_words_overlap, open_case
from report_pages import COMPUTED, IN_REFERENCE, ITEM, computed_page, html_of, ruled, write_page
from report_pages import page as page_of

pytestmark = BROWSER


def test_an_opened_case_shows_queries_difference_verdict_and_timeline(
    page: Page, varied: str
) -> None:
    page.goto(varied)
    open_case(page, "ancient")
    body = page.locator("details.case[open] .body")
    text = body.inner_text()
    for part in (
        "event('Order Completed').count() >= 1",
        "− count() >= 1",
        "+ count() > 1",
        "The main idea, with a condition wrong.",
        "in the reference, not in the candidate",
        "traits: plan = 'free'",
        "Signed Up, 20605 days 12 h ago",
        "Order Completed, 1 ms ago: total = 1",
        "2 × Order Completed, 3 days ago: total = 2",
        "Order Planned, 2 days from now",
        "the time axis is logarithmic",
        "tags: count",
    ):
        assert part in text
    dots = body.locator("svg.timeline circle")
    places = dots.evaluate_all("dots => dots.map(dot => dot.getBoundingClientRect().x)")
    assert len(places) == 4
    now, *_ = body.locator("svg.timeline line[stroke-width='2']").evaluate_all(
        "lines => lines.map(line => line.getBoundingClientRect().x)"
    )
    assert sorted(places)[2] < now < sorted(places)[3]


def test_many_events_are_dots_and_a_list_that_unfolds(page: Page, varied: str) -> None:
    page.goto(varied)
    open_case(page, "crowd")
    body = page.locator("details.case[open] .body")
    assert body.locator("circle").count() == 60
    assert "Order Completed × 60" in body.locator("svg").inner_html()
    assert body.locator("li:visible").count() == 12
    body.get_by_text("and 48 more").click()
    assert body.locator("li:visible").count() == 60
    assert_no_words_overlap(page)


def test_accounts_linked_rows_and_what_is_too_large(page: Page, varied: str) -> None:
    page.goto(varied)
    open_case(page, "account")
    text = page.locator("details.case[open]").inner_text()
    for part in ("account: seats = 3", "user 1 · traits: role = 'admin'", "user 2 · no traits"):
        assert part in text
    assert "in the candidate, not in the reference" in text
    open_case(page, "linked")
    text = page.locator("details.case[open]").inner_text()
    for part in ("orders: total = 3", "products: nothing is set", "too large to be drawn here"):
        assert part in text


def test_of_computed_traits_it_is_shown_what_each_gives(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(html_of(computed_page()), tmp_path))
    for name, (_, _, given) in COMPUTED.items():
        open_case(page, name)
        text = page.locator("details.case[open] .witness").inner_text()
        assert text.startswith(given), name
        assert "in the reference" not in text
        assert "in the candidate" not in text


def test_the_windows_and_values_that_each_query_reads_are_shown(page: Page, explained: str) -> None:
    page.goto(explained)
    open_case(page, "recent")
    shown = page.locator("details.case[open] .witness")
    text = shown.inner_text()
    assert "the candidate reads event('Order Completed').within(30 days)" in text
    assert "the reference reads" not in text  # no window of it
    assert "counts for the reference only" in text
    assert shown.locator("circle.reference").count() == 1
    bar, now, dot = (
        shown.locator(selector).first.bounding_box()
        for selector in ("rect.candidate", "svg.timeline line[stroke-width='2']", "circle")
    )
    assert bar
    assert now
    assert dot
    assert dot["x"] < bar["x"] < bar["x"] + bar["width"] - 2 < now["x"] + 2
    reference, candidate = shown.locator("ul.tree").all()
    assert "✓ count() >= 1 1 >= 1, yes" in reference.inner_text()
    assert "✗ count() >= 1 0 >= 1, no" in candidate.inner_text()
    assert "2026-05-02T12:00:00Z to 2026-06-01T12:00:00Z, 0 of 1 event" in candidate.inner_text()


def test_a_funnel_shows_a_window_for_each_parent(page: Page, explained: str) -> None:
    page.goto(explained)
    open_case(page, "funnel")
    text = page.locator("details.case[open] .witness").inner_text()
    for side, days in (("reference", 7), ("candidate", 3)):
        assert f"the {side} reads event('Order Completed').within(parent: {days} days)" in text
    assert text.count("Signed Up, 2026-") == 4


def test_each_user_of_an_account_has_its_own_windows(page: Page, explained: str) -> None:
    page.goto(explained)
    open_case(page, "users")
    first = page.locator("details.case[open] .witness").first
    people = first.locator(".person")
    assert people.count() == first.locator("ul.tree").first.locator("li.item").count() == 1
    assert "the reference reads event('Order Completed').within(7 days)" in people.inner_text()


def test_a_witness_of_an_unknown_kind_is_its_json_and_the_trees(page: Page, tmp_path: Path) -> None:
    node = {"label": "rows", "reading": "2 rows", "kind": "source"}
    seen = {
        "kind": "database",
        "input": {"t": [[1, 2]]},
        "story": "one",
        "given": IN_REFERENCE,
        "explained": {"reference": node, "candidate": {**node, "left_out": 3}},
    }
    unknown = {**seen, "kind": "constructor", "story": "other", "explained": None}
    page.goto(write_page(html_of(page_of([ruled(ITEM, witnesses=(seen, unknown))])), tmp_path))
    open_case(page, "shop")
    text = page.locator("details.case[open]").inner_text()
    assert text.count('"t": [') == 2
    assert text.count("2 rows") == 2
    assert "and 3 more" in text
