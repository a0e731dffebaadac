"""`jurist gate RUN --baseline RUN`: pass, fail, or not enough data, as an exit code for CI."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jurist.analysis.estimands import About, Looks, Needed
from jurist.cli.exit_codes import DECISION_CODES
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import output, plain, print_notes
from jurist.provenance import deciding_origin
from jurist.records import Origin

EXAMPLES = """\b
Examples:
  jurist gate after-3c4d --baseline before-1a2b --study study.yaml
  jurist gate after --baseline before --max-drop 0.2 --min-proved-right 0.7
  jurist gate after --baseline before --max-drop 0.2 --about cases
  jurist gate after --baseline before --max-drop 0.2 --looks daily
  jurist gate after --baseline before --max-worst-operator 0.1 --challenge challenge.json
  jurist gate after --baseline before --max-drift 0.65 --system copilot

\b
Exit code: 0 pass, 1 fail, 3 not enough data, 2 an error. A criterion passes where its whole
95 % interval is inside the limit, fails where it is wholly outside, and lacks data between.
A false pass and a false fail happen with a chance of at most 2.5 % each: all criteria must
pass, and failures are corrected over them (Holm). Scores that are missing count at their worst.
"""


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
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Errors that no kind of mistake of the judge is significantly above.",
        ),
    ] = None,
    max_drift: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=1.0, help="How well last week's questions may be told from the run's."
        ),
    ] = None,
    system: Annotated[
        str, typer.Option(help="The feature in production that --max-drift is about.")
    ] = "",
    challenge: Annotated[
        Path | None, typer.Option(help="What `jurist challenge --out` wrote.")
    ] = None,
    about: Annotated[
        About | None,
        typer.Option(help="Requests like these (where nothing is said), or these very cases."),
    ] = None,
    looks: Annotated[
        Looks | None,
        typer.Option(help="Daily: as often as you like; each case counts once, when it is fresh."),
    ] = None,
    need: Annotated[
        Needed | None, typer.Option(help="Every generator must pass, or any of them.")
    ] = None,
    origin: Annotated[
        Origin | None,
        typer.Option(help="Whose questions decide; real ones first where nothing is said."),
    ] = None,
    anchored_by: Annotated[
        str, typer.Option(help="Decide by cases whose references this system's answers began.")
    ] = "",
    generator: Annotated[
        list[str] | None, typer.Option(help="Only this generator; repeatable.")
    ] = None,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    allow_different: Annotated[
        bool, typer.Option("--allow-different", help="Although judges or data differ.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Decide whether a change may pass."""
    from jurist.alignment.gate.challenges import ChallengeErrors, read_challenge
    from jurist.alignment.gate.deciding import Limits, Terms, decide_gate, refuse_undecidable
    from jurist.cli.stores import existing_store, say_which
    from jurist.languages.file_kinds import CHALLENGE, read_as
    from jurist.languages.texts import read_text
    from jurist.runs.study import Gate, read_study

    said = Gate() if study is None else read_study(study).study.gate
    limits = Limits(max_drop, min_proved_right, max_worst_operator, max_drift).or_else(said)
    terms = Terms(
        about or About(said.about),
        looks or Looks(said.looks),
        need or Needed(said.need),
        deciding_origin(
            origin or (None if said.origin is None else Origin(said.origin)),
            anchored_by or said.anchored_by,
        ),
        system=system or said.system,
    )
    challenges: tuple[ChallengeErrors, ...] = ()
    if challenge is not None:
        with read_as(CHALLENGE, challenge):
            challenges = read_challenge(read_text(challenge), where=str(challenge))
    refuse_undecidable(limits, terms, challenges)  # before a store is looked for
    with existing_store(store) as opened:
        say_which(opened, run)
        result = decide_gate(
            opened,
            run,
            baseline,
            limits,
            terms=terms,
            challenges=challenges,
            generators=generator or (),
            judges=judge or (),
            allow_different=allow_different,
        )
    print_notes(result.notes)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(result))
    else:
        from jurist.report.decisions import criteria_table
        from jurist.report.sentences import gate_words

        output().print(criteria_table(result.criteria, result.confidence))
        for sentence in gate_words(result):
            output().print(plain(sentence))
        output().print(f"[bold]{result.decision}[/]")
    raise typer.Exit(DECISION_CODES[result.decision])
