"""Which commit of the user's own repository a study was run at."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

_PATIENCE_S: Final = 5.0
_GIT: Final = ("git", "-c", "core.fsmonitor=false")  # a look runs no program that a folder names


def commit_of(folder: Path) -> str:
    """The commit of the repository around a folder, `+` behind it where tracked files differ.

    Empty where there is none, or git does not say.
    """
    commit = _git_output(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if not commit:
        return ""
    changed = _git_output(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit[:40]}+" if changed else commit[:40]


def _git_output(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - constant arguments, no shell
            [*_GIT, "-C", str(folder.resolve()), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
