"""The HTML report in a real browser: Chromium, headless, without a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from jurist.records import FailureKind
from report_browser import BROWSER, OPEN, assert_no_words_overlap, cases, open_case
from report_pages import (
    HOSTILE,
    IN_REFERENCE,
    ITEM,
    explained_page,
    hostile_page,
    html_of,
    ruled,
    standing,
    varied_page,
    write_page,
)
from report_pages import page as page_of

pytestmark = BROWSER

CONTRASTS = """() => {
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility({ checkOpacity: true }) || node.tagName === "OPTION") continue;
    if (![...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(node);
    const ink = node.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const [a, b] = [light(numbers(ink)), light(ground(node))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), node.className + " " + node.textContent.slice(0, 40)]);
  }
  return found.sort((x, y) => x[0] - y[0]).slice(0, 5);
}"""


CUT_OFF = """() => {
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility() || ["OPTION", "SELECT", "INPUT"].includes(node.tagName)) continue;
    const head = node.closest("thead");
    if (head && getComputedStyle(head).clipPath !== "none") continue;  // said by each cell's label
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    const outside = box.width && (box.right > innerWidth + 1 || box.left < -1);
    const inside = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    if (outside || inside) found.push(`${node.tagName}.${node.className} ${node.textContent}`);
  }
  return found;
}"""


def test_the_worst_come_first_and_what_has_no_score_last(page: Page, varied: str) -> None:
    page.goto(varied)
    assert cases(page)[:3] == ["crowd", "ancient", "account"]
    assert page.inner_text("#count") == "100 of 100 answers"
    assert len(cases(page)) == 50
    page.click("#more")
    assert len(cases(page)) == 100
    assert cases(page)[-2:] == ["failed", "undecided"]
    assert page.locator("#more").is_hidden()
    page.select_option("#f-sort", "-score")
    assert cases(page)[0] == "long"
    page.select_option("#f-sort", "case")
    assert cases(page)[:3] == ["account", "ancient", "case-000"]


def test_filters_narrow_the_list_and_say_how_many_are_left(page: Page, varied: str) -> None:
    page.goto(varied)
    page.select_option("#f-generator", "nearest")
    assert cases(page) == ["account"]
    assert page.inner_text("#count") == "1 of 100 answers"
    page.select_option("#f-generator", "")
    page.select_option("#f-score", "none")
    assert cases(page) == ["failed", "undecided"]
    page.select_option("#f-score", "3")
    assert cases(page) == ["account"]
    page.select_option("#f-score", "")
    page.select_option("#f-origin", "synthetic")
    assert cases(page) == ["refused"]
    page.select_option("#f-origin", "")
    page.select_option("#f-dataset", "b2b")
    assert cases(page) == ["linked"]
    page.select_option("#f-dataset", "")
    page.select_option("#f-relation", "equivalent")
    assert cases(page) == ["long"]
    page.select_option("#f-relation", "")
    page.fill("#f-text", "no such DATA")
    assert cases(page) == ["refused"]
    page.fill("#f-text", "nothing like it")
    assert cases(page) == []
    assert page.locator("#f-judge").is_hidden()


def test_no_score_says_why(page: Page, varied: str) -> None:
    page.goto(varied)
    page.select_option("#f-score", "none")
    open_case(page, "undecided")
    text = page.locator("details.case[open]").inner_text()
    assert "looked at 1000" in text
    assert "No score. undecided: no history was found" in text
    assert "by none" not in text


def test_what_is_open_stays_open_through_filters(page: Page, varied: str) -> None:
    page.goto(varied)
    page.locator("details.case summary", has_text="ancient").click()
    page.wait_for_selector("details.case[open] .body")
    page.fill("#f-text", "crowd")
    assert page.locator("details.case[open]").count() == 0
    page.fill("#f-text", "")
    assert page.locator("details.case[open] summary b").all_inner_texts() == ["ancient"]
    assert "1 ms ago" in page.locator("details.case[open] .body").inner_text()


def test_all_of_it_works_from_the_keyboard(page: Page, varied: str) -> None:
    page.goto(varied)
    page.focus("#f-text")
    page.keyboard.type("ancient")
    for _ in range(7):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("details.case[open] .body")
    assert page.locator("details.case[open] svg.timeline").count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.fill("#f-text", "")
    page.focus("#more")
    page.keyboard.press("Enter")
    page.wait_for_selector("details.case[open] .body")
    focused = page.evaluate("document.activeElement.querySelector('b').textContent")
    assert focused == cases(page)[50]


def test_hostile_texts_are_shown_and_never_obeyed(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(html_of(hostile_page()), tmp_path))
    page.locator("details.case summary").click()
    page.wait_for_selector("details.case[open] .body")
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    shown = (
        HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd").replace("\u2066", "\ufffd")
    )
    assert page.inner_text("h1") == shown
    assert page.locator("details.case .q").inner_text() == shown
    assert page.locator("details.case .pair pre").all_inner_texts() == [shown, shown]
    for hidden in "\x1b\u202e\u2066":
        assert hidden not in page.inner_text("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_to_read(
    browser: Browser, varied: str, explained: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(varied)
    page.evaluate(OPEN, 4)
    page.locator("details.case[open] .body").nth(3).wait_for()
    page.select_option("#f-score", "none")
    worst = page.evaluate(CONTRASTS)
    page.select_option("#f-score", "")
    worst += page.evaluate(CONTRASTS)
    page.goto(explained)
    page.evaluate(OPEN, 6)
    page.locator("details.case[open] .body").nth(5).wait_for()
    worst += page.evaluate(CONTRASTS)
    context.close()
    assert len(worst) == 15
    assert min(ratio for ratio, _ in worst) < 10  # not all text is black on white
    for ratio, text in worst:
        assert ratio >= 4.5, text  # WCAG 2 AA


def test_a_narrow_window_scrolls_only_down(browser: Browser, varied: str, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    for address in (varied, write_page(html_of(hostile_page()), tmp_path)):
        page.goto(address)
        page.evaluate(OPEN, 12)
        page.locator("details.case[open] .body").first.wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
    page.goto(varied)
    open_case(page, "ancient")
    assert_no_words_overlap(page)
    context.close()


@pytest.mark.parametrize("width", [320, 500, 730, 745, 900, 985, 1000, 1280, 1920])
def test_nothing_is_cut_off_at_any_width(browser: Browser, tmp_path: Path, width: int) -> None:
    names = ("a-generator-with-a-name-of-sixty-characters-and-no-blank-at-all", "rules", "x" * 90)
    standings = [replace(standing(name), judge=f"judge-{name}") for name in names]
    hostile, varied = hostile_page(), varied_page()
    items = [*explained_page().items, *varied.items, *hostile.items]
    shown = replace(varied, standings=standings, items=items)
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened = context.new_page()
    opened.goto(write_page(html_of(shown), tmp_path))
    opened.evaluate(OPEN, 18)
    opened.locator("details.case[open] .body").nth(17).wait_for()
    assert opened.evaluate(CUT_OFF) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_an_answer_stands_once_with_all_judges_on_it(page: Page, tmp_path: Path) -> None:
    seen = {"kind": "customer", "input": None, "story": "one", "given": IN_REFERENCE}
    (proof,) = ruled(ITEM, witnesses=(seen,)).rulings
    model = replace(proof, judge="model", score=2.0, relation=None, reasoning="it loses people")
    silent = replace(model, judge="silent", score=None, unscored="timeout: 60 s", reasoning="")
    items = [
        replace(ITEM, case="both", rulings=(model, proof, silent)),
        replace(ITEM, case="other", rulings=(replace(model, score=5.0), proof, silent)),
    ]
    page.goto(write_page(html_of(page_of(items)), tmp_path))
    assert page.inner_text("#count") == "2 of 2 answers"
    assert cases(page) == ["both", "other"]
    assert page.locator(".case").first.locator(".scores").inner_text().split() == [
        "2", "model", "4", "proof", "–", "silent",
    ]  # fmt: skip
    open_case(page, "both")
    body = page.locator("details.case[open] .body")
    text = body.inner_text()
    for part in ("verdict of model", "it loses people", "verdict of proof, by proof", "60 s"):
        assert part in text
    assert body.locator(".witness").count() == 1
    assert body.locator(".english").all_inner_texts() == [
        "customers who completed an order",
        "customers who completed an order more than once",
    ]
    page.fill("#f-text", "")
    page.select_option("#f-judge", "proof")
    page.select_option("#f-score", "2")
    assert cases(page) == []
    page.select_option("#f-judge", "model")
    assert cases(page) == ["both"]
    page.select_option("#f-score", "")
    page.select_option("#f-sort", "-score")
    assert cases(page) == ["other", "both"]


def test_what_a_mean_lacks_stands_beside_it(page: Page, tmp_path: Path) -> None:
    lacking = replace(
        standing("lacking"), scored=8, bounds=(3.1, 3.9), unscored=((FailureKind.TIMEOUT, 2),)
    )
    shown = page_of([ITEM], standings=[lacking, standing()])
    page.goto(write_page(html_of(shown), tmp_path))
    assert page.locator("td .missing").all_inner_texts() == [
        "2 of 10 have no score: with them 3.10 to 3.90"
    ]
    assert "3.50" in page.locator("tr", has_text="lacking").locator("td.wide").inner_text()
