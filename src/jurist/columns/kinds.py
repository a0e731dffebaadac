"""Kinds of mistakes of the answers of a run."""

from __future__ import annotations

from jurist.columns.growing import KindOf
from jurist.evidence.difference_kinds import difference_kind
from jurist.records import Candidate
from jurist.runs.results import workspaces
from jurist.store import Store


def kinds_in(store: Store, run: str) -> KindOf:
    """What says the kind of difference of an answer of a run, from what the store kept."""
    places = workspaces(store, run)

    def kind_of(dataset: str, reference: str | None, candidate: Candidate) -> str:
        place = places[dataset]
        return difference_kind(reference, candidate, place.language, place.schema)

    return kind_of
