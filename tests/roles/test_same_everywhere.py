"""What roles say is the same in every process, whatever the order of its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).with_name("answers_child.py")


def said(hash_seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(CHILD)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_nothing_depends_on_the_hash_seed() -> None:
    first = said("1")
    assert len(first) > 500
    assert said("3") == first
