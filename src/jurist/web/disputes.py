"""The disagreements of a run as pages list them, kept while nothing of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jurist.alignment.casting import Player, judges_of
from jurist.alignment.disagreements.finding import Disagreement, disagreements
from jurist.alignment.disagreements.indexing import (
    Listed,
    from_records,
    hides_proofs,
    index_columns,
    listed,
)
from jurist.alignment.disagreements.reviewing import find_disagreements
from jurist.columns import Columns
from jurist.runs.results import results
from jurist.store.annotations import annotations_of, settlements_of
from jurist.store.runs import RunRecord, datasets_of
from jurist.web.site import Site


@dataclass(frozen=True, slots=True)
class Disputes:
    """All disagreements of a run, the widest first."""

    columns: Columns
    players: Mapping[str, Player]
    every: tuple[Listed, ...]


def disputes_of(site: Site, record: RunRecord) -> Disputes | None:
    """The disagreements of a run; `None` while they are looked for."""
    columns = site.shelf.columns(record.id)
    players = judges_of(record, datasets_of(site.store, record.id))
    labels = tuple(annotations_of(site.store, record.id))
    settlements = settlements_of(site.store, record.id)
    if hides_proofs(players):  # what a panel's proof said stands in the records alone
        found = site.background.get(
            ("disagreements", columns, labels, settlements),
            lambda: from_records(find_disagreements(site.store, record.id)),
        )
        return None if found is None else Disputes(columns, players, found)
    indexed = site.background.get(
        ("disagreements", columns), lambda: index_columns(columns, players)
    )
    if indexed is None:
        return None
    return Disputes(columns, players, listed(columns, indexed, labels, settlements, players))


def disputes_on(site: Site, run: str, task: str) -> tuple[Disagreement, ...]:
    """The disagreements on one answer, read without the rest of the run."""
    setting = site.run_settings.of(run)
    return disagreements(
        results(site.store, run, task=task),
        annotations_of(site.store, run, task=task),
        settlements_of(site.store, run, task=task),
        setting.workspaces,
        proofs=setting.proofs,
    )
