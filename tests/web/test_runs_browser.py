"""Runs, a run and a comparison in a browser: both themes, wide and narrow; every printed key."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from judged_runs import CAREFUL, LENIENT, Folder, make_folder
from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, VIEWS, WIDE, Look, looking, press
from web.hostile_run import hostile_run
from web.served import serving
from web.test_live import a_run_that_waits

pytestmark = BROWSER


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


@pytest.mark.parametrize(("size", "theme"), VIEWS)
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
    press(page, "j")
    press(page, "j")
    press(page, "x")
    press(page, "j")
    press(page, "x")
    marked = page.locator(".pick input:checked")
    expect(marked).to_have_count(2)
    press(page, "k")
    expect(page.locator('tr[aria-selected="true"]')).to_contain_text(folder.runs[1])
    press(page, "c")
    page.wait_for_url("**/compare?a=*")
    page.go_back()
    press(page, "j")
    press(page, "Enter")
    page.wait_for_url(f"**/runs/{folder.runs[2]}")
    look.assert_well("after keys")


def test_the_keys_of_a_run(look: Look, folder: Folder) -> None:
    page = look.open(f"/runs/{folder.runs[0]}")
    assert printed(page) == {"j", "k", "↵", "/", "1", "5", "n", "p", "x", "?"}
    title = page.locator("#h-list")
    for level in "12345":
        press(page, level)
        page.wait_for_url(f"**level={level}*")
        expect(page.locator(f'.facets [data-key="{level}"]')).to_have_attribute(
            "aria-current", "true"
        )
        press(page, "x")
        page.wait_for_url(f"**/runs/{folder.runs[0]}#list")
        expect(title).to_have_text("All 320 verdicts")
    press(page, "n")
    page.wait_for_url("**page=2*")
    press(page, "p")
    expect(page.locator(".pager .quiet")).to_have_text("1–50 of 320")
    page.wait_for_load_state()
    press(page, "/")
    page.keyboard.type("older than 17")
    press(page, "Enter")
    page.wait_for_url("**q=older*")
    expect(title).to_have_text("4 of 320 verdicts")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    expect(page.locator(".verdicts tbody tr").first).to_have_attribute("aria-selected", "true")
    press(page, "Enter")
    page.wait_for_url("**/answers/*")
    page.go_back()
    expect(title).to_have_text("4 of 320 verdicts")
    page.wait_for_load_state()
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_keys_of_a_comparison(look: Look, folder: Folder) -> None:
    run = folder.runs[0]
    page = look.open(f"/compare?a={run}:weak&b={run}:good")
    assert printed(page) == {"j", "k", "↵", "b", "w", "e", "s", "?"}
    here = page.locator(".tabs [aria-current]")
    for key, name in (("b", "Better"), ("w", "Worse"), ("e", "Same")):
        press(page, key)
        expect(here).to_contain_text(name)
        page.wait_for_load_state()
    press(page, "j")
    expect(page.locator(".rows tbody tr").first).to_have_attribute("aria-selected", "true")
    press(page, "k")
    press(page, "s")
    expect(page.locator("h1")).to_have_text("From good to weak")
    page.wait_for_load_state()
    press(page, "e")
    page.wait_for_url("**moved=same*")
    expect(here).to_contain_text("Same")
    press(page, "j")
    opened = page.locator('tr[aria-selected="true"] .open').get_attribute("href")
    press(page, "Enter")
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


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_names_and_texts_that_would_do_harm_are_texts(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder, hostile = hostile_run(tmp_path)
    name = "<img src onerror>:&%2F" + "w" * 150
    plain = make_folder(tmp_path).run(cases=6, name="named", generators=(f"'{name}'=good", "weak"))
    generator = quote(name)
    with (
        serving(Settings(folder.place)) as address,
        looking(browser, address, size=size) as look,
    ):
        for path in (
            "/runs",
            f"/runs/{hostile}",
            f"/runs/{hostile}?q={quote('<img src=x onerror')}",
            f"/runs/{hostile}?q={quote('<b>' + 'w' * 400)}&level=5",
            f"/runs/{plain}",
            f"/compare?a={plain}:weak&b={plain}:{generator}",
        ):
            page = look.open(path)
            for summary in page.locator("main > details > summary").all():
                summary.click()
            look.assert_well(f"{path}, {size}")
            assert page.evaluate("window.hurt") is None
            assert page.locator("main img, main script").count() == 0


def test_a_run_under_way_moves_before_ones_eyes(browser: Browser, tmp_path: Path) -> None:
    with (
        a_run_that_waits(tmp_path) as (place, run, gate),
        serving(Settings(place)) as address,
        looking(browser, address) as look,
    ):
        page = look.open("/runs")
        panel = page.locator(".live")
        expect(panel).to_contain_text("running")
        look.assert_well("runs, one of them under way")
        other = page.context.new_page()
        other.goto(f"{address}/runs/{run}")
        expect(other.locator(".live")).to_contain_text("Under way")
        gate.touch()
        for shown in (page, other):
            expect(shown.locator(".live [data-live=left]")).to_have_text(
                "all is done", timeout=30_000
            )
            expect(shown.locator(".live [data-stage=verdicts]")).to_contain_text("6 of 6")
        other.get_by_role("link", name="new results: show them").click()
        expect(other.locator("#h-list")).to_have_text("All 6 verdicts")
