"""What there is to review in a stored run: where its judges are contradicted, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jurist.alignment.against import Against
from jurist.alignment.casting import judges_of, proofs_of
from jurist.alignment.choosing import choose_names
from jurist.alignment.disagreements.finding import (
    Disagreement,
    UnfaithfulQuestion,
    disagreements,
    unfaithful_questions,
)
from jurist.errors import InputError
from jurist.evidence.difference_kinds import DifferenceKind
from jurist.runs.results import results, workspaces, writings
from jurist.store import Store
from jurist.store.annotations import annotations_of, settlements_of
from jurist.store.runs import datasets_of, get_run


def find_disagreements(
    store: Store,
    run: str,
    *,
    judges: Sequence[str] = (),
    against: Collection[Against] = tuple(Against),
    kinds: Sequence[str] = (),
) -> tuple[Disagreement, ...]:
    """Where judges contradict proofs, people and each other, the widest first.

    What `jurist disagreements` lists; `settle_disagreement` rules on one.

    Args:
        store: Where the run is kept.
        run: Its id, how it begins, or its study's name.
        judges: Only of these; of all where none is named.
        against: Only with these.
        kinds: Only of these kinds of difference, or those that begin so; all where none is named.

    Raises:
        InputError: There is no such run, judge or kind.
    """
    record = get_run(store, run)
    players = judges_of(record, datasets_of(store, record.id))
    if judges:
        choose_names(judges, list(players), "judge")
    wanted = {known for known in DifferenceKind if any(map(known.startswith, kinds))}
    if kinds and not wanted:
        raise InputError(
            f"there is no kind {kinds[0]!r}", expected=f"one of {', '.join(DifferenceKind)}"
        )
    every = disagreements(
        results(store, record.id),
        annotations_of(store, record.id),
        settlements_of(store, record.id),
        workspaces(store, record.id),
        proofs=proofs_of(players),
    )
    return tuple(
        each
        for each in every
        if (not judges or each.judge in judges)
        and each.against in against
        and (not wanted or each.kind in wanted)
    )


def find_unfaithful_questions(store: Store, run: str) -> tuple[UnfaithfulQuestion, ...]:
    """The questions of a run that do not say what their queries say.

    Raises:
        InputError: There is no such run.
    """
    return unfaithful_questions(writings(store, get_run(store, run).id))
