"""The lock of a store on a server that restarts, or that loses a connection."""

from __future__ import annotations

import signal
import time

import pytest
from sqlalchemy import text

from jurist.errors import StoreError
from jurist.store import Store, open_store
from jurist.store.lock import at_work, hold_run, hold_store
from jurist.store.runs import DatasetRecord, RunRecord, create_run
from postgres import Server

pytestmark = pytest.mark.postgres


def with_a_run(url: str) -> Store:
    store = open_store(url)
    data = DatasetRecord("d", "cql", {"name": "Small"}, "s", "c", ())
    create_run(store, RunRecord("r-1", "name", 0, "{}", "digest", "0"), [data])
    return store


def test_who_goes_on_with_a_server_that_restarted_has_the_store_still(
    postgres_server: Server, postgres_url: str
) -> None:
    store, server = with_a_run(postgres_url), open_store(postgres_url)
    with hold_run(store, "r-1"), at_work(server):
        postgres_server.stop(signal.SIGQUIT)
        postgres_server.start()
        other = open_store(postgres_url)
        with pytest.raises(StoreError, match="somebody is at work"), hold_store(other):
            pass
        assert locks(other) == 2
    with hold_store(other):
        assert locks(other) == 1
        with pytest.raises(StoreError, match="somebody is at work"), at_work(server):
            pass
    for opened in (store, server, other):
        opened.close()


def test_who_lost_the_store_to_another_writes_nothing_any_more(postgres_url: str) -> None:
    store, other = with_a_run(postgres_url), open_store(postgres_url)
    with at_work(store):
        with other.alone() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ))  # fmt: skip
        with hold_store(other):
            end = time.monotonic() + 30
            while store.refusal is None and time.monotonic() < end:
                time.sleep(0.05)
            with pytest.raises(StoreError, match="was taken by another process"), store.write():
                pass
    store.close()
    other.close()


def locks(store: Store) -> int:
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with store.read() as connection:
        return int(connection.scalar(text(query)) or 0)
