"""Walks README, tutorial and how-tos as a newcomer would: real processes, from empty folders.

    python tests/walk_pages.py            with the `jurist` beside this Python
    python tests/walk_pages.py --fresh    from a bare copy: `make demo` makes the command first
    python tests/walk_pages.py --commands DIR PAGE    one page, with the commands of a folder

Each page gets an empty folder of its own. Its files are written and its commands run in order
by a shell; what they print must be what the page says. `openai:` models are answered by a
server of this machine. Two pages are walked at a time, those with the most commands first; they
share nothing, not even a home. Prints how long each takes, and what took longest in it; ends
with 1 where a page is wrong. JURIST_UPDATE_DOCS=1 writes the pages anew.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from doc_pages import ROOT, Block, agrees, blocks, commands_of, play
from model_server import Json, scored
from threaded_server import prompt_of, serving

PAGES = (
    "README.md",
    "docs/tutorial/first-report.md",
    *sorted(f"docs/how-to/{path.name}" for path in (ROOT / "docs/how-to").glob("*.md")),
)
LONGEST_S = 300
"""No command of a page may take longer."""
AT_A_TIME = 2


@dataclass
class Walk:
    """One page on its way: a folder, the environment, and how long each command took."""

    name: str
    folder: Path
    environment: Mapping[str, str]
    shows_errors: bool
    """Whether the page shows what a command says that fails."""
    seconds: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    wrong: list[str] = field(default_factory=list[str])

    def run(self, line: str, typed: str) -> str:
        """Run a command line; an error is what is wrong, unless the page shows it."""
        start = time.monotonic()
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            input=typed.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_S,
            check=False,
        )
        self.seconds.append((time.monotonic() - start, line))
        failed = done.returncode == 2 and not self.shows_errors
        if failed or b"Traceback" in done.stdout or done.returncode not in {0, 1, 2, 3}:
            self.wrong.append(f"$ {line}\n{done.stdout.decode()}ends with {done.returncode}")
        return done.stdout.decode()


def walked(name: str, environment: Mapping[str, str]) -> Walk:
    """Walk one page."""
    page = (ROOT / name).read_text("utf-8")
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as home:
        alone = {**environment, "HOME": home}
        walk = Walk(name, Path(made), alone, "\nerror: " in page)
        came_out = play(page, walk.folder, walk.run)
        for block in blocks(page):
            if block.kind == "python" and block.file is None:
                _run_python(block, walk)
    if os.environ.get("JURIST_UPDATE_DOCS"):
        (ROOT / name).write_text(came_out, encoding="utf-8")
        return walk
    for shown, other in zip(blocks(page), blocks(came_out), strict=True):
        if not agrees(shown.text, other.text):
            lines = difflib.unified_diff(
                shown.text.splitlines(), other.text.splitlines(), "the page", "what came out"
            )
            walk.wrong.append("\n".join(lines))
    return walk


def _run_python(block: Block, walk: Walk) -> None:
    (walk.folder / "example_of_the_page.py").write_text(block.text, encoding="utf-8")
    said = walk.run("python example_of_the_page.py >/dev/null", "")
    if said:
        walk.wrong.append(said)


def reply(body: Json) -> str:
    """What the stand-in for a model says: a lesson where it is to draw one, else a score."""
    if "You improve a judge" in prompt_of(body):
        lesson = {"text": "Compare the windows first.", "sources": [1]}
        return json.dumps({"guidelines": [lesson]})
    return scored(body)


def fresh_copy(folder: Path) -> tuple[Path, list[str]]:
    """A bare copy of what git tracks, in which `make demo` was run.

    Its folder of commands, and what the demo printed that is not in the README.
    """
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    newcomers = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    said = subprocess.run(
        ["make", "--no-print-directory", "demo"],
        cwd=folder,
        env=newcomers,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    known = (ROOT / "README.md").read_text("utf-8").splitlines()
    results = (line for line in said.splitlines() if not line.startswith("==> "))
    changed = [line for line in results if line not in known]
    return folder / ".venv/bin", changed


def _commands(name: str) -> int:
    """How many commands a page has, which is about how long it takes."""
    page = (ROOT / name).read_text("utf-8")
    return sum(len(commands_of(block)) for block in blocks(page) if block.is_run)


def walk_all(commands: Path, names: list[str]) -> bool:
    """Walk pages with the commands of a folder; whether all is as they say."""
    right = True
    with serving(reply) as server, ThreadPoolExecutor(AT_A_TIME) as walkers:
        environment = {
            **({"LANG": os.environ["LANG"]} if "LANG" in os.environ else {}),
            "PATH": f"{commands}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": "walking-the-pages",
        }
        longest_first = sorted(names, key=_commands, reverse=True)
        for done in as_completed(walkers.submit(walked, n, environment) for n in longest_first):
            walk = done.result()
            spent = sum(seconds for seconds, _ in walk.seconds)
            slowest = max(walk.seconds, default=(0.0, "no commands"))
            print(f"{spent:6.1f} s  {walk.name}  ({slowest[0]:.1f} s: {slowest[1][:60]})")
            for problem in walk.wrong:
                right = False
                print(problem)
    return right


def main() -> int:
    """Walk what was asked for."""
    parser = argparse.ArgumentParser(description="walks the pages as a newcomer would")
    parser.add_argument("--fresh", action="store_true", help="from a bare copy with `make demo`")
    parser.add_argument("--commands", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("pages", nargs="*", help="pages; all if none is named")
    asked = parser.parse_args()
    names = asked.pages or list(PAGES)
    start = time.monotonic()
    changed: list[str] = []
    with tempfile.TemporaryDirectory() as made:
        commands = asked.commands
        if asked.fresh:
            commands, changed = fresh_copy(Path(made))
            print(f"{time.monotonic() - start:6.1f} s  make demo, from a bare copy")
            for line in changed:
                print(f"the README does not have: {line}")
        right = walk_all(commands, names) and not changed
    print(f"{time.monotonic() - start:6.1f} s  in all")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
