"""Pages in a real browser under the strict policy: nothing said on the console, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import TypeVar

from playwright.sync_api import Browser, Page, sync_playwright

from report_browser import BROWSER, CHROMIUM
from web.served import TOKEN

__all__ = ["BROWSER", "Look", "browser_of_tests", "in_browser", "looking", "press"]

TestT = TypeVar("TestT", bound=Callable[..., object])

WIDE, NARROW = (1400, 1000), (400, 850)
THEMES = ("light", "dark")
VIEWS = ((WIDE, "light"), (NARROW, "dark"))
"""Each size and each theme; all pairs of them are looked at behind `test-long`."""

_STICKS_OUT = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const clipped = (node) =>
    node && (getComputedStyle(node).overflowX !== "visible" || clipped(node.parentElement));
  const out = (node) => node.getBoundingClientRect().right > innerWidth + 1;
  return [...document.querySelectorAll("body *")]
    .filter((node) => out(node) && !clipped(node.parentElement))
    .map((node) => `${node.tagName}.${node.className} ${node.textContent.slice(0, 30)}`)
    .slice(0, 8);
}"""
"""What makes a page scroll sideways."""
_AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def in_browser(test: TestT) -> TestT:
    """Mark a test that needs a browser, beside tests that need none."""
    for mark in BROWSER:
        test = mark(test)
    return test


@dataclass
class Look:
    """A page that is open, and what its console said."""

    page: Page
    address: str
    heard: list[str] = field(default_factory=list[str])

    def open(self, path: str) -> Page:
        """Go to a path of the application."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def assert_well(self, where: str = "") -> None:
        """No message, no fault that axe finds, no scrolling sideways."""
        assert self.faults(where) == []

    def faults(self, where: str = "") -> list[str]:
        """What is wrong with the page that is open, a line each; messages are then forgotten."""
        sticking = self.page.evaluate(_STICKS_OUT)
        self.page.evaluate(_AXE)
        broken = self.page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}})"
            ".then(({violations}) => violations.map("
            "({id, nodes: [n]}) => [id, n.target.join(' '), n.failureSummary]))",
            _TAGS,
        )
        said, self.heard[:] = self.heard[:], []
        return [
            *([f"{where}: sticks out: {sticking}"] if sticking else []),
            *(f"{where}: {rule}" for rule in broken),
            *(f"{where}: console: {line}" for line in said),
        ]


def press(page: Page, key: str) -> None:
    """Press a key once the page's scripts are there: people are slower than tests."""
    page.wait_for_load_state()
    page.keyboard.press(key)


@contextmanager
def browser_of_tests() -> Generator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def looking(
    browser: Browser, address: str, *, size: tuple[int, int] = WIDE, theme: str = "light"
) -> Generator[Look]:
    """A fresh profile that came by the printed URL.

    Args:
        browser: Which.
        address: Of the application, as `serving` gives it.
        size: Of the window, in CSS pixels.
        theme: light or dark.
    """
    scheme = "dark" if theme == "dark" else "light"
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(
        viewport=viewport,  # pyright: ignore[reportArgumentType]
        color_scheme=scheme,
        reduced_motion="reduce",  # Chromium calls a transition that a quick click skips an error
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    look = Look(page, address)
    page.on("console", lambda message: look.heard.append(message.text))
    page.on("pageerror", lambda error: look.heard.append(str(error)))
    try:
        page.goto(f"{address}/?token={TOKEN}")
        yield look
    finally:
        context.close()
