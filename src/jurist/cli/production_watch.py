"""`jurist production watch`: judges what comes, as it comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import notices, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.production.following import Following
    from jurist.production.online import Progress

EXAMPLES = """\b
Examples:
  jurist production watch /var/log/audiences.jsonl --study study.yaml --budget-usd 5
  jurist production watch --study study.yaml --rate 0.1 --budget-calls 2000 --zone Europe/Berlin
    (what comes over HTTP: POST /v1/production of jurist serve)
  jurist production watch log.jsonl --study study.yaml --budget-usd 5 --once

\b
Saved answers are judged by proof. Where nothing was saved for --patience hours, the study's judge
of style reference-free rules on the answer, within the budget of the day; what a day does not hold
waits for the next. Each attempt is drawn with the chance --rate, by its id. The log may be rotated
or emptied; stopped or killed, the same command goes on. jurist production judged shows the figures.
"""


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("watch", epilog=EXAMPLES)(watch)


def watch(
    logs: Annotated[
        list[Path] | None, typer.Argument(help="JSON Lines that grow; none: only the store.")
    ] = None,
    *,
    study: Annotated[Path, typer.Option(help="Whose schema, judges and models are used.")],
    dataset: Annotated[str | None, typer.Option(help="Of the study, if it has several.")] = None,
    rate: Annotated[float, typer.Option(help="Share of attempts that is judged.", max=1.0)] = 1.0,
    budget_usd: Annotated[
        float | None, typer.Option(help="Most dollars a day for models.", min=0.0)
    ] = None,
    budget_tokens: Annotated[int | None, typer.Option(help="Most tokens a day.", min=0)] = None,
    budget_calls: Annotated[int | None, typer.Option(help="Most calls a day.", min=0)] = None,
    zone: Annotated[str, typer.Option(help="Of days, and of times that say none.")] = "UTC",
    patience: Annotated[
        float, typer.Option(help="Hours without a save until an answer counts so.", min=0.0)
    ] = 24.0,
    columns: Annotated[
        list[str] | None, typer.Option(help="What columns mean: question=prompt,user=user_id.")
    ] = None,
    events: Annotated[
        list[str] | None, typer.Option(help="What events mean: saved=audience_saved.")
    ] = None,
    system: Annotated[
        str, typer.Option(help="The feature, where rows do not name it.")
    ] = "feature",
    version: Annotated[str, typer.Option(help="Its version, where rows do not name it.")] = "",
    pseudonymous: Annotated[
        bool, typer.Option("--pseudonymous", help="Users and accounts are pseudonyms already.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Judge what is there, and end.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between looks.", min=0.05)] = 2.0,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
    store: Annotated[str, typer.Option(help="Where all is kept.", envvar="JURIST_STORE")] = (
        "jurist.db"
    ),
) -> None:
    """Judge what people ask and save, as it comes, with a budget per day."""
    from decimal import Decimal

    from jurist.errors import InputError
    from jurist.models import BudgetLimits
    from jurist.production import RowReader, layout_of, read_pairs
    from jurist.production.following import Following
    from jurist.production.moments import zone_of
    from jurist.production.online import Terms, watch_store
    from jurist.production.pseudonyms import KeyedNames, unchanged
    from jurist.runs.study import read_study
    from jurist.store import open_store

    if rate <= 0:
        raise InputError(f"--rate is {rate:g}", expected="above 0, at most 1", fix="say --rate 0.1")
    usd = None if budget_usd is None else Decimal(str(budget_usd))
    limits = BudgetLimits(usd, budget_tokens, budget_calls)
    layout = layout_of(read_pairs(columns or (), "--columns"), read_pairs(events or (), "--events"))
    placed = zone_of(zone)
    terms = Terms(read_study(study).kept_in(store), dataset, rate, limits, placed, patience * 3600)
    opened = open_store(store)
    say = notices(quiet=quiet)
    try:
        names = unchanged if pseudonymous else KeyedNames.of_store(store).pseudonym
        reader = RowReader(layout, placed, names, {"system": system, "version": version})
        following = Following(opened, logs or [], reader)
        said: list[str] = []

        def tell(progress: Progress) -> None:
            line = _line(progress, following)
            if line not in said[-1:]:
                said.append(line)
                say.print(plain(line))

        progress = watch_store(
            opened, terms, following, tell, every_s=every, once=once, workers=workers
        )
        for reason, rows in following.unusable.most_common():
            say.print(f"{counted(rows, 'row')} not used: {plain(reason)}")
    finally:
        opened.close()
    waiting = sum(progress.waiting.values())
    raise typer.Exit(ExitCode.OPEN if waiting else ExitCode.YES)


def _line(progress: Progress, following: Following) -> str:
    from jurist.store.online_verdicts import Way

    saved, unsaved = (progress.judged[way] for way in (Way.SAVED, Way.UNSAVED))
    waiting = sum(progress.waiting.values())
    parts = [
        f"{counted(following.rows, 'row')} read",
        f"{saved:,} saved answers judged by proof",
        f"{unsaved:,} without a reference ({progress.rate_words})",
        f"{waiting:,} waiting",
    ]
    if progress.failed:
        parts.append(f"{progress.failed:,} without a score")
    if following.absent:
        parts.append(f"no row so far has a column {', '.join(following.absent)[:120]}")
    if following.gaps:
        parts.append(
            f"rows may be missing: {counted(following.gaps, 'time')} a log was gone or emptied "
            "before it was seen to its end"
        )
    if progress.exhausted:
        parts.append(f"the budget of {progress.exhausted} is used up: the rest waits for tomorrow")
    if progress.unreachable:
        parts.append(f"the model could not be reached: {progress.unreachable[:120]}")
    return ", ".join(parts)
