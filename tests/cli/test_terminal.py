"""How commands talk to terminals and pipes: widths, colours, progress, quiet."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from jurist.cli.terminal import notices, output
from jurist.report.progress import progress_bars
from studies import write_dataset, write_module

ANSWER = """
    def answer(question):
        return "trait('age') > " + question.split()[-1]

    def judge(question, reference, candidate, workspace):
        return 5.0 if reference == candidate else 2.0
"""


def in_terminal(folder: Path, width: int, *arguments: str, **environment: str) -> str:
    """What a terminal of this width is sent by a command."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    outer = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR", "TERM"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "jurist", *arguments],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**outer, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        said += part
    process.wait(timeout=60)
    os.close(ours)
    return said.decode()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_dataset(tmp_path, cases=20)
    module = write_module(tmp_path, ANSWER)
    (tmp_path / "study.yaml").write_text(
        "name: small\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        f'generators: [{{callable: "{module}:answer", name: "mine[red]"}}]\n'
        f'judges: [{{callable: "{module}:judge", name: exact}}]\n'
    )
    return tmp_path


def test_a_run_in_a_terminal_then_its_table_in_narrower_ones(study: Path) -> None:
    said = in_terminal(study, 100, "run", "study.yaml")
    assert "candidates" in said
    assert "20/20" in said
    assert "\x1b[1m" in said
    assert "mine[red]" in said
    for width in (79, 40):
        said = in_terminal(study, width, "report", "small", NO_COLOR="1")
        assert "\x1b[3" not in said
        shown = " ".join(" ".join(plain_lines(said)).split())
        for number in ("20 of 20", "4.70", "authored", "mine[red]"):
            assert number in shown
        assert "…" not in said
        assert all(len(line) <= width for line in plain_lines(said))


def plain_lines(said: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said).splitlines()


def test_in_a_pipe_no_line_is_cut_and_no_progress_drawn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output().print("x" * 500)
    notices().print("y" * 500)
    notices(quiet=True).print("never")
    with progress_bars() as bars:
        bars.update(bars.add_task("working", total=2), completed=1)
    captured = capsys.readouterr()
    assert captured.out == "x" * 500 + "\n"
    assert captured.err == "y" * 500 + "\n"
