"""`jurist challenge --judge J --dataset D`: mutation testing for judges."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from jurist.alignment.defaults import (
    ITEMS,
    LEAST,
    MAX_ERROR,
    MAX_OPERATOR_ERROR,
    MAX_UNTESTED,
    PROBES,
    SEED,
)
from jurist.cli.exit_codes import DECISION_CODES
from jurist.cli.options import STORE
from jurist.cli.terminal import notices, output, plain, print_notes
from jurist.plurals import counted
from jurist.report.progress import Bars, progress_bars

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jurist.alignment.challenge.results import ChallengeResult

EXAMPLES = """\b
Examples:
  jurist challenge --judge proof --dataset shop
  jurist challenge --study study.yaml --judge gpt-5 --out challenge.json
  jurist challenge --judge '{llm: "openai:gpt-5", samples: 3}' --dataset shop --dataset b2b
  jurist challenge --judge my_module:judge --dataset ./mine       (schema.yaml, cases.jsonl)

\b
Nobody has to label anything: every item is made from a reference of the dataset, and what is
right about it is proved. An error is a mutant that the judge calls the same (4.5 or more), a
rewrite that it does not, or an item without a score. `jurist plan --challenge` says beforehand
how many references and items it takes. Interrupted and started again, it goes on and pays
nothing twice.

\b
Exit code: 0 the judge qualifies, 1 it does not, 3 not enough data or interrupted, 2 an error.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("challenge", epilog=EXAMPLES)(challenge)


def challenge(
    *,
    judge: Annotated[
        str,
        typer.Option(help="proof, module:callable, {llm: MODEL, ...}, or a name with --study."),
    ],
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            help="A shipped dataset, a folder with schema.yaml and cases.jsonl, or a "
            "name in the study; repeatable."
        ),
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="Study file with the judge, its presets and the budget.")
    ] = None,
    sample: Annotated[
        int, typer.Option(min=1, help="Most items of one operator, each of another reference.")
    ] = ITEMS,
    references: Annotated[
        int | None, typer.Option(min=1, help="Most references to change; all if absent.")
    ] = None,
    metamorphic: Annotated[
        int, typer.Option(min=0, help="Most pairs for each metamorphic check; 0 leaves them out.")
    ] = PROBES,
    seed: Annotated[int, typer.Option(help="The same seed asks the same.")] = SEED,
    max_error: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="Most errors in all (upper bound).")
    ] = MAX_ERROR,
    max_operator_error: Annotated[
        float,
        typer.Option(
            min=0.001, max=1.0, help="Errors that no operator may be significantly above."
        ),
    ] = MAX_OPERATOR_ERROR,
    least: Annotated[
        int, typer.Option(min=1, help="Items of an operator from which on it is tested.")
    ] = LEAST,
    max_untested: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of the operators that may have fewer items."),
    ] = MAX_UNTESTED,
    show: Annotated[int, typer.Option(min=0, help="Errors shown of each operator.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the result to this file: .json (for a gate), .html or .md."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[
        str | None,
        typer.Option(help="Where verdicts are kept; the study's, or jurist.db.", envvar=STORE),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Put certified mutants and rewrites before a judge, and say whether it qualifies."""
    from jurist.alignment.challenge.challenging import draw_challenge, judge_challenge
    from jurist.alignment.challenge.results import write_result
    from jurist.alignment.challenge.sentence import shortfall
    from jurist.analysis.qualifying import Demands
    from jurist.cli.files import open_output, output_file
    from jurist.report.challenge import remarks
    from jurist.report.earlier import Result
    from jurist.report.visible import in_json
    from jurist.runs import read_study
    from jurist.runs.datasets import paths_of
    from jurist.runs.naming import entries_of
    from jurist.runs.outcomes import Ending
    from jurist.store import open_store

    base = None if study is None else read_study(study)
    kept = store or (base.study.store if base else "jurist.db")
    target = None
    if out is not None:
        folder = Path() if base is None else base.folder
        read = [path for each in entries_of(dataset or [], base) for path in paths_of(each, folder)]
        read += [study] if study else []
        kinds = {".md": Result.MARKDOWN, ".html": Result.HTML, ".htm": Result.HTML}
        kind = kinds.get(out.suffix.lower(), Result.CHALLENGE)
        target = output_file(
            out, "--out", kind, endings=(".json", ".html", ".htm", ".md"), inputs=(kept, *read)
        )
    with progress_bars(quiet=quiet) as bars:
        drawing = bars.add_task("changing references", total=None)
        challenge = draw_challenge(
            _spec(judge),
            dataset or [],
            study=base,
            sample=sample,
            references=references,
            metamorphic=metamorphic,
            seed=seed,
            tell=lambda done, of: bars.update(drawing, completed=done, total=of),
        )
        few = shortfall(challenge.drawn.references, max_error)
        if few and not quiet:
            bars.console.print(plain(few))
        with closing(open_store(kept)) as opened:
            result = judge_challenge(
                challenge,
                opened,
                demands=Demands(max_error, max_operator_error, least, max_untested),
                workers=workers,
                progress=Bars(bars),
            )
    if result.ending is Ending.INTERRUPTED:
        notices().print(f"{counted(result.open, 'verdict is', 'verdicts are')} open")
        raise KeyboardInterrupt
    if target is not None:
        with open_output(target) as written:
            _write(result, written, target.path.suffix.lower())
    if json:
        typer.echo(in_json(write_result(result)).decode(), nl=False)
    else:
        _show(result, show)
    print_notes(remarks(result), quiet=quiet)
    if result.open:
        print_notes([f"{result.ending}: {result.reason}"], quiet=quiet)
    raise typer.Exit(DECISION_CODES[result.decision])


def _show(result: ChallengeResult, most: int) -> None:
    from jurist.report.challenge import (
        STANDINGS,
        STYLES,
        checks_sheet,
        families_sheet,
        misses,
        operators_sheet,
    )
    from jurist.report.sheets import sheet_parts

    console = output()
    for sheet in (operators_sheet(result), checks_sheet(result)):
        if sheet.rows:
            for part in sheet_parts(sheet, STANDINGS):
                console.print(part)
    for miss in misses(result, most=most):
        console.print(f"{plain(miss, limit=6_000)}\n")
    for part in sheet_parts(families_sheet(result)):
        console.print(part)
    console.print(plain(result.sentence), style=STYLES[result.decision])


def _write(result: ChallengeResult, written: IO[bytes], ending: str) -> None:
    from jurist.alignment.challenge.results import write_result
    from jurist.report.challenge import challenge_sections, subtitle
    from jurist.report.visible import in_json

    title = f"A challenge of {result.judge}"
    match ending:
        case ".md":
            from jurist.report.sheets_markdown import render_sheets

            sections = list(challenge_sections(result))
            written.write(render_sheets(title, subtitle(result), sections).encode())
        case ".html" | ".htm":
            from jurist.report.sheets_html import write_sheets

            write_sheets(title, subtitle(result), list(challenge_sections(result)), written)
        case _:
            written.write(in_json(write_result(result)))


def _spec(judge: str) -> JsonValue:
    """The judge as a study would say it, or its name."""
    if not judge.lstrip().startswith("{"):
        return judge
    import msgspec

    from jurist.errors import InputError
    from jurist.languages.documents import parse_document

    document = parse_document(judge, where="--judge", raises=InputError)
    return msgspec.json.decode(msgspec.json.encode(document, enc_hook=float))
