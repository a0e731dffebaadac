"""Deleting a stored run, unless somebody is at work on it or has put work into it."""

from __future__ import annotations

from jurist.errors import InputError, StoreError
from jurist.plurals import counted
from jurist.runs.reaching import sketch
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.annotations import annotations_of
from jurist.store.lock import hold_run
from jurist.store.queue import workers_of
from jurist.store.runs import delete_run, find_run
from jurist.store.workers import is_dead


def forget_run(file: StudyFile, store: Store) -> None:
    """Delete what is stored of a study's run, if there is any.

    Raises:
        InputError: The study cannot be run, or people have labelled the run's answers.
        StoreError: Another process is at work on it.
    """
    run = sketch(file).run_id
    if find_run(store, run) is not None:
        remove_run(store, run, with_labels=False)


def remove_run(store: Store, run: str, *, with_labels: bool) -> None:
    """Delete a run that nobody works on, and that carries no labels unless they go too.

    Raises:
        InputError: People have labelled its answers.
        StoreError: Another process is at work on it.
    """
    labels = sum(1 for _ in annotations_of(store, run))
    if labels and not with_labels:
        raise InputError(
            f"people have given {counted(labels, 'label')} to answers of the run {run}",
            expected="a run without labels",
            fix=f"keep it, or delete the labels too: jurist runs --delete {run} --with-labels",
        )
    with hold_run(store, run):
        if store.shared and not all(map(is_dead, workers_of(store, run))):
            raise StoreError(
                f"another process is at work on the run {run} in {store.place}",
                expected="a run that nobody works on",
                fix="end it first; its claims run out within a minute",
            )
        delete_run(store, run)
