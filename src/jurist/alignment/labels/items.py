"""Single answers as annotators see them, read without the rest of their run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Connection, and_, select

from jurist.alignment.labels.desk import Sheet, sheet_of
from jurist.alignment.labels.rubric import Rubric, rubric_of
from jurist.errors import AnnotationError
from jurist.languages import get_language
from jurist.languages.base import Language
from jurist.roles.protocols import Workspace
from jurist.runs.results import results, workspaces
from jurist.store import Store
from jurist.store.tables import DATASETS, TASKS


def sheet_of_task(store: Store, run: str, task: str) -> Sheet:
    """An answer without what was ruled on it.

    Raises:
        AnnotationError: The run has no judged answer with this key.
    """
    verdicts = list(results(store, run, task=task))  # all: a cursor may not stay open
    if not verdicts:
        raise AnnotationError(
            f"the run {run} has no judged answer {task[:80]!r}", expected="a task of this run"
        )
    first = verdicts[0]
    return sheet_of(first, _workspaces(store, run)[first.dataset])


@lru_cache(maxsize=64)
def _workspaces(store: Store, run: str) -> Mapping[str, Workspace]:
    return workspaces(store, run)


def language_of_task(store: Store, run: str, task: str) -> Language:
    """The language of an answer."""
    with store.read() as connection:
        return get_language(_language(connection, run, task))


def rubric_of_task(connection: Connection, run: str, task: str) -> Rubric:
    """The rubric that goes with an answer: its language's."""
    return rubric_of(get_language(_language(connection, run, task)).words)


def _language(connection: Connection, run: str, task: str) -> str:
    query = (
        select(DATASETS.c.language)
        .join(TASKS, and_(TASKS.c.run == DATASETS.c.run, TASKS.c.dataset == DATASETS.c.name))
        .where(TASKS.c.run == run, TASKS.c.key == task)
    )
    return connection.execute(query).scalar_one()
