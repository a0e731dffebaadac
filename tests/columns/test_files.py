"""Columns that are kept in files: used where they are whole and current, else built anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import update
from tests.columns.mixed_runs import run_mixed

from jurist.columns import Columns, Filters, Shelf, Sort, files, shelf_of, view
from jurist.columns import shelf as shelves
from jurist.store import Store, open_store
from jurist.store.tables import CASES, CONSISTENCY, DATASETS, RUNS, TASK_COUNTS, TASKS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("mixed")
    store = open_store(folder / "jurist.db")
    run = run_mixed(folder, store, cases=3)
    store.close()
    return folder / "jurist.db", run


@pytest.fixture
def stored(
    made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, str]]:
    monkeypatch.setattr(shelves, "_WORTH_KEEPING", 1)
    shutil.copy(made[0], tmp_path / "jurist.db")
    store = open_store(tmp_path / "jurist.db")
    yield store, made[1]
    store.close()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were read from the store."""
    read: list[str] = []
    whole = shelves.read_all

    def counted(connection: object, run: str, growing: object) -> None:
        read.append(run)
        whole(connection, run, growing)  # type: ignore[arg-type]

    monkeypatch.setattr(shelves, "read_all", counted)
    return read


def _the_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def _same(one: Columns, other: Columns) -> bool:
    for sort in Sort:
        views = [view(each, Filters(text="older"), sort, 0, 99) for each in (one, other)]
        if views[0] != views[1]:
            return False
    return np.array_equal(one.rows.score, other.rows.score, equal_nan=True)


def test_what_one_session_built_the_next_opens(
    stored: tuple[Store, str], tmp_path: Path, built: list[str]
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    first = Shelf(store, folder).sorted(run)
    again = Shelf(store, folder).columns(run)
    assert built == [run]
    assert again.sorting is not None
    assert _same(first, again)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert _the_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_not_whole_is_built_anew(
    stored: tuple[Store, str], tmp_path: Path, built: list[str]
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    first = Shelf(store, folder).sorted(run)
    path = _the_file(folder)
    whole = path.read_bytes()
    chance = Random(3)
    harmed = [b"", b"no columns at all", whole[:9], whole[:-1], whole + b"x"]
    harmed.append(whole[:23] + b"\x7f" + b"\xff" * 7 + whole[31:])  # it says that it is endless
    for _ in range(25):
        place = chance.randrange(len(whole))
        flipped = bytes([whole[place] ^ 1 << chance.randrange(8)])
        harmed.append(whole[:place] + flipped + whole[place + 1 :])
        harmed.append(whole[: chance.randrange(len(whole))])
    for number, bytes_of_file in enumerate(harmed):
        path.write_bytes(bytes_of_file)
        assert _same(Shelf(store, folder).sorted(run), first), number
    assert len(built) == len(harmed) + 1


def test_a_file_of_another_state_is_built_anew(
    stored: tuple[Store, str], tmp_path: Path, built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    Shelf(store, folder).sorted(run)
    of_run = (TASKS.c.run == run, TASKS.c.stage == "verdicts")
    with store.write() as connection:  # one more second: another verdict came last
        connection.execute(update(TASKS).where(*of_run).values(finished=TASKS.c.finished + 1000))
    Shelf(store, folder).sorted(run)
    with store.write() as connection:  # the run was deleted and made again
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(created=1))
    Shelf(store, folder).sorted(run)
    assert built == [run] * 3
    monkeypatch.setattr(files, "__version__", "0.0.0")
    Shelf(store, folder).sorted(run)
    monkeypatch.setattr(files, "_LAYOUT", "other")
    Shelf(store, folder).sorted(run)
    assert built == [run] * 5


def test_a_file_that_others_may_write_is_not_believed(
    stored: tuple[Store, str], tmp_path: Path, built: list[str]
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    Shelf(store, folder).sorted(run)
    _the_file(folder).chmod(0o666)
    Shelf(store, folder).sorted(run)
    assert built == [run] * 2
    assert _the_file(folder).stat().st_mode & 0o777 == 0o600
    folder.chmod(0o777)
    _the_file(folder).unlink()
    Shelf(store, folder).sorted(run)
    assert not list(folder.iterdir())


def test_a_file_under_another_run_s_name_is_not_its(
    stored: tuple[Store, str], tmp_path: Path, built: list[str]
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    Shelf(store, folder).sorted(run)
    foreign = _the_file(folder).read_bytes()
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.execute(update(RUNS).values(id="another"))
        for table in (DATASETS, CASES, TASKS, TASK_COUNTS, CONSISTENCY):
            connection.execute(update(table).values(run="another"))
    Shelf(store, folder).sorted("another")
    _the_file(folder).write_bytes(foreign)
    Shelf(store, folder).sorted("another")
    assert built == [run, "another", "another"]


def test_where_nothing_can_be_written_nothing_is_kept(
    stored: tuple[Store, str], tmp_path: Path
) -> None:
    store, run = stored
    (tmp_path / "a file").write_text("")
    assert len(Shelf(store, tmp_path / "a file").sorted(run)) > 0
    assert (tmp_path / "a file").read_text() == ""


def test_files_of_runs_that_are_gone_and_of_those_unused_for_long_are_removed(
    stored: tuple[Store, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, run = stored
    folder = tmp_path / "kept"
    Shelf(store, folder).sorted(run)
    path = _the_file(folder)
    gone = folder / "0123.columns"
    shutil.copy(path, gone)
    strange = folder / "notes.txt"  # not ours to remove
    strange.write_text("mine")
    abandoned = folder / "x.partial"
    abandoned.write_text("half")
    os.utime(abandoned, (1, 1))
    path.unlink()
    Shelf(store, folder).sorted(run)
    assert {each.name for each in folder.iterdir()} == {path.name, "notes.txt"}
    older = files.ColumnFiles(folder)
    monkeypatch.setattr(files, "_MOST_BYTES", 10)
    columns = Shelf(store, None).sorted(run)
    stamp = shelves.Stamp(1, "finished", 2, 3)
    os.utime(path, (1, 1))
    older.write(replace(columns, run="other"), stamp, [run, "other"])
    assert not path.exists()  # the newest stays, however large
    assert older.read("other", stamp) is not None


def test_a_small_run_leaves_no_file(made: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copy(made[0], tmp_path / "jurist.db")
    store = open_store(tmp_path / "jurist.db")
    shelf = shelf_of(store)
    assert shelf is shelf_of(store)
    shelf.sorted(made[1])
    assert not list(tmp_path.glob("*.columns"))
    store.close()
