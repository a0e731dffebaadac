"""Witnesses in the report: whatever shape they have, an opened answer shows them whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from report_browser import BROWSER, assert_no_words_overlap, open_case
from report_pages import COMPUTED, ITEM, computed_page, html_of, pictured, ruled, write_page
from report_pages import page as page_of

pytestmark = BROWSER

_LABELS = "all => all.map(svg => svg.getAttribute('aria-label'))"


def opened(page: Page, name: str) -> Locator:
    open_case(page, name)
    return page.locator("details.judged[open] .body")


def test_an_opened_case_shows_queries_difference_verdict_and_lanes(page: Page, varied: str) -> None:
    page.goto(varied)
    body = opened(page, "ancient")
    text = body.inner_text()
    for part in (
        "event('Order Completed').count() >= 1",
        "The main idea, with a condition wrong.",
        "In the reference",
        "Not in the answer",
        "plan 'free'",
        "20,605 days 12 h ago",
        "Distances in time are not to scale.",
        "tags: count",
    ):
        assert part in text, part
    lanes = body.locator(".lanes .t > svg[role=img]")
    said = " ".join(map(str, lanes.evaluate_all(_LABELS)))
    for part in ("Signed Up", "Order Completed", "3 days ago", "Order Planned"):
        assert part in said, part
    assert_no_words_overlap(page)


def test_what_only_one_query_has_is_marked_in_the_tree(page: Page, varied: str) -> None:
    page.goto(varied)
    body = opened(page, "ancient")
    tree = body.locator(".tree pre div")
    assert [text.replace(" ", "") for text in tree.all_inner_texts()] == [
        "−count()>=1",
        "+count()>1",
    ]


def test_many_events_are_on_a_lane_and_those_beyond_it_are_counted(page: Page, varied: str) -> None:
    page.goto(varied)
    body = opened(page, "crowd")
    marks = body.locator(".lanes svg.mark title").evaluate_all("all => all.map(t => t.textContent)")
    numbers = [int(text.split(" × ")[0]) if " × " in text else 1 for text in marks]
    (more,) = re.findall(r"and (\d+) more not drawn", body.inner_text())
    assert sum(numbers) + int(more) == 60
    assert_no_words_overlap(page)


def test_accounts_linked_rows_and_what_is_too_large(page: Page, varied: str) -> None:
    page.goto(varied)
    text = opened(page, "account").inner_text()
    for part in ("seats 3", "role 'admin'", "Not in the reference", "In the answer"):
        assert part in text, part
    text = opened(page, "linked").inner_text()
    for part in ("orders", "total", "There is no picture: it is too large to be drawn here"):
        assert part in text, part


def test_of_computed_traits_it_is_shown_what_each_gives(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(html_of(computed_page()), tmp_path))
    for name, (_, _, given) in COMPUTED.items():
        text = opened(page, name).locator(".wit .inout").first.inner_text()
        both = given.removeprefix("the reference gives ").split(", the candidate gives ")
        for part in both:
            assert part.replace("nothing", "missing") in text, name
        assert "In the" not in text


def test_the_windows_and_values_that_each_query_reads_are_shown(page: Page, explained: str) -> None:
    page.goto(explained)
    shown = opened(page, "recent").locator(".wit").first
    assert shown.locator("rect.band-c").count() == 1
    assert "30 days" in str(shown.locator("rect.band-c title").text_content())
    assert "the reference alone counts it" in " ".join(
        shown.locator("svg.mark title").evaluate_all("all => all.map(t => t.textContent)")
    )
    band, now, mark = (
        shown.locator(selector).first.bounding_box()
        for selector in ("rect.band-c", "line.now", "svg.mark circle")
    )
    assert band
    assert now
    assert mark
    assert mark["x"] < band["x"] < band["x"] + band["width"] - 2 < now["x"] + 2
    text = " ".join(shown.locator(".rd").all_inner_texts())
    assert "1 >= 1" in text
    assert "0 >= 1" in text


def test_each_query_of_a_funnel_has_the_window_that_begins_with_its_parent(
    page: Page, explained: str
) -> None:
    page.goto(explained)
    shown = opened(page, "funnel").locator(".wit").first
    parent, follower = shown.locator(".lanes .t > svg[role=img]").all()
    begun = parent.locator("svg.mark circle.ring").bounding_box()
    windows = {
        days: follower.locator("rect", has_text=f"within(parent: {days} days)").bounding_box()
        for days in (7, 3)
    }
    longer, shorter = windows[7], windows[3]
    assert begun
    assert longer
    assert shorter
    assert begun["x"] + begun["width"] / 2 < longer["x"] == pytest.approx(shorter["x"])
    assert longer["width"] > 1.5 * shorter["width"]
    assert longer["y"] < shorter["y"]  # never one over the other
    text = shown.inner_text()
    assert "for 2 of 2 Signed Up" in text
    assert "for 0 of 2 Signed Up" in text


def test_a_witness_that_its_language_draws_no_picture_of_is_told(
    page: Page, tmp_path: Path
) -> None:
    unknown = pictured({"t": [[1, 2]]}, kind="constructor", story="two rows of t")
    senseless = pictured({"customer": {"events": 7}}, story="a customer of no shape")
    page.goto(write_page(html_of(page_of([ruled(ITEM, shown=(unknown, senseless))])), tmp_path))
    told = opened(page, "shop").locator(".wit").all_inner_texts()
    for text, story in zip(told, ("Two rows of t", "A customer of no shape"), strict=True):
        assert text.split("\n\n") == [
            story,
            "In the reference, not in the candidate. "
            "There is no picture: its language draws no such witness.",
        ]


def test_each_user_of_an_account_is_a_scene_of_its_own(page: Page, explained: str) -> None:
    page.goto(explained)
    first = opened(page, "users").locator(".wit").first
    assert "User 1" in first.inner_text()
