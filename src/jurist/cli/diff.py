"""`jurist diff A B`: what tells two queries apart, at a glance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import output
from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.languages import Language
    from jurist.languages.base import Query

EXAMPLES = """\b
Examples:
  jurist diff "event('Order Completed').count() >= 1" "event('Order Completed').count() > 0"
  jurist diff --schema schema.yaml @reference.cql @candidate.cql --json

\b
Exit code: 0 equivalent, 1 different, 3 undecided, 2 an error.
"""

EXIT_CODES = {"equivalent": 0, "undecided": 3}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff", epilog=EXAMPLES)(diff)


def diff(
    reference: Annotated[str, typer.Argument(help="The right query, or @FILE that holds it.")],
    candidate: Annotated[
        str, typer.Argument(help="The query to compare with it, or @FILE that holds it.")
    ],
    *,
    schema: Annotated[
        Path | None, typer.Option(help="Schema file (YAML or JSON); else anything may exist.")
    ] = None,
    language: Annotated[str, typer.Option(help="The queries' language.")] = "cql",
    timeout: Annotated[float, typer.Option(help="Seconds for the proof.", min=0.01)] = 2.0,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List every reading that the verdict rests on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Prove two queries the same, or show a customer that tells them apart."""
    from jurist.evidence import decide
    from jurist.languages import get_language

    spoken = get_language(language)
    first = _parsed(spoken, reference, "the reference")
    second = _parsed(spoken, candidate, "the candidate")
    facts = spoken.read_schema(schema) if schema else spoken.infer_schema(first, second)
    evidence = decide(spoken, first, second, facts, timeout_ms=round(timeout * 1000))
    if as_json:
        from jurist.report.as_json import as_json as json_of

        typer.echo(json_of(evidence))
    else:
        from jurist.report.english import in_english
        from jurist.report.pair import Told, tell_pair

        standing = set(facts.assumptions)
        readings = [
            sentence for sentence in evidence.assumptions if assumptions or sentence not in standing
        ]
        right, other = (
            Told(spoken.layout(query), in_english(spoken, query, facts))
            for query in (first, second)
        )
        output().print(tell_pair(right, other, evidence, readings=readings))
    raise typer.Exit(EXIT_CODES.get(evidence.relation, 1))


def _parsed(language: Language, argument: str, what: str) -> Query:
    from jurist.cli.files import read_text

    if argument.startswith("@"):
        what, argument = argument[1:], read_text(Path(argument[1:]))
    try:
        return language.parse(argument)
    except InputError as error:
        raise error.at(what) from None
