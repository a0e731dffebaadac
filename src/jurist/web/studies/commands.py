"""`jurist` in a process of its own: a clean list of arguments, never a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from jurist.runs.forecast import Forecast

_PATIENCE_S: Final = 120
_MOST: Final = 1_000_000
"""Characters that are read of what a command says."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run of a study will do, or why it cannot be run."""

    forecast: Forecast | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong or odd in a study's cases."""

    file: str
    line: int
    case: str
    kind: str
    text: str


def command(*arguments: str) -> list[str]:
    """The argument list of a `jurist` command, run by the Python that serves."""
    return [sys.executable, "-m", "jurist", *arguments]


def environment(store: str) -> Mapping[str, str]:
    """Of the command: the store goes in here, since a URL may hold a password."""
    return {**os.environ, "JURIST_STORE": store, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


def foresee(path: Path, store: str) -> Foreseen:
    """What a run of a study will do. Its own modules are imported there, not here."""
    code, said, words = _done("run", "--dry-run", "--", str(path), store=store)
    if code != 0:
        return Foreseen(None, words)
    try:
        return Foreseen(msgspec.json.decode(said, type=Forecast))
    except msgspec.DecodeError:  # a module of the study's prints
        start = said.rfind("\n{\n") + 1
        return Foreseen(msgspec.json.decode(said[start:], type=Forecast))


class _Told(msgspec.Struct):
    line: int
    case: str
    kind: str
    text: str


class _Line(msgspec.Struct):
    file: str
    remark: _Told


def look_through(path: Path, store: str) -> tuple[tuple[Remark, ...], str]:
    """What `jurist check` remarks on a study's cases; else why it could not be looked through."""
    code, said, words = _done("check", "--json", "--study", str(path), store=store)
    if code not in {0, 1}:
        return (), words
    lines = msgspec.json.decode(said, type=list[_Line])
    return (
        tuple(
            Remark(Path(each.file).name, told.line, told.case, told.kind, told.text)
            for each in lines
            for told in [each.remark]
        ),
        "",
    )


def _done(*arguments: str, store: str) -> tuple[int, str, str]:
    """A command's exit code, what it said, and what it complained of."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own command, a file of the folder
            command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(store),
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 2, "", f"it took more than {_PATIENCE_S} s and was ended"
    said, words = (
        each.decode("utf-8", "replace")[-_MOST:] for each in (ended.stdout, ended.stderr)
    )
    return ended.returncode, said, words.strip()
