"""`jurist judge PAIRS.jsonl`: recorded triples in, one verdict a line out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Final

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import complain, notices, plain
from jurist.errors import DatasetError, InputError, JuristError
from jurist.plurals import counted
from jurist.records import FailureKind
from jurist.report.progress import progress_bars

EXAMPLES = """\b
Examples:
  jurist judge pairs.jsonl --schema schema.yaml --out verdicts.jsonl
  cat pairs.jsonl | jurist judge - --schema schema.yaml > verdicts.jsonl
  jurist judge pairs.jsonl --schema schema.sql --dialect postgresql --out verdicts.jsonl

\b
A line in: {"id": "1", "reference": "...", "candidate": "...", "question": "..."}; the question is
optional, a null reference is an unbuildable case, a null candidate a refusal.

\b
Stopped with Ctrl-C, it says from which line to go on; what was judged is in OUT.partial, which
no later command writes over.

\b
Exit code: 0 all lines judged, 1 some lines could not be read, 2 an error (no line at all, a judge
that failed on every line, a line about which two of our methods disagree), 3 stopped early.
"""


_MOST_SHOWN: Final = 20
"""Lines that cannot be read of which each is shown."""


@dataclass(slots=True)
class _Tally:
    """Lines by what became of them, and the last one that was told."""

    judged: int = 0
    scored: int = 0
    failed: int = 0
    """Without a score, and not because nothing could be decided."""
    bad: int = 0
    contradicted: int = 0
    last: int = 0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("judge", epilog=EXAMPLES)(judge)


def judge(
    pairs: Annotated[Path, typer.Argument(help="JSONL file of triples; - for standard input.")],
    *,
    schema: Annotated[str, typer.Option(help=SCHEMA_HELP + ".")],
    judge: Annotated[str, typer.Option(help="The judge: proof, or module:callable.")] = "proof",
    out: Annotated[Path | None, typer.Option(help="JSONL file; standard output if absent.")] = None,
    language: Annotated[
        str | None, typer.Option(help="The queries' language: the schema's unless said.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Judge recorded triples in bulk: one line in, one verdict out."""
    from jurist.cli.files import open_input, open_output, output_file, refuse_started
    from jurist.languages.schema_files import read_schema
    from jurist.report.earlier import Result
    from jurist.report.visible import in_json
    from jurist.roles.loading import JUDGES, load_judge, read_spec
    from jurist.roles.offline.proof_pool import ProofPool
    from jurist.roles.protocols import Judge, Workspace
    from jurist.roles.spec import Means
    from jurist.runs.borders import border_without_study
    from jurist.runs.bulk import BadLine, Judged, as_line, judge_all, read_lines

    target = (
        None
        if out is None
        else output_file(
            out, "--out", Result.VERDICTS, endings=(".jsonl", ".ndjson"), inputs=(pairs, schema)
        )
    )
    refuse_started(target)
    found = read_schema(schema, language=language, dialect=dialect)
    workspace = Workspace(found.language, found.schema, Path(schema).stem)
    spec = read_spec(judge, JUDGES)

    def make_judge(pool: ProofPool | None) -> Judge:
        border = border_without_study(workspace)
        means = Means(Path.cwd(), pool=pool, language=workspace.language, border=border)
        return load_judge(spec, means)

    say = notices(quiet=quiet)
    tally = _Tally()

    def judge_into(lines: IO[bytes], written: IO[bytes], advance: Callable[[], None]) -> None:
        def write(outcome: Judged | BadLine) -> None:
            tally.last = outcome.line
            if isinstance(outcome, BadLine):
                if outcome.other_file and not tally.judged + tally.bad:
                    raise InputError(
                        f"{pairs} holds no pairs: {outcome.problem}",
                        expected=outcome.expected,
                        fix=outcome.fix,
                    )
                tally.bad += 1
                if tally.bad > _MOST_SHOWN:
                    if tally.bad == _MOST_SHOWN + 1:
                        say.print("more such lines follow; from here on they are only counted")
                    return
                place = f"{pairs}, line {outcome.line}"
                error = InputError(
                    outcome.problem, expected=outcome.expected, fix=outcome.fix, where=place
                )
                say.print(plain(str(error)))
                return
            if outcome.contradiction:
                tally.contradicted += 1
                complain(JuristError(f"{pairs}, line {outcome.line}: {outcome.contradiction}"))
            tally.judged += 1
            tally.scored += outcome.verdict.score is not None
            unscored = outcome.verdict.unscored
            tally.failed += unscored is not None and unscored.kind is not FailureKind.UNDECIDED
            written.write(in_json(as_line(outcome)))
            written.flush()  # what is judged is paid for, whatever ends this process
            advance()

        judge_all(read_lines(lines), workspace, make_judge, write, workers=workers)

    try:
        with (
            open_input(pairs) as lines,
            open_output(target) as written,
            progress_bars(quiet=quiet) as bars,
        ):
            bar = bars.add_task("judging", total=None)
            judge_into(lines, written, lambda: bars.advance(bar))
    except KeyboardInterrupt:
        _say_how_to_go_on(pairs, tally.last, out)
        raise typer.Exit(ExitCode.OPEN) from None
    unread = counted(tally.bad, "line")
    say.print(f"{tally.judged} judged, {tally.scored} with a score, {unread} could not be read")
    if tally.contradicted:
        lines = counted(tally.contradicted, "line is", "lines are")
        complain(JuristError(f"{lines} without a verdict for a bug in Jurist: see above"))
        raise typer.Exit(ExitCode.ERROR)
    if not tally.last:
        raise DatasetError(f"{plain(str(pairs))} holds no pair", expected="one JSON object a line")
    if not tally.judged:
        seeing = "run without --quiet to see what each lacks, and " if quiet else ""
        raise DatasetError(
            f"none of the {counted(tally.bad, 'line')} of {plain(str(pairs))} could be read",
            expected='one JSON object a line: {"reference", "candidate"}',
            fix=f"{seeing}mend the file",
        )
    if tally.failed == tally.judged > 0:
        raise InputError(
            f"the judge {judge!r} failed on every line",
            expected="a judge that works at least once",
            fix="see the reasons in the verdicts, mend the judge, and run again",
        )
    raise typer.Exit(ExitCode.NO if tally.bad else ExitCode.YES)


def _say_how_to_go_on(pairs: Path, last: int, out: Path | None) -> None:
    from jurist.private_files import partial

    place = f" and stand in {plain(str(partial(out)))}" if out else ""
    done = f"the lines to {last} are judged{place}" if last else "no line is judged yet"
    others = (
        f"tail -n +{last + 1} {plain(str(pairs))} | jurist judge - --out OTHER.jsonl ..."
        if str(pairs) != "-"
        else f"give it the lines from {last + 1} on"
    )
    notices().print(f"[bold yellow]interrupted[/]: {done}.\nTo go on: {others}")
