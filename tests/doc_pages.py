"""Pages that show files and commands: read, run, and held against what came out.

A `<!-- file: NAME -->` line before a fenced block says that the block is that file. A
`console` block holds commands after `$ ` and what each prints, standard error included, in
which a line `...` stands for any lines. Before it, `<!-- typed: A | B -->` says what is typed
into its commands, a line each, and `<!-- not run: REASON -->` that it is left alone. With
JURIST_UPDATE_DOCS=1 the blocks of a page that are wrong are written anew from what came out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(
    r"(?:^<!-- (?P<key>file|not run|typed): (?P<value>.+?) -->\n\n?)?"
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
    typed: str
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
            "".join(f"{line.strip()}\n" for line in value.split("|")) if key == "typed" else "",
            found.start("text"),
            found.end("text"),
        )


def steady(text: str) -> str:
    """What came out without times, dates and ids, which differ from run to run."""
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text.strip()


Run = Callable[[str, str], str]
"""What a command line prints, given what is typed into it."""


def commands_of(block: Block) -> list[str]:
    """The command lines of a block as they are shown, without the first prompt."""
    return re.findall(r"^\$ (.+(?:\n> .+)*)$", block.text, re.MULTILINE)


def play(page: str, folder: Path, run: Run) -> str:
    """Write a page's files and run its commands; the page as it should be."""
    made, last = "", 0
    for block in blocks(page):
        made += page[last : block.start]
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        made += _played(block, run) if block.is_run else block.text
        last = block.end
    return made + page[last:]


def _played(block: Block, run: Run) -> str:
    shown = "".join(f"$ {line}\n{run(_typed(line), block.typed)}" for line in commands_of(block))
    return block.text if agrees(block.text, shown) else shown


def _typed(line: str) -> str:
    """A command without the prompts of its further lines."""
    return line.replace("\n> ", "\n")


def agrees(shown: str, came_out: str) -> bool:
    """Whether a page shows what came out, but for times, dates, ids and what `...` stands for."""
    parts = re.split(r"^\.\.\.$", steady(shown), flags=re.MULTILINE)
    pattern = "(?:.*\n)*?".join(re.escape(part.lstrip("\n") if i else part)
                                for i, part in enumerate(parts))  # fmt: skip
    return re.fullmatch(f"{pattern}\n*", f"{steady(came_out)}\n") is not None
