"""The workspaces in which answers are judged, each read once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from jurist.data import workspace_names
from jurist.errors import InputError
from jurist.languages.documents import parse_document
from jurist.languages.registry import get_language
from jurist.languages.schema_files import load_document, read_schema
from jurist.roles.protocols import Workspace
from jurist.runs.datasets import load_workspace, shipped_folder, workspace_of
from jurist.store import Store
from jurist.store.runs import datasets_of, find_run
from jurist.web.judging.asking import Place, WorkspaceTold
from jurist.web.names import require_known
from jurist.web.problems import MissingError

_MOST: Final = 64
"""Workspaces that are kept; whichever was used longest ago goes."""


@dataclass(frozen=True, slots=True)
class Known:
    """A workspace, and what answers say of it."""

    workspace: Workspace
    told: WorkspaceTold


class Workspaces:
    """Workspaces by what they are asked by.

    Args:
        store: Whose runs' datasets may be named.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Known] = {}

    async def find(self, asked: str | Place) -> Known:
        """The workspace that is asked for; what is not known yet is read in a thread.

        Raises:
            InputError: It cannot be used, or nothing is named.
            MissingError: There is none of that name.
        """
        key = _key(asked)
        known = self._known.pop(key, None)
        if known is None:
            workspace = await asyncio.to_thread(self._read, asked)
            schema = workspace.schema
            record = WorkspaceTold(workspace.language.name, schema.digest, schema.assumptions)
            known = Known(workspace, record)
            if len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
        self._known[key] = known  # at the end: the last to go
        return known

    def _read(self, asked: str | Place) -> Workspace:
        if isinstance(asked, str):
            require_known("shipped workspace", asked, workspace_names())
            return workspace_of(asked, read_schema(shipped_folder(asked) / "schema.yaml"))
        if asked.sent:
            return _sent(asked)
        return self._stored(asked)

    def _stored(self, asked: Place) -> Workspace:
        run = asked.run or ""
        if find_run(self._store, run) is None:  # not the nearest: who judges need not read runs
            raise MissingError(
                f"there is no run {run!r} here",
                expected="the whole id of a stored run",
                fix="who may read runs is told of them by GET /v1/runs",
            )
        records = {record.name: record for record in datasets_of(self._store, run)}
        name = asked.dataset or (next(iter(records)) if len(records) == 1 else "")
        require_known("dataset", name, records)
        record = records[name]
        return load_workspace(
            name,
            record.schema_document,
            where=f"schema of {name!r} in {run}",
            language=get_language(record.language),
        )


def _sent(asked: Place) -> Workspace:
    document = parse_document(asked.sent.decode(), where="the schema", syntax="json")
    found = load_document(
        document, where="the schema", language=asked.language, dialect=asked.dialect
    )
    return workspace_of("sent", found)


def _key(asked: str | Place) -> str:
    """What a workspace goes by here.

    Raises:
        InputError: It names nothing, or two.
    """
    if isinstance(asked, str):
        return f"shipped {asked}"
    if bool(asked.run) == bool(asked.sent):
        raise InputError(
            "the workspace names both a run and a schema"
            if asked.run
            else "the workspace names nothing",
            expected='the name of a shipped one, {"run": ..., "dataset": ...} or {"schema": {...}}',
            fix=f"shipped ones are {', '.join(workspace_names())}",
            where="workspace",
        )
    if asked.run:
        return f"stored {asked.run}\n{asked.dataset}"
    digest = blake2b(asked.sent, digest_size=16).hexdigest()
    return f"sent {digest} {asked.language}\n{asked.dialect}"
