"""Reports in a real browser: Chromium, headless, without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from report_browser import CHROMIUM
from report_pages import explained_page, html_of, varied_page, write_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(html_of(varied_page()), tmp_path_factory.mktemp("varied"))


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(html_of(explained_page()), tmp_path_factory.mktemp("explained"))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test for what it says on the console or asks of a network."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    yield opened
    assert complaints == []
    assert [url for url in requests if not url.startswith("file:")] == []
    context.close()
