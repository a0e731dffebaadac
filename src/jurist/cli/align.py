"""`jurist align RUN`: a report card for each judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import notices, output, plain
from jurist.records import LabelRole

if TYPE_CHECKING:
    from jurist.alignment.card import Card
    from jurist.alignment.casting import Player
    from jurist.alignment.rated import Rated
    from jurist.alignment.versus import Alikeness, JudgesCompared, PanelCard
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist align my-study
  jurist align my-study --judge gpt-5 --json
  jurist align my-study --role dev            (to choose between judges, not to report)

\b
Each judge is measured against people (labels of one role) and, separately, against proofs.
"""


class Against(StrEnum):
    """Which yardsticks."""

    PEOPLE = "people"
    PROOF = "proof"
    BOTH = "both"


@dataclass(frozen=True)
class Alignment:
    """All that is shown for one yardstick."""

    yardstick: str
    cards: tuple[Card, ...]
    compared: tuple[JudgesCompared, ...]
    errors: Alikeness | None
    panels: tuple[PanelCard, ...]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("align", epilog=EXAMPLES)(align)


def align(
    run: Annotated[str, typer.Argument(help="The run's id, or how it begins.")],
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    role: Annotated[
        LabelRole, typer.Option(help="Whose labels measure: test, or dev for choosing.")
    ] = LabelRole.TEST,
    against: Annotated[Against, typer.Option(help="The yardstick.")] = Against.BOTH,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Say how far each judge can be trusted: against people, and against proofs."""
    from jurist.cli.stores import existing_store, resolve_run

    with existing_store(store) as opened:
        found = resolve_run(opened, run)
        made = _alignments(opened, found, role, against, tuple(judge or ()))
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
    else:
        for each in made:
            _show(each)
    raise typer.Exit(ExitCode.YES if made else ExitCode.OPEN)


def _alignments(
    store: Store, run: str, role: LabelRole, against: Against, wanted: tuple[str, ...]
) -> list[Alignment]:
    from jurist.alignment.casting import generators_of, judges_of
    from jurist.alignment.labels import labels_that_measure
    from jurist.alignment.rated import certified_tasks, rated_by_people, rated_by_proof
    from jurist.cli.stores import chosen
    from jurist.runs.results import results
    from jurist.store.annotations import annotations_of
    from jurist.store.runs import datasets_of, get_run

    record, datasets = get_run(store, run), datasets_of(store, run)
    judges, generators = judges_of(record, datasets), generators_of(record, datasets)
    if wanted:
        chosen(wanted, list(judges), "judge")
    made: list[Alignment] = []
    if against is not Against.PROOF:
        labels = list(annotations_of(store, run))
        measuring = labels_that_measure(labels, role=role)
        rated = rated_by_people(results(store, run), measuring)
        if rated.tasks:
            made.append(_alignment(rated, judges, generators, wanted))
        else:
            counts = {each: sum(label.role is each for label in labels) for each in LabelRole}
            there = ", ".join(f"{n} {each}" for each, n in counts.items() if n) or "none"
            notices().print(
                f"no labels with the role {role} (labels of this run: {there}): nothing is "
                f"measured against people. To make some: jurist annotate {plain(run)}"
            )
    if against is not Against.PEOPLE:
        rated = rated_by_proof(results(store, run), certified_tasks(results(store, run)))
        if rated.tasks:
            made.append(_alignment(rated, judges, generators, wanted))
        else:
            notices().print(
                "no answer was decided by proof: nothing is measured against proofs. "
                "Add the judge `proof` to the study."
            )
    return made


def _alignment(
    rated: Rated,
    judges: dict[str, Player],
    generators: dict[str, Player],
    wanted: tuple[str, ...],
) -> Alignment:
    from jurist.alignment.card import report_card
    from jurist.alignment.rated import Yardstick
    from jurist.alignment.versus import alikeness, compare_judges, panel_card
    from jurist.errors import InputError

    names = [name for name in rated.rulings if not wanted or name in wanted]
    for name in wanted:
        if name not in rated.rulings:
            raise InputError(
                f"no judge {name!r} ruled on what {rated.yardstick} rated",
                expected=f"one of {', '.join(rated.rulings)}",
            )
    cards = [report_card(rated, name, judges=judges, generators=generators) for name in names]
    if rated.yardstick is Yardstick.PROOF:  # the yardstick itself needs no card
        cards = [card for card in cards if card.settled_by_proof < card.tasks - card.missing]
    kept = [card.judge for card in cards]
    inner = {member.name for name in judges for member in judges[name].members}
    single = [name for name in kept if name not in judges or not judges[name].members]
    panels = [
        panel_card(rated, name, [member.name for member in judges[name].members])
        for name in kept
        if name in judges and judges[name].kind == "panel"
    ]
    return Alignment(
        rated.yardstick,
        tuple(cards),
        compare_judges(rated, kept if wanted else [name for name in kept if name not in inner]),
        alikeness(rated, single),
        tuple(panel for panel in panels if panel is not None),
    )


def _show(each: Alignment) -> None:
    from rich.columns import Columns

    from jurist.report.cards import (
        alikeness_table,
        alikeness_words,
        cards_table,
        confusion_table,
        generators_table,
        panel_words,
        versus_table,
    )

    console = output()
    console.print(f"\n[bold]Judges against {each.yardstick}[/]")
    if not each.cards:
        console.print("every verdict here is the proof's own")
        return
    console.print(cards_table(each.cards))
    console.print()
    console.print(Columns([confusion_table(card) for card in each.cards], padding=(1, 4)))
    console.print()
    console.print(generators_table(each.cards))
    if each.compared:
        console.print()
        console.print(versus_table(each.compared))
    if each.errors is not None:
        console.print()
        console.print(alikeness_table(each.errors))
        console.print(plain(alikeness_words(each.errors)))
    for panel in each.panels:
        console.print(plain(panel_words(panel)))
    for card in each.cards:
        for note in card.notes:
            console.print(plain(f"{card.judge}: {note}"))
