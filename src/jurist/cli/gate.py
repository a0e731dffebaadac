"""`jurist gate RUN --baseline RUN`: pass, fail, or not enough data, as an exit code for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import output

if TYPE_CHECKING:
    from jurist.alignment.gate import Limits

EXAMPLES = """\b
Examples:
  jurist gate after-3c4d --baseline before-1a2b --study study.yaml
  jurist gate after --baseline before --max-drop 0.2 --min-proved-right 0.7
  jurist gate after --baseline before --max-worst-operator 0.1 --challenge challenge.json

\b
Exit code: 0 pass, 1 fail, 3 not enough data, 2 an error. A criterion passes where its whole
95 % interval is inside the limit, fails where it is wholly outside, and lacks data between.
"""
_CODES = {"pass": ExitCode.YES, "fail": ExitCode.NO, "not enough data": ExitCode.OPEN}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gate", epilog=EXAMPLES)(gate)


def gate(
    run: Annotated[str, typer.Argument(help="The run that wants to pass.")],
    *,
    baseline: Annotated[str, typer.Option(help="The run that it is held against.")],
    study: Annotated[
        Path | None, typer.Option(help="Study file whose section `gate` has the limits.")
    ] = None,
    max_drop: Annotated[
        float | None, typer.Option(min=0.0, max=4.0, help="Most the mean score may fall.")
    ] = None,
    min_proved_right: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Least share proved right.")
    ] = None,
    max_worst_operator: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Most errors on one kind of mistake.")
    ] = None,
    challenge: Annotated[
        Path | None, typer.Option(help="What `jurist challenge --out` wrote.")
    ] = None,
    generator: Annotated[
        list[str] | None, typer.Option(help="Only this generator; repeatable.")
    ] = None,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    allow_different: Annotated[
        bool, typer.Option("--allow-different", help="Although judges or data differ.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Decide whether a change may pass."""
    from jurist.alignment.comparable import versions_of
    from jurist.alignment.gate import Limits, criteria_of, read_challenge, require_challenged
    from jurist.analysis.gating import overall
    from jurist.cli.comparing import read_tables
    from jurist.cli.stores import chosen, existing_store, resolve_run
    from jurist.errors import InputError
    from jurist.languages.texts import read_text

    limits = _limits(study, Limits(max_drop, min_proved_right, max_worst_operator))
    if limits.max_worst_operator is not None and challenge is None:
        raise InputError(
            "max_worst_operator needs the result of a challenge",
            expected="a file that `jurist challenge --out` wrote",
            fix="jurist challenge ... --out challenge.json, then --challenge challenge.json",
        )
    trials = ()
    if challenge is not None:
        trials = read_challenge(read_text(challenge), where=str(challenge))
    with existing_store(store) as opened:
        tables = read_tables(opened, [baseline, run], allow_different=allow_different)
        if challenge is not None and not allow_different:
            require_challenged(
                trials, versions_of(opened, resolve_run(opened, run)), where=str(challenge)
            )
    (_, before), (_, after) = tables.items()
    generators = chosen(generator, after.generators, "generator")
    for name in generators:
        if limits.max_drop is not None and name not in before.generators:
            raise InputError(
                f"the baseline has no generator {name!r}",
                expected=f"one of {', '.join(before.generators)}",
                fix="name the same generators in both studies, or say --generator",
            )
    shared = [name for name in after.judges if name in before.judges]
    criteria = criteria_of(
        limits,
        after,
        before,
        generators=generators,
        judges=chosen(judge, shared, "judge"),
        challenge=trials,
    )
    decision = overall(criteria)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({"decision": decision, "criteria": criteria}))
    else:
        from jurist.report.comparisons import criteria_table

        output().print(criteria_table(criteria))
        output().print(f"[bold]{decision}[/]")
    raise typer.Exit(_CODES[decision])


def _limits(study: Path | None, given: Limits) -> Limits:
    """The options' limits, and the study's where there is no option."""
    from dataclasses import astuple

    from jurist.alignment.gate import Limits
    from jurist.errors import InputError

    found = given
    if study is not None:
        from jurist.runs.study import read_study

        said = read_study(study).study.gate
        found = Limits(
            said.max_drop if given.max_drop is None else given.max_drop,
            said.min_proved_right if given.min_proved_right is None else given.min_proved_right,
            said.max_worst_operator
            if given.max_worst_operator is None
            else given.max_worst_operator,
        )
    if all(limit is None for limit in astuple(found)):
        raise InputError(
            "no criterion is set, so everything would pass",
            expected="max_drop, min_proved_right or max_worst_operator",
            fix="say --max-drop 0.2, or name a study with a section `gate` by --study",
        )
    return found
