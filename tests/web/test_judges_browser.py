"""Pages of judges in a browser: both themes, wide and narrow, every printed key."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from jurist.web.settings import Settings
from web.browsing import BROWSER, VIEWS, Look, looking, press
from web.judged import challenge, judged_and_labelled
from web.served import serving

pytestmark = BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder, _ = judged_and_labelled(tmp_path_factory.mktemp("judged"))
    challenge(folder)
    challenge(folder, "blind", name="lenient")
    with serving(Settings(folder.place)) as address:
        yield address


def test_pages_are_well(browser: Browser, address: str) -> None:
    for size, theme in VIEWS:
        with looking(browser, address, size=size, theme=theme) as look:
            for path in (
                "/judges",
                "/judges/lenient",
                "/judges/proof",
                "/judges/hasty",
                "/judges/lenient?against=proof&gold=5&said=4",
            ):
                page = look.open(path)
                expect(page.locator(".waiting")).to_have_count(0)
                look.assert_well(f"{path}, {theme}, {size}")


def test_keys_of_the_list_and_of_a_card(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = look.open("/judges")
        expect(page.locator(".waiting")).to_have_count(0)
        press(page, "j")
        press(page, "j")
        press(page, "k")
        press(page, "Enter")
        expect(page).to_have_url(f"{address}/judges/careful")
        with page.expect_request("**/annotate?*") as asked:
            press(page, "a")
        assert "judge=careful" in asked.value.url
        assert "count=40" in asked.value.url


def _challenge_page(look: Look) -> Page:
    page = look.open("/judges/hasty")
    page.get_by_role("link", name="Item by item").click()
    page.wait_for_url("**/challenges/*")
    return page


def test_a_challenge_is_well_and_obeys_its_keys(browser: Browser, address: str) -> None:
    for size, theme in VIEWS:
        with looking(browser, address, size=size, theme=theme) as look:
            page = _challenge_page(look)
            look.assert_well(f"challenge, {theme}, {size}")
            press(page, "f")
            expect(page.get_by_role("link", name="All items")).to_be_visible()
            press(page, "j")
            press(page, "Enter")
            expect(page.get_by_role("heading", name="What is certain")).to_be_visible()
            first = page.url
            look.assert_well(f"item, {theme}, {size}")
            press(page, "j")
            expect(page).not_to_have_url(first)
            press(page, "k")
            expect(page).to_have_url(first)
            page.wait_for_load_state()
            press(page, "d")
            expect(page.locator("details.tree")).to_have_attribute("open", "")
            press(page, "u")
            expect(page.get_by_role("link", name="All items")).to_be_visible()


def test_a_challenge_turns_its_pages(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = _challenge_page(look)
        press(page, "n")
        expect(page.get_by_text("51–", exact=False)).to_be_visible()
        press(page, "p")
        expect(page.get_by_text("1–50 of", exact=False)).to_be_visible()


def test_answers_behind_a_number_open_and_close(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = look.open("/judges/lenient")
        expect(page.locator(".waiting")).to_have_count(0)
        page.locator(".flow td a[href]").last.click()
        expect(page.locator("#answers tbody tr").first).to_be_visible()
        press(page, "x")
        expect(page.locator("#answers")).to_have_count(0)
