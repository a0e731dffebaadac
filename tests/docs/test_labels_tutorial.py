"""The part of the tutorial on plain tables that needs recorded data: run, and held to its page."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from doc_pages import ROOT, agrees, blocks, play
from shared_data import shared_data

PAGE = "docs/tutorial/your-own-labels.md"
MARK = "<!-- not run: needs PandaLM's two files -->"


def test_pandalm_comes_out_as_the_page_says(tmp_path: Path) -> None:
    for name in ("testset-v1.json", "gpt-3.5-turbo-testset-v1.json"):
        shutil.copy(shared_data(f"judges/pandalm/{name}"), tmp_path / name)
    page = (ROOT / PAGE).read_text("utf-8")
    head, _, rest = page.partition(MARK)
    start = head.index("<!-- file: tables.py -->")
    part = head[start:] + rest.partition("\n## ")[0].lstrip("\n")
    made = play(part, tmp_path, lambda line, _: _run(line, tmp_path))
    if os.environ.get("JURIST_UPDATE_DOCS"):
        after = rest.partition("\n## ")[2]
        shown = made[len(head) - start :]
        text = f"{head}{MARK}\n{shown}\n## {after}"
        (ROOT / PAGE).write_text(text, encoding="utf-8")
        return
    for shown, came_out in zip(blocks(part), blocks(made), strict=True):
        assert agrees(shown.text, came_out.text), came_out.text


def _run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    if program == "jurist":
        arguments = ["-m", "jurist", *arguments]
    elif program != "python":
        pytest.fail(f"only jurist and python are run: {command}")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "100"},
    ).stdout
