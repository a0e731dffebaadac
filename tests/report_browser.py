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
  for (const details of [...document.querySelectorAll(".case")].slice(0, most)) details.open = true;
}"""
"""Opens so many cases."""


def cases(page: Page) -> list[str]:
    return page.locator("details.case summary b").all_inner_texts()


def open_case(page: Page, name: str) -> None:
    page.fill("#f-text", name)
    page.locator("details.case summary").first.click()
    page.wait_for_selector("details.case[open] .body")  # filled when the browser says it is open


def assert_no_words_overlap(page: Page) -> None:
    boxes = page.locator("details.case[open] svg text").evaluate_all(
        "texts => texts.map(text => text.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 2
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
