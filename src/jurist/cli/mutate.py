"""`jurist mutate QUERY`: queries with one mistake each, or with none, and how that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted
from jurist.records import Relation, Side

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from jurist.languages import Language
    from jurist.languages.base import Query
    from jurist.languages.capabilities import Variant
    from jurist.languages.words import Words

EXAMPLES = """\b
Examples:
  jurist mutate "event('Order Completed').within(30 days).count() >= 1"
  jurist mutate query.cql --schema schema.yaml --operator similar_event --operator window_unit
  jurist mutate query.cql --schema schema.yaml --rewrites --json
  jurist mutate "SELECT id FROM orders WHERE total > 5" --schema schema.sql --dialect sqlite

\b
A mutant has one change and is certified: different, with an input that shows it; or the same
after all; or undecided. With --rewrites, each query shown is proved to be the same.
Names similar to the query's own are found in the schema, so most mistakes need --schema.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mutate", epilog=EXAMPLES)(mutate)


def mutate(
    query: Annotated[str, typer.Argument(help="The query, or a file that holds it.")],
    *,
    schema: Annotated[
        str | None, typer.Option(help=SCHEMA_HELP + "; else anything may exist.")
    ] = None,
    rewrites: Annotated[
        bool, typer.Option("--rewrites", help="Queries that mean the same instead.")
    ] = False,
    operator: Annotated[
        list[str] | None, typer.Option(help="Only this operator; may be given several times.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The query's language: the schema's unless said.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """List what goes wrong when a query is changed a little, each change with its proof."""
    from jurist.cli.queries import read_argument, spoken_in
    from jurist.languages.capabilities import Mutates, require
    from jurist.languages.fitting import parse_named, refuse_misfit

    text, what = read_argument(query, "the query")
    spoken, given = spoken_in(language, schema, dialect, text)
    original = parse_named(spoken, text, what, given)
    facts = spoken.infer_schema(original) if given is None else given
    refuse_misfit(spoken, original, facts, text, what)
    changes = require(spoken, Mutates, needed_by="`jurist mutate`")
    make = changes.rewrites if rewrites else changes.mutants
    every = list(make(original, facts))
    wanted = _chosen(every, operator)
    if as_json:
        typer.echo(_as_json(spoken, original, wanted))
        return
    output().print(_table(spoken, original, wanted))
    say = notices(quiet=quiet)
    if told := _of_the_original(wanted, spoken.words):
        say.print(plain(told))
    say.print(_counts(wanted, spoken.words))


def _chosen(variants: Sequence[Variant], operators: Sequence[str] | None) -> list[Variant]:
    """The variants by the named operators, or all."""
    from jurist.errors import InputError
    from jurist.languages.texts import nearest_hint

    if not operators:
        return list(variants)
    known = dict.fromkeys(variant.operator for variant in variants)
    missing = [name for name in operators if name not in known]
    if missing:
        raise InputError(
            f"no variant of this query by {', '.join(map(repr, missing))}: there is no such "
            "operator, or it does not apply",
            expected=f"operators that apply to it: {', '.join(known) or 'none does'}",
            fix=nearest_hint(missing[0], known) or "leave out --operator to see all variants",
        )
    return [variant for variant in variants if variant.operator in operators]


# --- output ---------------------------------------------------------------------------------


def _as_json(spoken: Language, original: Query, variants: Sequence[Variant]) -> str:
    from jurist.report.as_json import as_json

    document = {
        "query": spoken.format(original),
        "counts": Counter(str(variant.evidence.relation) for variant in variants),
        "variants": [
            {
                "operator": variant.operator,
                "query": spoken.format(variant.query),
                "evidence": variant.evidence,
            }
            for variant in variants
        ],
    }
    return as_json(document)


def _table(spoken: Language, original: Query, variants: Sequence[Variant]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    for heading in ("operator", "relation", "query, and what tells it apart"):
        table.add_column(heading, overflow="fold")
    text = spoken.format(original)
    for variant in variants:
        relation = variant.evidence.relation
        told = Text("\n").join(
            [
                _marked(text, spoken.format(variant.query)),
                *(_shown(story, "dim") for story in _stories(variant, spoken.words)),
            ]
        )
        table.add_row(variant.operator, Text(relation, _STYLES.get(relation, "red")), told)
    return table


_STYLES = {Relation.EQUIVALENT: "green", Relation.UNDECIDED: "yellow"}


def _stories(variant: Variant, words: Words) -> list[str]:
    """What tells it apart, what is open, and whether it gives nothing or everything."""
    from jurist.evidence.sentences import of_constants

    evidence = variant.evidence
    reason = [evidence.reason] if evidence.reason else []
    constant = of_constants(evidence, words, [Side.CANDIDATE])
    return [*(witness.story for witness in evidence.witnesses), *reason, *constant]


def _of_the_original(variants: Sequence[Variant], words: Words) -> str:
    """That the query itself gives nothing, or everything, where a proof about it said so."""
    from jurist.evidence.sentences import of_constants

    said = (of_constants(variant.evidence, words, [Side.REFERENCE]) for variant in variants)
    return next((sentence for sentences in said for sentence in sentences), "")


def _marked(original: str, changed: str) -> Text:
    """The changed text, bold where it differs from the original."""
    start = _common(original, changed)
    end = _common(original[start:][::-1], changed[start:][::-1])
    shown = _shown(changed[:start])
    shown.append_text(_shown(changed[start : len(changed) - end], "bold"))
    shown.append_text(_shown(changed[len(changed) - end :]))
    return shown


def _shown(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text.from_markup(plain(text), style=style)


def _common(one: str, other: str) -> int:
    """How many signs two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _counts(variants: Sequence[Variant], words: Words) -> str:
    relations = Counter(variant.evidence.relation for variant in variants)
    same, undecided = relations[Relation.EQUIVALENT], relations[Relation.UNDECIDED]
    return (
        f"{counted(len(variants), 'query', 'queries')}: "
        f"{len(variants) - same - undecided} different, {same} {words.levels[5]}, "
        f"{undecided} undecided"
    )
