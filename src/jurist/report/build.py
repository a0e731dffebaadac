"""From a stored run to what reports show."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from jurist.alignment.casting import Player, judges_of
from jurist.alignment.suspicion import suspicions_of
from jurist.analysis.leaderboard import Standing, leaderboard
from jurist.records import Verdict
from jurist.report.html import MOST_ITEMS, Page
from jurist.report.items import Item, make_item
from jurist.run.results import Result, results, workspaces
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run

_MOST_NAMED: Final = 10


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
        notes=notes_on(store, run),
        assumptions=[(each.name, each.assumptions) for each in datasets_of(store, run)],
        study=json.dumps(json.loads(record.study), indent=2, ensure_ascii=False),
    )


def items_of(store: Store, run: str) -> Iterator[Item]:
    """Every verdict laid out, in the run's order; memory stays flat."""
    spoken = workspaces(store, run)
    for result in results(store, run):
        yield make_item(result, spoken[result.dataset].language)


def notes_on(store: Store, run: str) -> Sequence[str]:
    """What proof saved, which references are suspicious, and whose questions these are."""
    cascades = [
        judge
        for judge in judges_of(get_run(store, run), datasets_of(store, run)).values()
        if judge.kind == "cascade" and judge.models
    ]
    saved = {cascade.name: _Saved() for cascade in cascades}
    members = {cascade.name: cascade.members for cascade in cascades}
    authors: set[str] = set()
    for result in results(store, run):
        if result.judge in saved:
            saved[result.judge].add(result.verdict, members[result.judge])
        if result.question.origin == "authored":
            authors.add(result.question.author)
    notes = [f"{name}: {each.told()}" for name, each in saved.items() if each.verdicts]
    suspicious = suspicions_of(store, run)
    if suspicious:
        named = dict.fromkeys(f"{each.dataset}/{each.case.id}" for each in suspicious)
        shown = ", ".join(itertools.islice(named, _MOST_NAMED))
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        notes.append(f"References that may be wrong themselves, to be looked at: {shown}{more}.")
    if authors:
        named = ", ".join(sorted(filter(None, authors)))
        who = f" (by {named})" if named else ""
        notes.append(f"Authored questions were written by hand for this dataset{who}.")
    return notes


@dataclass
class _Saved:
    """What a cascade did not have to ask of models."""

    verdicts: int = 0
    settled: int = 0
    calls: int = 0

    def add(self, verdict: Verdict, members: Sequence[Player]) -> None:
        asked, left = members[: len(verdict.members)], members[len(verdict.members) :]
        self.verdicts += 1
        self.settled += not any(member.models for member in asked)
        self.calls += sum(_calls_of(member) for member in left)

    def told(self) -> str:
        return (
            f"of {self.verdicts} verdicts, {self.settled} were settled without a model, "
            f"which saved {self.calls} model calls."
        )


def _calls_of(judge: Player) -> int:
    own = judge.samples * judge.orders if judge.kind == "llm" else 0
    return own + sum(map(_calls_of, judge.members))


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
