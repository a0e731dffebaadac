"""The workspaces that ship with Jurist: where their schemas and cases lie.

They were written for this project; README.md beside this file says how.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from jurist.errors import InputError, UnsupportedError

__all__ = ["cases_path", "recording_path", "schema_path", "shipped_text", "workspace_names"]

_NAMES = ("shop", "b2b", "streaming", "retail", "clinic")


def workspace_names() -> tuple[str, ...]:
    """The shipped workspaces, language by language, the simplest first."""
    return _NAMES


def schema_path(name: str) -> Path:
    """The schema file of a shipped workspace.

    Raises:
        InputError: There is no such workspace.
        UnsupportedError: Jurist was imported from an archive, so its data are no files.
    """
    return _folder(name) / "schema.yaml"


def cases_path(name: str) -> Path:
    """The dataset of a shipped workspace: JSON lines, one `records.Case` each.

    Raises:
        InputError: There is no such workspace.
        UnsupportedError: Jurist was imported from an archive, so its data are no files.
    """
    return _folder(name) / "cases.jsonl"


def recording_path() -> Path:
    """The ledger of a real model's replies that `jurist demo` replays.

    Raises:
        UnsupportedError: Jurist was imported from an archive.
    """
    return _real_path("demo-ledger.jsonl.gz")


def shipped_text(name: str) -> str:
    """The text of a file beside the workspaces, such as the commented `study.yaml`."""
    return (files(__name__) / name).read_text("utf-8")


def _folder(name: str) -> Path:
    if name not in _NAMES:
        raise InputError(
            f"no shipped workspace is called {name!r}",
            expected=f"one of {', '.join(_NAMES)}",
            fix="use one of these names, or give the paths of your own schema and dataset",
        )
    return _real_path(name)


def _real_path(name: str) -> Path:
    path = files(__name__) / name
    if not isinstance(path, Path):
        raise UnsupportedError(
            "the shipped data cannot be read from inside an archive; "
            "install Jurist into a folder (pip does)",
            expected="the package in a folder",
            fix="install Jurist with pip",
        )
    return path
