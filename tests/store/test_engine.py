"""Opening stores: both databases, migrations, and errors that say what to do."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert, text

import jurist.store
from jurist.errors import StoreError
from jurist.store import Store, open_store, read_store
from jurist.store.ledger import EXCHANGES
from jurist.store.tables import METADATA, RUNS
from postgres import Server

_MIGRATIONS = Path(jurist.store.__file__).parent / "migrations"


def test_migrations_make_the_tables_that_the_code_declares(store_url: str) -> None:
    store = open_store(store_url)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert EXCHANGES.metadata is METADATA
    store.close()


def test_a_second_opening_does_not_import_alembic(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db").close()
    code = (
        "import sys; from jurist.store import open_store;"
        "open_store(sys.argv[1]).close(); sys.exit('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a.db"], check=False)
    assert done.returncode == 0


def test_processes_that_open_a_new_store_at_once_agree(store_url: str) -> None:
    errors: list[BaseException] = []

    def try_to_open() -> None:
        try:
            open_store(store_url).close()
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            errors.append(error)

    threads = [threading.Thread(target=try_to_open) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_threads_that_make_stores_of_their_own_do_not_meet(tmp_path: Path) -> None:
    """Alembic keeps what it is doing in globals: two new stores at once shared them."""
    errors: list[BaseException] = []

    def try_to_open(path: Path) -> None:
        try:
            open_store(path).close()
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            errors.append(error)

    threads = [threading.Thread(target=try_to_open, args=(tmp_path / f"{n}.db",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for n in range(6):
        read_store(tmp_path / f"{n}.db").close()


def test_a_new_file_that_another_is_writing_to_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    soon = threading.Timer(0.3, other.execute, ("ROLLBACK",))
    soon.start()
    open_store(path).close()
    soon.join()
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_a_failed_transaction_leaves_nothing(store_url: str) -> None:
    store = open_store(store_url)
    with pytest.raises(StoreError, match=r"UNIQUE|unique"), store.write() as connection:
        connection.execute(text(f"{_RUN}, {_ROW}"))
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM runs")) == 0
    store.close()


def test_foreign_keys_are_enforced(store_url: str) -> None:
    store = open_store(store_url)
    with pytest.raises(StoreError), store.write() as connection:
        connection.execute(
            text("INSERT INTO settlements VALUES ('no such run', 't', 'j', 'o', 's', '', 0)")
        )
    store.close()


def test_an_earlier_store_is_brought_up_to_date(store_url: str) -> None:
    """A store of revision 0001, with a row in it, as an older Jurist left it."""
    store = open_store(store_url)
    with store.write() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("path_separator", "os")
        upgrade(config, "0001")
        connection.execute(text(_RUN))
    store.close()
    store = open_store(store_url)
    with store.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        assert connection.scalar(text("SELECT name FROM runs")) == "n"
    store.close()


def test_a_store_of_a_newer_jurist_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer Jurist"):
        open_store(store_url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://u:secret@h/d", "cannot be kept in 'mysql'"),
        ("postgresql://u:secret@h:port/d", "URL cannot be read"),
        ("postgresql://u:secret@127.0.0.1:1/d", "cannot be reached"),
        ("/proc/nothing/here.db", "folder cannot be made"),
    ],
)
def test_a_bad_place_is_explained_without_its_password(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(StoreError, match=r"jurist\[postgres\]"):
        open_store("postgresql://u@h/d")


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, " * 100)
    with pytest.raises(StoreError, match="is not a SQLite database"):
        open_store(path)


def test_a_locked_store_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.store.engine._BUSY_MS", 20)
    store = open_store(tmp_path / "a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another process"):
        _add_run(store)
    other.execute("ROLLBACK")
    other.close()
    _add_run(store)
    store.close()


def test_a_full_disk_is_explained_and_loses_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db")
    _add_run(store)
    with store.read() as connection:
        pages = int(connection.scalar(text("PRAGMA page_count")) or 0)
        connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
    with pytest.raises(StoreError, match="disk is full"):
        _add_many_runs(store)
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM runs")) == 1
    store.close()


@pytest.mark.postgres
def test_a_killed_server_is_explained_and_loses_nothing(
    postgres_server: Server, postgres_url: str
) -> None:
    store = open_store(postgres_url)
    _add_run(store)
    postgres_server.stop(signal.SIGQUIT)
    with pytest.raises(StoreError, match=r"shut down|closed the connection|cannot be reached"):
        _add_run(store)
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(postgres_url)
    postgres_server.start()
    store.close()
    store = open_store(postgres_url)
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM runs")) == 1
    store.close()


_COLUMNS = "id, name, created, study, digest, jurist, state"
_ROW = "('r', 'n', 0, '{}', 'd', '0', 'planning')"
_RUN = f"INSERT INTO runs ({_COLUMNS}) VALUES {_ROW}"  # noqa: S608 - no data from outside


def _add_run(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text(_RUN))


def _add_many_runs(store: Store) -> None:
    row = {"created": 0, "study": "{}", "digest": "d", "jurist": "0", "state": "planning"}
    with store.write() as connection:
        rows = [{"id": str(n), "name": "n" * 1000, **row} for n in range(200)]
        connection.execute(insert(RUNS), rows)


def test_a_look_cannot_write(store_url: str) -> None:
    open_store(store_url).close()
    store = read_store(store_url)
    with pytest.raises(StoreError, match=r"read-only|may not be written"):
        _add_run(store)
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM runs")) == 0
    store.close()


@pytest.mark.postgres
def test_a_server_is_shared_with_other_programs_but_not_their_tables(postgres_url: str) -> None:
    other = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE customers (name text)"))
    with pytest.raises(StoreError, match="there is nothing in"):
        read_store(postgres_url)
    open_store(postgres_url).close()
    read_store(postgres_url).close()
    with other.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    for open_it in (open_store, read_store):
        with pytest.raises(StoreError, match="no store of Jurist"):
            open_it(postgres_url)
    other.dispose()
