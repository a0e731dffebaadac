"""The disagreements of a run as pages list them, kept while nothing of them changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jurist.alignment.casting import Player, judges_of
from jurist.alignment.disagreements.finding import Disagreement, disagreements
from jurist.alignment.disagreements.indexing import (
    Compared,
    Listed,
    compared,
    from_records,
    hides_proofs,
    index_columns,
    listed,
)
from jurist.alignment.disagreements.reviewing import find_disagreements
from jurist.columns import Columns
from jurist.records import Annotation
from jurist.runs.results import results
from jurist.store.annotations import annotations_of, settlements_of
from jurist.store.runs import RunRecord, datasets_of
from jurist.web.aside import LARGE
from jurist.web.names import require_known
from jurist.web.runs.glances import state_key
from jurist.web.site import Site

_PATIENCE_S: Final = 0.1
"""For so long the page of a large run waits until its disagreements are looked for."""
_LONGEST_S: Final = 5.0
"""For so long pages wait for what takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Disputes:
    """All disagreements of a run, the widest first."""

    columns: Columns
    players: Mapping[str, Player]
    every: tuple[Listed, ...]
    parts: tuple[tuple[str, ...], ...]
    """Of each, what it is filtered by: kind, judge, whom against, whether it is settled."""
    groups: Mapping[tuple[str, ...], int]
    """How many have all parts in common."""
    agreement: tuple[Compared, ...]


def _disputes(
    columns: Columns,
    players: Mapping[str, Player],
    every: tuple[Listed, ...],
    labels: tuple[Annotation, ...],
) -> Disputes:
    parts = tuple(
        (str(e.kind), e.judge, e.side, "no" if e.settled is None else "yes") for e in every
    )
    agreement = compared(columns, every, labels, players)
    return Disputes(columns, players, every, parts, Counter(parts), agreement)


def disputes_of(site: Site, record: RunRecord) -> Disputes | None:
    """The disagreements of a run; `None` while they are looked for."""
    columns = site.shelf.columns(record.id)
    players = judges_of(record, datasets_of(site.store, record.id))
    labels = tuple(annotations_of(site.store, record.id))
    settlements = settlements_of(site.store, record.id)
    indexed = None
    if not hides_proofs(players):
        indexed = site.background.get(
            ("disagreements", *state_key(columns)),
            lambda: index_columns(columns, players),
            patience=_PATIENCE_S if len(columns) > LARGE else _LONGEST_S,
        )
        if indexed is None:
            return None

    def found() -> Disputes:
        every = (
            from_records(find_disagreements(site.store, record.id))
            if indexed is None  # what a panel's proof said stands in the records alone
            else listed(columns, indexed, labels, settlements, players)
        )
        return _disputes(columns, players, every, labels)

    return site.background.get(
        ("disputes", *state_key(columns), labels, settlements), found, patience=5
    )


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


def disputed(site: Site, run: str, task: str, judge: str) -> tuple[Disagreement, ...]:
    """The disagreements of one judge on one answer.

    Raises:
        MissingError: There is none.
    """
    about = disputes_on(site, run, task)
    require_known("judge that is contradicted here", judge, [each.judge for each in about])
    return tuple(each for each in about if each.judge == judge)
