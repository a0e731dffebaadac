"""Runs and the data they were made on: all that a report needs, whatever became of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import Connection, Select, column, delete, select, table, update

from jurist.errors import InputError
from jurist.plurals import counted
from jurist.records import Case
from jurist.store.engine import A_PAGE_AT_A_TIME, Store, now_ms
from jurist.store.inserting import insert_absent
from jurist.store.tables import (
    ANNOTATIONS,
    CASES,
    CONSISTENCY,
    CORRECTIONS,
    DATASETS,
    RUN_FILES,
    RUN_STUDIES,
    RUNS,
    SETTLEMENTS,
    TASK_COUNTS,
    TASKS,
)

_BATCH: Final = 500


class RunState(StrEnum):
    """How far a run has come."""

    PLANNING = "planning"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run of a study."""

    id: str
    name: str
    created: int
    """Milliseconds since 1970, UTC."""
    study: str
    """The study as JSON, with its defaults."""
    digest: str
    """Of the study, its data and its roles: equal digests mean equal work."""
    jurist: str
    """The version of Jurist that began it."""
    state: RunState = RunState.PLANNING
    commit: str = ""
    """Of the repository around the study, with `+` where files differed; empty: not known."""
    key_mark: str = ""
    """Tells the key of its pseudonyms from others (hex); empty: it had none."""
    shard: str = ""
    """Which share of its cases the store holds, such as 2/3; empty: all."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Of a run's budget."""

    usd: float = 0.0
    tokens: int = 0
    calls: int = 0


RoleVersions = Mapping[str, Mapping[str, str]]
"""By kind (questions, generators, judges), then name: the digest of all that shapes a role."""


@dataclass(frozen=True, slots=True)
class DatasetRecord:
    """A dataset as a run found it."""

    name: str
    language: str
    schema_document: Mapping[str, object]
    schema_digest: str
    cases_digest: str
    assumptions: tuple[str, ...]
    roles: RoleVersions = field(default_factory=dict[str, Mapping[str, str]])
    """Empty in runs that were begun before versions were kept."""
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """By role: what of the user's own files is in its version, in words."""


def create_run(store: Store, run: RunRecord, datasets: Iterable[DatasetRecord]) -> None:
    """Begin a run. Where one with this id is there, it stays as it is."""
    with store.write() as connection:
        row = {
            "id": run.id,
            "name": run.name,
            "created": run.created or now_ms(connection),
            "study": run.study,
            "digest": run.digest,
            "jurist": run.jurist,
            "state": run.state.value,
            "git_commit": run.commit,
            "key_mark": run.key_mark,
            "shard": run.shard,
        }
        insert_absent(connection, RUNS, [row])
        rows: list[Mapping[str, object]] = [
            {
                "run": run.id,
                "name": dataset.name,
                "position": position,
                "language": dataset.language,
                "schema_document": _encode(dataset.schema_document),
                "schema_digest": dataset.schema_digest,
                "cases_digest": dataset.cases_digest,
                "assumptions": _encode(dataset.assumptions),
                "roles": _encode(dataset.roles),
                "sources": _encode(dataset.sources),
            }
            for position, dataset in enumerate(datasets)
        ]
        insert_absent(connection, DATASETS, rows)


def add_cases(store: Store, run: str, cases: Iterable[tuple[int, str, Case]]) -> None:
    """Store (position in the run, dataset, case), batch by batch; those there already stay."""
    batch: list[Mapping[str, object]] = []

    def flush() -> None:
        with store.write() as connection:
            insert_absent(connection, CASES, batch)
        batch.clear()

    for position, dataset, case in cases:
        batch.append(
            {
                "run": run,
                "dataset": dataset,
                "case_id": case.id,
                "position": position,
                "payload": _encode(case),
            }
        )
        if len(batch) >= _BATCH:
            flush()
    if batch:
        flush()


def set_state(store: Store, run: str, state: RunState) -> None:
    """Say how far a run has come."""
    with store.write() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(state=state.value))


def delete_run(store: Store, run: str) -> None:
    """Delete a run with its cases, tasks, labels and account; what models replied stays."""
    accounts = table("accounts", column("run"))  # the ledger's, whose module needs all of `models`
    with store.write() as connection:
        for each in (
            ANNOTATIONS,
            CORRECTIONS,
            SETTLEMENTS,
            CONSISTENCY,
            RUN_FILES,
            RUN_STUDIES,
            TASK_COUNTS,
            TASKS,
            CASES,
            DATASETS,
            accounts,
        ):
            connection.execute(delete(each).where(each.c.run == run))
        connection.execute(delete(RUNS).where(RUNS.c.id == run))


