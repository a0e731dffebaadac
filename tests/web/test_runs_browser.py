"""Runs, a run and a comparison in a browser: both themes, wide and narrow; every printed key."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from judged_runs import CAREFUL, LENIENT, Folder, make_folder
from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, THEMES, WIDE, Look, browser_of_tests, looking
from web.served import serving

pytestmark = BROWSER


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with browser_of_tests() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("runs"))
    folder.run(cases=80)
    folder.run(cases=20, name="study", generators=("good=weak", "weak"), judges=(CAREFUL,))
    folder.run(cases=3, name="tiny", generators=("wrong",), judges=(LENIENT,))
    return folder


@pytest.fixture(scope="module")
def address(folder: Folder) -> Generator[str]:
    with serving(Settings(folder.place)) as address:
        yield address


@pytest.fixture
def look(browser: Browser, address: str) -> Generator[Look]:
    with looking(browser, address) as look:
        yield look


def paths(folder: Folder) -> dict[str, str]:
    run, later, tiny = folder.runs
    pair = f"/compare?a={run}:weak&b={run}:good"
    return {
        "runs": "/runs",
        "trend": "/runs?study=study",
        "run": f"/runs/{run}",
        "filtered": f"/runs/{run}?level=2&level=5&tag=even&q=older#list",
        "nothing": f"/runs/{run}?level=1#list",
        "tiny": f"/runs/{tiny}",
        "pair": pair,
        "cell": f"{pair}&moved=5-5#list",
        "two runs": f"/compare?a={run}:weak&b={later}:weak",
        "refused": f"/compare?a={run}:weak&b={tiny}:wrong",
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_pages_are_well(
    browser: Browser, address: str, folder: Folder, theme: str, size: tuple[int, int]
) -> None:
    with looking(browser, address, size=size, theme=theme) as look:
        for name, path in paths(folder).items():
            look.open(path)
            look.assert_well(f"{name}, {theme}, {size}")


def printed(page: Page) -> set[str]:
    """The keys that the page prints at its foot."""
    return {key.inner_text() for key in page.locator(".keys kbd").all()}


def test_the_keys_of_the_list_of_runs(look: Look, folder: Folder) -> None:
    page = look.open("/runs")
    assert printed(page) == {"j", "k", "↵", "x", "c", "n", "p", "?"}
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    marked = page.locator(".pick input:checked")
    expect(marked).to_have_count(2)
    page.keyboard.press("k")
    expect(page.locator('tr[aria-selected="true"]')).to_contain_text(folder.runs[1])
    page.keyboard.press("c")
    page.wait_for_url("**/compare?a=*")
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{folder.runs[2]}")
    look.assert_well("after keys")


def test_the_keys_of_a_run(look: Look, folder: Folder) -> None:
    page = look.open(f"/runs/{folder.runs[0]}")
    assert printed(page) == {"j", "k", "↵", "/", "1", "5", "n", "p", "x", "?"}
    title = page.locator("#h-list")
    for level in "12345":
        page.keyboard.press(level)
        page.wait_for_url(f"**level={level}*")
        expect(page.locator(f'.facets [data-key="{level}"]')).to_have_attribute(
            "aria-current", "true"
        )
        page.keyboard.press("x")
        page.wait_for_url(f"**/runs/{folder.runs[0]}#list")
        expect(title).to_have_text("All 320 verdicts")
    page.keyboard.press("n")
    page.wait_for_url("**page=2*")
    page.keyboard.press("p")
    expect(page.locator(".pager .quiet")).to_have_text("1–50 of 320")
    page.keyboard.press("/")
    page.keyboard.type("older than 17")
    page.keyboard.press("Enter")
    expect(title).to_have_text("4 of 320 verdicts")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".verdicts tbody tr").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/*")
    page.go_back()
    expect(title).to_have_text("4 of 320 verdicts")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_keys_of_a_comparison(look: Look, folder: Folder) -> None:
    run = folder.runs[0]
    page = look.open(f"/compare?a={run}:weak&b={run}:good")
    assert printed(page) == {"j", "k", "↵", "b", "w", "e", "s", "?"}
    here = page.locator(".tabs [aria-current]")
    for key, name in (("b", "Better"), ("w", "Worse"), ("e", "Same")):
        page.keyboard.press(key)
        expect(here).to_contain_text(name)
    page.keyboard.press("j")
    expect(page.locator(".rows tbody tr").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("k")
    page.keyboard.press("s")
    expect(page.locator("h1")).to_have_text("From good to weak")
    page.keyboard.press("e")
    expect(here).to_contain_text("Same")
    page.keyboard.press("j")
    opened = page.locator('tr[aria-selected="true"] .open').get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/*")
    assert opened
    assert page.url.endswith(opened)


def test_a_view_is_sent_as_its_address(look: Look, folder: Folder) -> None:
    page = look.open(f"/runs/{folder.runs[0]}")
    page.get_by_role("link", name="weak").first.click()
    page.select_option("#sort", "run")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**sort=run*")
    shown = page.locator(".verdicts tbody").inner_text()
    page.goto(page.url)
    assert page.locator(".verdicts tbody").inner_text() == shown
