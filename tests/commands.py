"""Running the real `jurist` command: in this process where that is quick, else as its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from jurist.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command said."""

    code: int
    out: str
    err: str


class Jurist(Protocol):
    """The command as a fixture: call it with its arguments."""

    def __call__(self, *arguments: str) -> Ran:
        """Run it in this process."""
        ...


def run_here(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], *arguments: str
) -> Ran:
    """`jurist ARGUMENTS` in this process, through `main`, as the installed script calls it."""
    monkeypatch.setattr(sys, "argv", ["jurist", *arguments])
    capfdbinary.readouterr()
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    sys.stdout.flush()
    captured = capfdbinary.readouterr()
    return Ran(code, captured.out.decode(), captured.err.decode())


def run_process(
    *arguments: str,
    folder: Path,
    typed: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """`python -m jurist ARGUMENTS` in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "jurist", *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
