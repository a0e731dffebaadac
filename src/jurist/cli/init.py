"""`jurist init`: a study to start from, every line explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jurist.cli.terminal import notices, plain

EXAMPLES = """\b
Examples:
  jurist init
  jurist init studies/nightly.yaml
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog=EXAMPLES)(init)


def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("study.yaml"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented study file."""
    from jurist.data import shipped_text
    from jurist.errors import InputError

    if path.exists() and not force:
        raise InputError(f"{path} is there already", fix="give another name, or --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(shipped_text("study.yaml"), encoding="utf-8")
    notices().print(f"wrote {plain(str(path))}; run it with: jurist run {plain(str(path))}")
