"""From a stored run to what reports show."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from jurist.analysis.leaderboard import Standing, leaderboard
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.run.results import Result, results, workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run


def standings_of(store: Store, run: str) -> tuple[Standing, ...]:
    """The leaderboard of a run. Raises `StoreError` where there is no such run."""
    get_run(store, run)
    return leaderboard(results(store, run))


def page_of(store: Store, run: str) -> Page:
    """All that the HTML report shows; of very large runs only the worst verdicts."""
    record = get_run(store, run)
    spoken = workspaces(store, run)
    kept, total = _worst(results(store, run), MOST_ITEMS)
    items = [make_item(result, spoken[result.dataset].language) for result in kept]
    standings = leaderboard(results(store, run))
    begun = datetime.fromtimestamp(record.created / 1000, UTC)
    return Page(
        title=record.name,
        subtitle=f"run {record.id}, begun {begun:%Y-%m-%d %H:%M} UTC with Jurist {record.jurist}",
        standings=standings,
        items=items,
        left_out=total - len(items),
        notes=notes_on(results(store, run)),
        assumptions=[(each.name, each.assumptions) for each in datasets_of(store, run)],
        study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
    )


def items_of(store: Store, run: str) -> Iterator[Item]:
    """Every verdict laid out, in the run's order; memory stays flat."""
    spoken = workspaces(store, run)
    for result in results(store, run):
        yield make_item(result, spoken[result.dataset].language)


def notes_on(rows: Iterable[Result]) -> Sequence[str]:
    """What proof saved, and whose questions these are."""
    saved = asked = 0
    authors: set[str] = set()
    for result in rows:
        members = result.verdict.members
        if len(members) == 1 and members[0].evidence is not None:
            saved += 1
        elif len(members) > 1:
            asked += 1
        if result.question.origin == "authored":
            authors.add(result.question.author or "unnamed")
    notes: list[str] = []
    if saved or asked:
        notes.append(
            f"Of {saved + asked} verdicts of cascades, proof settled {saved} without a model call."
        )
    if authors:
        who = ", ".join(sorted(authors))
        notes.append(f"Authored questions were written by hand for this dataset (by {who}).")
    return notes


def _worst(rows: Iterable[Result], most: int) -> tuple[list[Result], int]:
    """The `most` rows with the lowest scores in their first order, and how many there were."""
    total = 0

    def counted() -> Iterator[tuple[float, int, Result]]:
        nonlocal total
        for index, result in enumerate(rows):
            total += 1
            score = result.verdict.score
            yield (0.0 if score is None else score), index, result

    smallest = heapq.nsmallest(most, counted(), key=lambda row: row[:2])
    return [result for _, _, result in sorted(smallest, key=lambda row: row[1])], total
