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
    """Write a study file to start from, every line explained."""
    from jurist.data import shipped_text
    from jurist.errors import InputError
    from jurist.report.files import make_folder, writing

    if path.exists() and not force:
        raise InputError(
            f"{path} is there already",
            expected="a file that is not there yet",
            fix="give another name, or --force",
        )
    if not path.name.lower().endswith((".yaml", ".yml")):
        raise InputError(
            f"{path} is not called like a study", expected="a file that ends with .yaml or .yml"
        )
    make_folder(path.parent)
    with writing(path, None) as file:  # --force: a study is else never written over
        file.write(shipped_text("study.yaml").encode())
    notices().print(f"wrote {plain(str(path))}; run it with: jurist run {plain(str(path))}")
