"""Pages of judges in a browser: both themes, wide and narrow, every printed key."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, expect

from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, THEMES, WIDE, browser_of_tests, looking
from web.judged import challenge, judged_and_labelled
from web.served import serving

pytestmark = BROWSER


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with browser_of_tests() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder, _ = judged_and_labelled(tmp_path_factory.mktemp("judged"))
    challenge(folder)
    challenge(folder, "blind", name="lenient")
    with serving(Settings(folder.place)) as address:
        yield address


def test_pages_are_well(browser: Browser, address: str) -> None:
    for theme in THEMES:
        for size in (WIDE, NARROW):
            with looking(browser, address, size=size, theme=theme) as look:
                for path in ("/judges", "/judges/lenient", "/judges/proof", "/judges/hasty"):
                    page = look.open(path)
                    expect(page.locator(".waiting")).to_have_count(0)
                    look.assert_well(f"{path}, {theme}, {size}")


def test_keys_of_the_list_and_of_a_card(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = look.open("/judges")
        expect(page.locator(".waiting")).to_have_count(0)
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/judges/careful")
        with page.expect_request("**/annotate?*") as asked:
            page.keyboard.press("a")
        assert "judge=careful" in asked.value.url
        assert "count=40" in asked.value.url
