"""`jurist demo`: the whole way on the shipped data, offline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import notices, plain

if TYPE_CHECKING:
    from jurist.runs.study import StudyFile

EXAMPLES = """\b
Examples:
  jurist demo
  jurist demo --folder /elsewhere/demo
  jurist demo --model openai:gpt-5-mini

\b
Started again, it goes on where it was, or shows at once what it found.
"""

RECORDED = "replay:{path}#qwen2.5-coder-1.5b-instruct"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=EXAMPLES)(demo)


def demo(
    *,
    folder: Annotated[Path, typer.Option(help="Where the runs and reports are kept.")] = Path(
        "jurist-demo"
    ),
    model: Annotated[
        str | None, typer.Option(help="Call this model instead of replaying the recorded one.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Judge baselines, made-up systems and a model on shipped data, offline, without a key."""
    from jurist.cli.files import output_file
    from jurist.cli.running import run_in_terminal
    from jurist.data import recording_path
    from jurist.report.earlier import Result
    from jurist.report.files import make_folder
    from jurist.runs.reaching import sketch

    if model:
        sketch(_study("demo-model.yaml", model, folder))  # a wrong name is said before any work
    make_folder(folder)
    say = notices(quiet=quiet)
    again = f"jurist demo --folder {folder}" + (f" --model {model}" if model else "")
    asked = model or RECORDED.format(path=recording_path())
    worst = ExitCode.YES
    for study, words in (
        ("demo.yaml", "audiences: two offline baselines on every shipped case, judged by proof"),
        (
            "demo-sql.yaml",
            "SQL: two offline baselines and three made-up systems on two shipped databases",
        ),
        (
            "demo-model.yaml",
            f"{plain(model) if model else 'a recorded small model (Qwen2.5-Coder-1.5B)'} "
            "as question generator, generator and judge, beside proof",
        ),
    ):
        say.print(f"\n[bold]{words}[/]")
        code = run_in_terminal(
            _study(study, asked, folder),
            html=output_file(
                folder / f"{Path(study).stem}.html", "--folder", Result.HTML, endings=(".html",)
            ),
            workers=workers,
            again=again,
            quiet=quiet,
        )
        worst = max(worst, code)
        if code:
            break
    raise typer.Exit(worst)


def _study(name: str, model: str, folder: Path) -> StudyFile:
    """A shipped study with the model put in and the store in the demo's folder."""
    import yaml

    from jurist.data import recording_path, shipped_text
    from jurist.runs.study import parse_study

    document: object = yaml.safe_load(shipped_text(name))
    text = yaml.safe_dump(_with_model(document, model), sort_keys=False)
    file = parse_study(text, folder=recording_path().parent, where=f"the demo's {name}")
    here = file.study.model_copy(update={"store": str(folder / "jurist.db")})
    return replace(file, study=here)


def _with_model(value: object, model: str) -> object:
    if isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        return {key: _with_model(each, model) for key, each in mapping.items()}
    if isinstance(value, list):
        return [_with_model(each, model) for each in cast("list[object]", value)]
    return model if value == "MODEL" else value
