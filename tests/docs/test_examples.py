"""The examples of README, tutorial and how-tos are run; what they print is what the page says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from doc_pages import ROOT, blocks, play, steady

PAGES = (
    "README.md",
    "docs/tutorial/first-report.md",
    "docs/how-to/bring-your-own-generator.md",
    "docs/how-to/judge-recorded-answers.md",
    "docs/how-to/write-a-dataset.md",
)


@pytest.mark.parametrize("name", PAGES)
def test_commands_print_what_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / name).read_text("utf-8")
    made = play(page, tmp_path, monkeypatch)
    if os.environ.get("JURIST_UPDATE_DOCS"):
        (ROOT / name).write_text(made, encoding="utf-8")
        return
    assert any(block.is_run for block in blocks(page))
    shown = [steady(block.text) for block in blocks(page) if block.is_run]
    came_out = [steady(block.text) for block in blocks(made) if block.is_run]
    assert shown == came_out