def list_runs(store: Store) -> tuple[RunRecord, ...]:
    """All runs, the newest first."""
    with store.read() as connection:
        return tuple(_read_runs(connection, select(RUNS).order_by(RUNS.c.created.desc())))


def find_run(store: Store, run: str) -> RunRecord | None:
    """The run with exactly this id, if there is one."""
    with store.read() as connection:
        return next(_read_runs(connection, select(RUNS).where(RUNS.c.id == run)), None)


def get_run(store: Store, run: str) -> RunRecord:
    """The run of an id, the newest of a study's name, or the one whose id begins so.

    Args:
        store: Where it is kept.
        run: What people type; `latest` is the newest of all.

    Raises:
        InputError: There is none, or there are several.
    """
    records = list_runs(store)
    exact = [record for record in records if run in (record.id, "latest")]
    named = [record for record in records if record.name == run]
    begun = [record for record in records if record.id.startswith(run)]
    for newest in (exact[:1], named[:1], begun):
        if len(newest) == 1:
            return newest[0]
    if not records:
        raise InputError(
            f"no run is stored in {store.place}",
            expected="a store with a run",
            fix="make one: jurist run STUDY",
        )
    several = f"{counted(len(begun), 'run begins', 'runs begin')} with {run!r}"
    known = ", ".join(record.id for record in (begun or records)[:10])
    raise InputError(
        f"{several if begun else f'there is no run {run!r}'} in {store.place}",
        expected=f"one of {known}",
    )


def datasets_of(store: Store, run: str) -> tuple[DatasetRecord, ...]:
    """The datasets of a run, in its study's order."""
    with store.read() as connection:
        rows = connection.execute(
            select(DATASETS).where(DATASETS.c.run == run).order_by(DATASETS.c.position)
        )
        return tuple(
            DatasetRecord(
                row.name,
                row.language,
                msgspec.json.decode(row.schema_document, type=dict[str, object]),
                row.schema_digest,
                row.cases_digest,
                msgspec.json.decode(row.assumptions, type=tuple[str, ...]),
                msgspec.json.decode(row.roles, type=dict[str, dict[str, str]]),
                msgspec.json.decode(row.sources, type=dict[str, str]),
            )
            for row in rows
        )


def spent_on(store: Store, run: str) -> Spent:
    """What model calls of a run drew from its budget; nothing where it has none."""
    accounts = table("accounts", *map(column, ("run", "pico", "tokens", "calls")))
    with store.read() as connection:
        row = connection.execute(select(accounts).where(accounts.c.run == run)).first()
    return Spent() if row is None else Spent(row.pico / 1e12, row.tokens, row.calls)


def generators_of_runs(store: Store) -> dict[str, tuple[str, ...]]:
    """The names of each run's generators; of runs from before versions were kept there are none."""
    found: dict[str, tuple[str, ...]] = {}
    with store.read() as connection:
        query = select(DATASETS.c.run, DATASETS.c.roles).where(DATASETS.c.position == 0)
        for run, roles in connection.execute(query):
            known = msgspec.json.decode(roles, type=dict[str, dict[str, str]])
            found[run] = tuple(known.get("generators", {}))
    return found


def cases_of(store: Store, run: str) -> Iterator[tuple[str, Case]]:
    """(dataset, case) of a run in order, in flat memory."""
    decoder = msgspec.json.Decoder(Case)
    query = (
        select(CASES.c.dataset, CASES.c.payload)
        .where(CASES.c.run == run)
        .order_by(CASES.c.position)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    with store.read() as connection:
        for row in connection.execute(query):
            yield row.dataset, decoder.decode(row.payload)


def _read_runs(connection: Connection, query: Select[tuple[object, ...]]) -> Iterator[RunRecord]:
    for row in connection.execute(query):
        yield RunRecord(
            row.id,
            row.name,
            row.created,
            row.study,
            row.digest,
            row.jurist,
            RunState(row.state),
            row.git_commit,
            row.key_mark,
            row.shard,
        )


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
