"""Labels from a file: each is stored with the role that it was given for, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jurist.alignment.defaults import RANDOM_SHARE, SEED, TASKS
from jurist.alignment.labels.desk import Desk, open_desk, rubric_versions
from jurist.alignment.labels.files import read_labels
from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.store import Store
from jurist.store.annotations import add_annotations, annotations_of
from jurist.store.runs import get_run


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's labels, and the desks of the roles that they were stored with."""

    new: Mapping[LabelRole, int]
    """By each role in the file, how many labels were not there before."""
    known: int
    """Labels that were there already, word for word."""
    desks: tuple[Desk, ...]


def import_labels(
    store: Store,
    run: str,
    text: str,
    *,
    where: str,
    role: LabelRole | None = None,
    annotator: str = "",
    count: int = TASKS,
    random_share: float = RANDOM_SHARE,
    seed: int = SEED,
) -> Imported:
    """Store the labels of a file; what `jurist annotate --import` does.

    Args:
        store: Where the run is.
        run: Its id, how it begins, or its study's name.
        text: The file's text, see `read_labels`.
        where: The file, for errors.
        role: What the labels are for; a row that says otherwise is an error. `None`: each row's
            own role, `TEST` where it has none.
        annotator: Whose labels these are, whatever the rows say; empty: the rows say it.
        count: As `random_share` and `seed`, of the desks: see `open_desk`.
        random_share: See `open_desk`.
        seed: See `open_desk`.

    Raises:
        AnnotationError: A line cannot be used; then nothing is stored.
    """
    identity = get_run(store, run).id
    labels = read_labels(
        text,
        run=identity,
        role=role,
        where=where,
        rubrics=rubric_versions(store, identity),
        annotator=annotator,
    )
    roles = tuple(dict.fromkeys(label.role for label in labels))
    desks = tuple(
        open_desk(store, identity, each, count=count, random_share=random_share, seed=seed)
        for each in roles
    )
    there = {label.id for label in annotations_of(store, identity)}
    try:
        _, known = add_annotations(store, labels)
    except InputError as error:
        raise error.at(where) from None
    new = {label.id: label.role for label in labels if label.id not in there}
    for desk in desks:
        desk.refresh()
    counts = Counter(new.values())
    return Imported({each: counts[each] for each in roles}, known, desks)
