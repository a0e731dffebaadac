"""`jurist diff A B`: what tells two queries apart, at a glance."""

from __future__ import annotations

from typing import Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import output

EXAMPLES = """\b
Examples:
  jurist diff "event('Order Completed').count() >= 1" "event('Order Completed').count() > 0"
  jurist diff --schema schema.yaml reference.cql candidate.cql --json
  jurist diff --schema shop.yaml "SELECT id FROM orders" "SELECT DISTINCT id FROM orders"
  jurist diff --schema schema.sql --dialect sqlite reference.sql candidate.sql
  jurist diff --schema sqlite:///shop.db reference.sql candidate.sql

\b
Exit code: 0 equivalent, or the candidate permits nothing that the reference does not (refines);
1 different, 3 undecided, 2 an error.
"""

_CODES = {"equivalent": ExitCode.YES, "refines": ExitCode.YES, "undecided": ExitCode.OPEN}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff", epilog=EXAMPLES)(diff)


def diff(
    reference: Annotated[str, typer.Argument(help="The right query, or a file that holds it.")],
    candidate: Annotated[
        str, typer.Argument(help="The query to compare with it, or a file that holds it.")
    ],
    *,
    schema: Annotated[
        str | None, typer.Option(help=SCHEMA_HELP + "; else anything may exist.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The queries' language: the schema's unless said.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="Most steps of work, for each arm: 2000000 unless said.", min=1),
    ] = None,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List every reading that the verdict rests on.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show each part of both queries on each witness."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Prove two queries the same, or show an input that tells them apart."""
    from jurist.cli.queries import read_argument, spoken_in
    from jurist.evidence import decide
    from jurist.languages.effort import STEPS
    from jurist.languages.fitting import parse_named, refuse_misfit

    texts = [read_argument(reference, "the reference"), read_argument(candidate, "the candidate")]
    spoken, given = spoken_in(language, schema, dialect, texts[0][0])
    first, second = (parse_named(spoken, text, what, given) for text, what in texts)
    facts = spoken.infer_schema(first, second) if given is None else given
    for query, (text, what) in zip((first, second), texts, strict=True):
        refuse_misfit(spoken, query, facts, text, what)
    evidence = decide(spoken, first, second, facts, steps=steps or STEPS)
    if as_json:
        from jurist.report.as_json import as_json as json_of

        typer.echo(json_of(evidence))
    else:
        from jurist.report.pair import tell_evidence

        output().print(
            tell_evidence(
                spoken,
                facts,
                first,
                second,
                evidence,
                every_reading=assumptions,
                every_part=explain,
            )
        )
    raise typer.Exit(_CODES.get(evidence.relation, ExitCode.NO))
