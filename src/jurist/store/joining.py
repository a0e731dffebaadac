"""What a run keeps for sessions that join it from the store alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, insert, select

from jurist.records import Case
from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.tables import CASES, RUN_FILES, RUN_STUDIES, RUNS


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that a role of the study names."""

    path: str
    """As the study names it."""
    digest: str
    """Of its bytes."""
    content: str | None
    """`None`: it is not kept."""
    why_not: str = ""


def keep_for_joining(store: Store, run: str, study: str, files: Iterable[KeptFile]) -> None:
    """Keep a study and its roles' files, in place of what was kept of the run before."""
    rows = [
        {
            "run": run,
            "place": place,
            "path": file.path,
            "digest": file.digest,
            "content": file.content,
            "why_not": file.why_not,
        }
        for place, file in enumerate(files)
    ]
    with store.write() as connection:
        # Several sessions may begin at once, each with the study in hand: one after the other.
        connection.execute(select(RUNS.c.id).where(RUNS.c.id == run).with_for_update())
        for table in (RUN_STUDIES, RUN_FILES):
            connection.execute(delete(table).where(table.c.run == run))
        connection.execute(insert(RUN_STUDIES).values(run=run, study=study))
        if rows:
            connection.execute(insert(RUN_FILES), rows)


def study_for_joining(store: Store, run: str) -> str | None:
    """The study of a run with all that is a session's too; `None`: it was not kept."""
    with store.read() as connection:
        return connection.scalar(select(RUN_STUDIES.c.study).where(RUN_STUDIES.c.run == run))


def files_for_joining(store: Store, run: str) -> tuple[KeptFile, ...]:
    """The files that the run's roles name."""
    columns = RUN_FILES.c
    query = select(columns.path, columns.digest, columns.content, columns.why_not)
    with store.read() as connection:
        rows = connection.execute(query.where(columns.run == run).order_by(columns.place))
        return tuple(KeptFile(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class StoredCases:
    """The cases of a run's dataset, read from the store whenever they are gone through."""

    store: Store
    run: str
    dataset: str

    def __iter__(self) -> Iterator[Case]:
        """The cases in their order."""
        query = (
            select(CASES.c.payload)
            .where(CASES.c.run == self.run, CASES.c.dataset == self.dataset)
            .order_by(CASES.c.position)
            .execution_options(**A_PAGE_AT_A_TIME)
        )
        with self.store.read() as connection:
            for payload in connection.scalars(query):
                yield _decoder.decode(payload)


_decoder = msgspec.json.Decoder(Case)
