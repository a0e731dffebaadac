"""What tests of reports do in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

CHROMIUM = Path(os.environ.get("JURIST_CHROMIUM", "/usr/bin/chromium"))

BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason=f"there is no Chromium at {CHROMIUM} (JURIST_CHROMIUM=PATH)"
    ),
]
"""Marks of tests that need one."""

OPEN = """(most) => {
  const all = [...document.querySelectorAll("details.judged")];
  for (const details of all.slice(0, most)) details.open = true;
}"""
"""Opens so many cases."""


def cases(page: Page) -> list[str]:
    return page.locator("details.judged > summary b").all_inner_texts()


def choose(page: Page, **filters: str) -> None:
    """Have the list narrowed to these values, and no others."""
    chosen = "&".join(f"{name}={value}" for name, value in filters.items())
    page.evaluate("chosen => (location.hash = chosen)", chosen)
    page.wait_for_function(
        "number => document.querySelectorAll('#chips .chip').length === number", arg=len(filters)
    )


def open_case(page: Page, name: str) -> None:
    page.fill("#q", name)
    page.locator("details.judged > summary").first.click()
    page.wait_for_selector("details.judged[open] .body")
    page.evaluate(
        "() => document.querySelectorAll('details.judged[open] details')"
        ".forEach(details => (details.open = true))"
    )


def assert_no_words_overlap(page: Page) -> None:
    boxes = page.locator("details.judged[open] svg text").evaluate_all(
        "texts => texts.filter(text => text.checkVisibility())"
        ".map(text => text.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 2
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
