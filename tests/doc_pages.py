"""Pages that show files and commands: read, run, and held against what came out.

A `<!-- file: NAME -->` line before a fenced block says that the block is that file. A
`console` block holds commands after `$ ` and what each prints, standard error included; one
after a `<!-- not run: REASON -->` line is left alone. With JURIST_UPDATE_DOCS=1 the pages
are written anew from what came out.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from jurist.cli import main

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(
    r"(?:^<!-- (?P<key>file|not run): (?P<value>.+?) -->\n\n?)?"
    r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_CHANGING = (
    (re.compile(r"\d+(\.\d+)? ms\b"), "N ms"),
    (re.compile(r"in \d+\.\d s\b"), "in N s"),
    (re.compile(r'"ms":\d+(\.\d+)?'), '"ms":N'),
    (re.compile(r"-[0-9a-f]{8}\b"), "-########"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?!:)"), "DATE"),
    (re.compile(r" +$", re.MULTILINE), ""),
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    text: str
    file: str | None
    is_run: bool
    start: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page in order; `start` and `end` bound the text between the fences."""
    for found in _BLOCK.finditer(page):
        key, value = found["key"], found["value"]
        yield Block(
            found["kind"],
            found["text"],
            value if key == "file" else None,
            found["kind"] == "console" and key != "not run",
            found.start("text"),
            found.end("text"),
        )


def steady(text: str) -> str:
    """What came out without times, dates and ids, which differ from run to run."""
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text.strip()


def play(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a page's files and run its commands; the page as it should be."""
    monkeypatch.chdir(folder)
    made, last = "", 0
    for block in blocks(page):
        made += page[last : block.start]
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        made += _played(block.text, monkeypatch) if block.is_run else block.text
        last = block.end
    return made + page[last:]


def _played(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    shown = ""
    for command in re.findall(r"^\$ (.+(?:\\\n.+)*)$", text, re.MULTILINE):
        shown += f"$ {command}\n" + _run(command, monkeypatch)
    return shown


def _run(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join(Path(name).read_text("utf-8") for name in arguments)
    assert program == "jurist", f"only jurist and cat are run: {command}"
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


def _forget_modules_of(folder: Path) -> None:
    """What a command imported from the page's folder, as if its process had ended."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
