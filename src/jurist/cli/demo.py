"""`jurist demo`: the whole way on the shipped data, offline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """\b
Examples:
  jurist demo
  jurist demo --folder /elsewhere/demo

\b
Started again, it goes on where it was, or shows at once what it found.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=EXAMPLES)(demo)


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where the run and its report are kept.")] = Path(
        "jurist-demo"
    ),
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Judge two generators on shipped data, offline, without a key."""
    from jurist.cli.files import make_folder
    from jurist.cli.running import run_in_terminal
    from jurist.data import shipped_text
    from jurist.run.study import parse_study

    make_folder(folder)
    file = parse_study(shipped_text("demo.yaml"), folder=folder, where="the demo's study")
    here = file.study.model_copy(update={"store": str(folder / "jurist.db")})
    raise typer.Exit(
        run_in_terminal(
            replace(file, study=here),
            html=folder / "report.html",
            workers=workers,
            again=f"jurist demo --folder {folder}",
            quiet=quiet,
        )
    )
