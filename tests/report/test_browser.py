"""The HTML report in a real browser: Chromium, headless, without a network."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from jurist.analysis.intervals import Estimate
from jurist.records import FailureKind, Origin
from report_browser import BROWSER, OPEN, assert_no_words_overlap, cases, choose, open_case
from report_pages import (
    HOSTILE,
    ITEM,
    explained_page,
    hostile_page,
    html_of,
    pictured,
    ruled,
    standing,
    varied_page,
    write_page,
)
from report_pages import page as page_of
from web.browsing import NARROW, WIDE, Look

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
    let hidden = false;  // for those who do not look: what a row says again, what labels say
    for (let around = node; around; around = around.parentElement)
      hidden ||= getComputedStyle(around).clipPath !== "none";
    if (hidden || node.closest(".scroll[tabindex]")) continue;  // keys scroll such a region
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
    page.select_option("#sort", "best")
    assert cases(page)[0] == "long"
    page.select_option("#sort", "case")
    assert cases(page)[:3] == ["account", "ancient", "case-000"]


def test_filters_narrow_the_list_and_say_how_many_are_left(page: Page, varied: str) -> None:
    page.goto(varied)
    page.locator("#facets a", has_text="nearest").click()
    assert cases(page) == ["account"]
    assert page.inner_text("#count") == "1 of 100 answers"
    for name, value, left in (
        ("level", "none", ["failed", "undecided"]),
        ("level", "3", ["account"]),
        ("origin", "synthetic", ["refused"]),
        ("outcome", "no answer", ["failed"]),
        ("dataset", "b2b", ["linked"]),
        ("relation", "equivalent", ["long"]),
    ):
        choose(page, **{name: value})
        assert cases(page) == left, name
    choose(page)
    page.fill("#q", "no such DATA")
    assert cases(page) == ["refused"]
    page.fill("#q", "nothing like it")
    assert cases(page) == []
    assert page.locator("#facets h3", has_text="Judge").is_hidden()


def test_two_values_of_a_kind_mean_either_and_a_view_is_its_address(
    page: Page, varied: str
) -> None:
    page.goto(f"{varied}#level=1&level=2&sort=best")
    assert cases(page) == ["ancient", "crowd"]
    page.locator("#facets a[aria-current]").first.click()
    expect(page.locator("details.judged > summary b")).to_have_text(["ancient"])
    page.fill("#q", "bought")
    address = page.evaluate("location.href")
    page.goto("about:blank")
    page.goto(address)
    assert cases(page) == ["ancient"]
    assert page.input_value("#q") == "bought"
    page.locator("#chips").get_by_text("clear").click()
    page.wait_for_selector("#chips .chip", state="detached")
    assert page.inner_text("#count") == "100 of 100 answers"


def test_the_number_beside_a_value_is_what_choosing_it_leaves(page: Page, varied: str) -> None:
    page.goto(f"{varied}#origin=authored")
    for place in range(page.locator("#facets a:visible").count()):
        link = page.locator("#facets a:visible").nth(place)
        if link.get_attribute("aria-current"):
            continue
        said = link.locator("span").last.inner_text()
        link.click()
        page.locator("#chips .chip").nth(1).wait_for()
        found = page.inner_text("#count").split(" of ")[0]
        page.go_back()
        page.locator("#chips .chip").nth(1).wait_for(state="detached")
        if said != found:  # a second value of the same kind adds to the first
            assert int(found) == int(said) + 99


def test_a_number_of_the_leaderboard_leads_to_what_it_counts(page: Page, tmp_path: Path) -> None:
    items = [
        ruled(replace(ITEM, case=name), score=score)
        for name, score in (("bad", 1.0), ("fair", 3.6), ("good", 5.0))
    ]
    refused = replace(ITEM, case="refused", candidate=None, refusal="no", difference=())
    items.append(ruled(replace(refused, reference=None), score=5.0, relation=None))
    row = replace(standing(), origin=Origin.AUTHORED)
    page.goto(write_page(html_of(page_of(items, standings=[row])), tmp_path))
    for label, left in (
        ("scored", ["bad", "fair", "good", "refused"]),
        ("passed", ["fair", "good", "refused"]),
        ("refused rightly", ["refused"]),
    ):
        page.locator(f"td[data-l='{label}'] a").click()
        expect(page.locator("#count")).to_contain_text(f"{len(left)} of")
        page.select_option("#sort", "case")
        shown = page.locator("details.judged > summary b")
        expect(shown, label).to_have_text(left)  # an address is obeyed a moment after the click


def test_no_score_says_why(page: Page, varied: str) -> None:
    page.goto(varied)
    choose(page, level="none")
    open_case(page, "undecided")
    text = page.locator("details.judged[open]").inner_text()
    assert "looked at 1000" in text
    assert "No score. undecided: no history was found" in text
    assert "by none" not in text


def test_what_is_open_stays_open_through_filters(page: Page, varied: str) -> None:
    page.goto(varied)
    page.locator("details.judged > summary", has_text="ancient").click()
    page.wait_for_selector("details.judged[open] .body")
    page.fill("#q", "crowd")
    assert page.locator("details.judged[open]").count() == 0
    page.fill("#q", "")
    assert page.locator("details.judged[open] > summary b").all_inner_texts() == ["ancient"]
    assert "20,605 days 12 h ago" in page.locator("details.judged[open] .body").inner_text()


def test_all_of_it_works_from_the_keyboard(page: Page, varied: str) -> None:
    page.goto(varied)
    page.focus("#q")
    page.keyboard.type("ancient")
    for _ in range(7):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('details.judged')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("details.judged[open] .body")
    assert page.locator("details.judged[open] .lanes").count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.fill("#q", "")
    page.focus("#more")
    page.keyboard.press("Enter")
    page.wait_for_selector("details.judged[open] .body")
    focused = page.evaluate("document.activeElement.querySelector('b').textContent")
    assert focused == cases(page)[50]


def test_hostile_texts_are_shown_and_never_obeyed(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(html_of(hostile_page()), tmp_path))
    page.locator("details.judged > summary").click()
    page.wait_for_selector("details.judged[open] .body")
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    shown = (
        HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd").replace("\u2066", "\ufffd")
    )
    assert page.inner_text("h1") == shown
    assert page.locator("details.judged > summary .q").inner_text() == shown
    queries = page.locator("details.judged .two > div > pre.query").all_inner_texts()
    assert [text.lstrip("− \n") for text in queries] == [shown, shown]
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
    page.locator("details.judged[open] .body").nth(3).wait_for()
    choose(page, level="none")
    worst = page.evaluate(CONTRASTS)
    choose(page)
    worst += page.evaluate(CONTRASTS)
    page.goto(explained)
    page.evaluate(OPEN, 6)
    page.locator("details.judged[open] .body").nth(5).wait_for()
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
        page.locator("details.judged[open] .body").first.wait_for()
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
    opened.locator("details.judged[open] .body").nth(17).wait_for()
    assert opened.evaluate(CUT_OFF) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_an_answer_stands_once_with_all_judges_on_it(page: Page, tmp_path: Path) -> None:
    (proof,) = ruled(ITEM, shown=(pictured({"customer": {}}),)).rulings
    model = replace(
        proof, shown=(), judge="model", score=2.0, relation=None, reasoning="it loses people"
    )
    silent = replace(model, judge="silent", score=None, unscored="timeout: 60 s", reasoning="")
    items = [
        replace(ITEM, case="both", rulings=(model, proof, silent)),
        replace(ITEM, case="other", rulings=(replace(model, score=5.0), proof, silent)),
    ]
    page.goto(write_page(html_of(page_of(items)), tmp_path))
    assert page.inner_text("#count") == "2 of 2 answers"
    assert cases(page) == ["both", "other"]
    assert page.locator("details.judged").first.locator(".scores").inner_text().split() == [
        "2", "model", "4", "proof", "–", "silent",
    ]  # fmt: skip
    open_case(page, "both")
    body = page.locator("details.judged[open] .body")
    text = body.inner_text()
    for part in ("model", "it loses people", "proof", "60 s"):
        assert part in text
    assert body.locator(".wit").count() == 1
    english = body.locator(".english").all_inner_texts()
    assert [text.removeprefix("In English:").strip() for text in english] == [
        "customers who completed an order",
        "customers who completed an order more than once",
    ]
    page.fill("#q", "")
    choose(page, judge="proof", level="2")
    assert cases(page) == []
    choose(page, judge="model", level="2")
    assert cases(page) == ["both"]
    choose(page, judge="model")
    page.select_option("#sort", "best")
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
    row = page.locator("tr", has_text="lacking")
    assert "3.50" in row.locator("td.mean").inner_text()
    assert "with what is missing 3.10 to 3.90" in str(
        row.locator("svg.iv").get_attribute("aria-label")
    )


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
def test_axe_finds_no_fault_at_any_size_and_theme(
    browser: Browser, tmp_path: Path, theme: str, size: tuple[int, int]
) -> None:
    many = [replace(standing(f"generator-{n}"), bounds=(2.0, 4.5)) for n in range(12)]
    items = [*varied_page().items, *explained_page().items]
    hostile = hostile_page()
    shown = replace(page_of(items, standings=many), leads=hostile.leads, failures=hostile.failures)
    scheme = "dark" if theme == "dark" else "light"
    viewport = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text))
    page.goto(write_page(html_of(shown), tmp_path))
    page.evaluate(OPEN, 6)
    Look(page, "").assert_well(f"{theme}, {size}")
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    Look(page, "").assert_well(f"all open, {theme}, {size}")
    context.close()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_report_of_almost_nothing_is_well(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    none = replace(
        standing(),
        scored=0,
        mean=Estimate(nan, nan, nan, 0, 0),
        pass_rate=Estimate(nan, nan, nan, 0, 0),
        proved_right=nan,
        undecided=nan,
        scores=(0, 0, 0, 0, 0),
        unjudged=10,
        bounds=(1.0, 5.0),
    )
    long = replace(standing("n" * 200), judge="j" * 200)
    page = browser.new_page(viewport=ViewportSize(width=size[0], height=size[1]))
    for shown in (
        page_of([], standings=[]),
        page_of([ITEM], standings=[none]),
        page_of([replace(ITEM, case="c" * 200, generator="g" * 200)], standings=[long, none]),
    ):
        page.goto(write_page(html_of(shown), tmp_path))
        page.evaluate(OPEN, 6)
        assert "nan" not in page.inner_text("body").lower()
        Look(page, "").assert_well()
        assert page.evaluate(CUT_OFF) == []
    page.close()
