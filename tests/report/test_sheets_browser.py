"""Pages of tables in a real browser: words stay whole, and tables scroll in their box."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from jurist.report.sheets import Section, Sheet
from jurist.report.sheets_html import write_sheets
from report_browser import BROWSER

pytestmark = BROWSER

NAMES = ("references", "it with the other annotators", "agreement")
LONG = "x" * 300
BROKEN = """() => {
  const broken = [];
  for (const name of document.querySelectorAll("th bdi, thead th, td.quiet")) {
    const walk = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode()); )
      for (const word of text.data.matchAll(/\\b[a-z]{2,30}\\b/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
      }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [320, 390, 1400])
@pytest.mark.parametrize("judges", [1, 4])
def test_no_word_is_broken_and_the_page_scrolls_only_down(
    browser: Browser, tmp_path: Path, width: int, judges: int
) -> None:
    columns = ("", *(f"judge-{place}" for place in range(judges)))
    row = ("0.63 [0.40, 0.81]",) * judges
    meanings = ("its agreement with the majority of the others, one left out in turn",) * 3
    card = Sheet(columns, tuple((name, *row) for name in NAMES), meanings=meanings)
    pairs = Sheet(("generator", "judge", *columns[1:]), (("nearest", "mine", *row),), names=2)
    long = Sheet(columns, ((LONG, *row),))
    path = tmp_path / "sheets.html"
    with path.open("wb") as out:
        write_sheets("cards", "run", (Section("people", (), (card, pairs, long)),), out)
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
