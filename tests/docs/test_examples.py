"""The examples of the pages are run; what they print is what the page says.

Those of the tutorial and the how-tos are run by `make walk`, as a person would, and not twice.
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import walk_pages
from doc_pages import ROOT, agrees, blocks, play
from jurist.cli import main

PAGES = (
    "README.md",
    "docs/tutorial/your-own-labels.md",
    "docs/reference/sql-schemas.md",
    "docs/explanation/what-sql-proves.md",
)
"""README, and what `make walk` does not walk."""


def test_every_page_with_commands_is_run_here_or_walked() -> None:
    pages = {str(path.relative_to(ROOT)): path for path in (ROOT / "docs").rglob("*.md")}
    with_commands = {
        name
        for name, path in pages.items()
        if any(block.is_run for block in blocks(path.read_text("utf-8")))
    }
    assert with_commands - set(walk_pages.PAGES) - set(PAGES) == set()
    assert set(PAGES[1:]) <= with_commands - set(walk_pages.PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_commands_print_what_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / name).read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    made = play(page, tmp_path, lambda line, _: _run(line, monkeypatch))
    if os.environ.get("JURIST_UPDATE_DOCS"):
        (ROOT / name).write_text(made, encoding="utf-8")
        return
    assert any(block.is_run for block in blocks(page))
    for shown, came_out in zip(blocks(page), blocks(made), strict=True):
        assert agrees(shown.text, came_out.text), came_out.text


def _run(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join(Path(name).read_text("utf-8") for name in arguments)
    if program == "python":
        return _run_script(arguments)
    assert program == "jurist", f"only jurist, python and cat are run: {command}"
    said = io.BytesIO()
    stream = io.TextIOWrapper(said, encoding="utf-8", write_through=True)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "argv", ["jurist", *arguments])
        patched.setattr(sys, "stdout", stream)
        patched.setattr(sys, "stderr", stream)
        with suppress(SystemExit):
            main()
        stream.flush()
    _forget_modules_of(Path.cwd())
    return said.getvalue().decode("utf-8")


def _run_script(arguments: list[str]) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    ).stdout


def _forget_modules_of(folder: Path) -> None:
    """What a command imported from the page's folder, as if its process had ended."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("shown", "came_out", "same"),
    [
        ("$ a\nx 3 ms\n", "$ a\nx 77.1 ms\n", True),
        ("$ a\nx\n", "$ a\ny\n", False),
        ("$ a\n...\n", "$ a\nx\ny\n", True),
        ("$ a\n...\n$ b\n...\nend\n", "$ a\nx\n$ b\nend\n", True),
        ("$ a\n...\nend\n", "$ a\nend\nmore\n", False),
        ("$ a\n", "$ a\nerror\n", False),
    ],
)
def test_what_a_page_may_leave_out(shown: str, came_out: str, *, same: bool) -> None:
    assert agrees(shown, came_out) is same
