"""What is stored is its owner's: store, its side files, lock and recordings."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jurist.models import Exchange, write_recording
from jurist.models.recording import JsonlLedger
from jurist.store import open_store
from jurist.store.lock import hold_run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs permissions")


@pytest.fixture(autouse=True)
def generous_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_a_store_with_all_its_files(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    with hold_run(store, "run"), store.read():
        found = modes(tmp_path)
    store.close()
    assert {"a.db", "a.db-wal", "a.db-shm", "a.db.lock"} <= found.keys()
    assert set(found.values()) == {0o600}


def test_a_store_that_its_owner_shares_stays_shared(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_store(path).close()
    path.chmod(0o660)
    open_store(path).close()
    assert modes(tmp_path)["a.db"] == 0o660


async def _none() -> AsyncIterator[Exchange]:
    for each in ():
        yield each


async def test_recordings(tmp_path: Path) -> None:
    await write_recording(tmp_path / "a.jsonl", _none(), {})
    await write_recording(tmp_path / "b.jsonl.gz", _none(), {})
    JsonlLedger(tmp_path / "c.jsonl").close()
    assert set(modes(tmp_path).values()) == {0o600}
