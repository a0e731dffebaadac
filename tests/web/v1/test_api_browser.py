"""The page that describes the API, in a browser."""

from __future__ import annotations

from pathlib import Path

from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, THEMES, WIDE, browser_of_tests, looking
from web.served import serving

pytestmark = BROWSER


def test_the_page_of_the_api_is_well(tmp_path: Path) -> None:
    with browser_of_tests() as browser, serving(Settings(str(tmp_path / "jurist.db"))) as address:
        for theme in THEMES:
            for size in (WIDE, NARROW):
                with looking(browser, address, size=size, theme=theme) as look:
                    page = look.open("/api")
                    look.assert_well(f"api, {theme}, {size}")
                    page.click("a[href='#judge']")
                    assert page.url.endswith("/api#judge")
