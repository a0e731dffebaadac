"""`jurist` as a fixture: the command in this process, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Jurist, Ran, run_here


@pytest.fixture
def jurist(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Jurist:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        return run_here(monkeypatch, capfdbinary, *arguments)

    return run
