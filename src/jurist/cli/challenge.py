"""`jurist challenge --judge J --dataset D`: mutation testing for judges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted
from jurist.report.progress import Bars, progress_bars

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jurist.alignment.challenge import ChallengeResult
    from jurist.runs import StudyFile

EXAMPLES = """\b
Examples:
  jurist challenge --judge proof --dataset shop
  jurist challenge --study study.yaml --judge gpt-5 --out challenge.json
  jurist challenge --judge '{llm: "openai:gpt-5", samples: 3}' --dataset shop --dataset b2b
  jurist challenge --judge my_module:judge --dataset ./mine       (schema.yaml, cases.jsonl)

\b
Nobody has to label anything: every item is made from a reference of the dataset, and what is
right about it is proved. An error is a mutant that the judge calls the same audience (4.5 or
more) or a rewrite that it does not. Interrupted and started again, it goes on and pays nothing
twice.

\b
Exit code: 0 the judge qualifies, 1 it does not, 3 not enough data or interrupted, 2 an error.
"""
_CODES = {"pass": ExitCode.YES, "fail": ExitCode.NO, "not enough data": ExitCode.OPEN}


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
    sample: Annotated[int, typer.Option(min=1, help="Most items of one operator.")] = 20,
    references: Annotated[
        int | None, typer.Option(min=1, help="Most references to change; all if absent.")
    ] = None,
    metamorphic: Annotated[
        int, typer.Option(min=0, help="Most pairs for each metamorphic check; 0 leaves them out.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="The same seed asks the same.")] = 0,
    limit: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Most errors on one operator (upper bound).")
    ] = 0.2,
    least: Annotated[
        int, typer.Option(min=1, help="Items that an operator needs to qualify a judge.")
    ] = 16,
    show: Annotated[int, typer.Option(min=0, help="Errors shown of each operator.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write the result to this file, as JSON.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[
        str | None, typer.Option(help="Where verdicts are kept; the study's, or jurist.db.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Put certified mutants and rewrites before a judge; it qualifies by its worst operator."""
    from jurist.alignment.challenge import sum_up, write_result
    from jurist.alignment.challenge_items import draw_items
    from jurist.alignment.challenge_run import judge_file, put_before_judge
    from jurist.alignment.metamorphic import draw_probes
    from jurist.cli.datasets import entries_of
    from jurist.cli.files import open_output
    from jurist.report.visible import in_json
    from jurist.runs import load_dataset, read_study
    from jurist.runs.engine import Ending
    from jurist.store import open_store

    base = None if study is None else read_study(study)
    entries = entries_of(dataset or [], base)
    file = judge_file(_spec(judge, base), entries, base, where=f"--judge {judge}")
    datasets = [load_dataset(entry, file.folder) for entry in entries]
    opened = open_store(store or (base.study.store if base else "jurist.db"))
    try:
        with progress_bars(quiet=quiet) as bars:
            drawing = bars.add_task("changing references", total=None)
            drawn = draw_items(
                datasets,
                per_operator=sample,
                seed=seed,
                references=references,
                tell=lambda done, of: bars.update(drawing, completed=done, total=of),
            )
            probes, renamed = draw_probes(datasets, drawn.items, count=metamorphic, seed=seed)
            posed = [item.posed for item in drawn.items]
            posed += [each for probe in probes for each in (probe.before, probe.after)]
            sitting = put_before_judge(
                file, [*datasets, *renamed], posed, opened, progress=Bars(bars), workers=workers
            )
    finally:
        opened.close()
    if sitting.outcome.ending is Ending.INTERRUPTED:
        notices().print(f"{counted(sitting.outcome.open, 'verdict is', 'verdicts are')} open")
        raise KeyboardInterrupt
    names = [each.name for each in datasets]
    result = sum_up(drawn, probes, sitting, datasets=names, seed=seed, limit=limit, least=least)
    if out is not None:
        with open_output(out) as written:
            written.write(in_json(write_result(result)))
    if json:
        typer.echo(in_json(write_result(result)).decode(), nl=False)
    else:
        _show(result, show)
    say = notices(quiet=quiet)
    for reason, number in result.left_out.items():
        say.print(f"left out: {number} {reason}")
    if result.open:
        say.print(plain(f"{sitting.outcome.ending}: {sitting.outcome.reason}"))
    raise typer.Exit(_CODES[result.decision])


def _show(result: ChallengeResult, most: int) -> None:
    from jurist.report.challenge import checks_table, misses, operators_table, words

    console = output()
    console.print(operators_table(result))
    if result.checks:
        console.print()
        console.print(checks_table(result))
    for miss in misses(result, most=most):
        console.print(f"\n{plain(miss, limit=6_000)}")
    console.print()
    console.print(words(result))


def _spec(judge: str, base: StudyFile | None) -> JsonValue:
    """The judge as a study would say it."""
    from jurist.alignment.challenge_run import judges_by_name
    from jurist.errors import InputError
    from jurist.languages.documents import parse_document

    if judge.lstrip().startswith("{"):
        import msgspec

        document = parse_document(judge, where="--judge", raises=InputError)
        return msgspec.json.decode(msgspec.json.encode(document, enc_hook=float))
    if base is not None:
        found = judges_by_name(base)
        if judge in found:
            return found[judge]
        if judge != "proof" and ":" not in judge:
            raise InputError(
                f"the study has no judge {judge!r}", expected=f"one of {', '.join(found)}"
            )
    return judge
