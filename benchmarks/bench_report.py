"""A report of as many answers as one file holds: written, opened in Chromium, searched."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from benchmarks.measuring import is_quick
from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.records import Candidate, Case, Origin, Question
from jurist.report.html import MOST_ITEMS, Page, write_html
from jurist.report.items import Item, make_item
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result

_CHROMIUM: Final = os.environ.get("JURIST_CHROMIUM", "/usr/bin/chromium")
_BOUGHT: Final = "event('Order Completed').within(30 days).count() >= 1"
_PAIRS: Final = (
    (_BOUGHT, "event('Order Completed').count() >= 1"),
    (f"{_BOUGHT} AND trait('plan') = 'free'", f"{_BOUGHT} AND NOT trait('plan') = 'free'"),
    (_BOUGHT, _BOUGHT),
)
_SEARCH: Final = """() => {
  const began = performance.now(), field = document.getElementById("q");
  field.value = "case-17";
  field.dispatchEvent(new Event("input"));
  return performance.now() - began;
}"""


@dataclass(frozen=True, slots=True)
class _Many:
    """The same few answers, as often as it takes."""

    few: tuple[Item, ...]
    number: int

    def __iter__(self) -> Iterator[Item]:
        for place in range(self.number):
            yield replace(self.few[place % len(self.few)], case=f"case-{place}")


def bench() -> dict[str, float]:
    """Bytes of an answer, processor time of writing all, and what a reader waits for."""
    number = 500 if is_quick() else MOST_ITEMS
    few = tuple(_item(*pair) for pair in _PAIRS)
    page = Page("bench", "", "customer", (), _Many(few, number), 0, (), (), "{}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        began = time.process_time()
        with path.open("wb") as out:
            write_html(page, out)
        spent = time.process_time() - began
        opened, searched = _read(path)
        size = path.stat().st_size
    return {
        "bytes_each": size / number,
        "write_cpu_s": spent,
        "open_s": opened,
        "search_ms": searched,
    }


def _item(reference: str, candidate: str) -> Item:
    language = get_language("cql")
    schema = language.infer_schema(language.parse(reference), language.parse(candidate))
    verdict = judge_texts(language, reference, candidate, schema)
    case, question = Case("c", reference), Question("q", "who bought lately", Origin.AUTHORED)
    result = Result("d", case, question, "g", Candidate(query=candidate), "proof", verdict, "t")
    return make_item([result], Workspace(language, schema, "bench"))


def _read(path: Path) -> tuple[float, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        opened = time.perf_counter() - began
        searched = float(page.evaluate(_SEARCH))
        browser.close()
    return opened, searched


if __name__ == "__main__":
    for name, value in bench().items():
        sys.stdout.write(f"{name:20} {value:12,.1f}\n")
