"""Stores that commands look at: nothing in them changes, and each says what it is."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import create_engine

from commands import Jurist, Ran, run_here
from judged_runs import Folder, labelled, make_folder
from jurist.cli.exit_codes import ExitCode
from jurist.store import migrate as migrating
from jurist.store import open_store

LOOKS = (
    ("report",),
    ("report", "study"),
    ("report", "study", "--format", "json"),
    ("runs",),
    ("runs", "--json"),
    ("ledger",),
    ("align", "study"),
    ("estimate", "study"),
    ("compare", "study"),
    ("plan", "study"),
    ("disagreements", "study"),
    ("annotate", "study", "--export", "out.jsonl"),
    ("gate", "study", "--baseline", "other", "--max-drop", "4"),
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("kept"))
    folder.run(cases=10)
    folder.run(cases=10, name="other")
    return folder


@pytest.fixture
def jurist(
    tmp_path: Path,
    ran: Folder,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Jurist:
    shutil.copy(ran.place, tmp_path / "jurist.db")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        return run_here(monkeypatch, capfdbinary, *arguments)

    return run


def state_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file with a digest and when it was changed."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if not path.name.startswith("out.")
    }


@pytest.mark.parametrize("look", LOOKS, ids=" ".join)
def test_a_look_leaves_every_file_as_it_is(
    jurist: Jurist, tmp_path: Path, look: tuple[str, ...]
) -> None:
    before = state_of(tmp_path)
    said = jurist(*look)
    nothing_measured = look[0] == "align"  # these runs have neither labels nor a proof's verdicts
    assert said.code == (ExitCode.OPEN if nothing_measured else ExitCode.YES), said.err
    assert state_of(tmp_path) == before


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def damaged(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096 * 3 :] = b"\xa5" * (len(whole) - 4096 * 3)
    path.write_bytes(whole)


def broken_row(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tasks SET payload = '{\"judge\": 1' WHERE stage = 'verdicts'")
    connection.close()


def missing_payload(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tasks SET payload = NULL")
    connection.close()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("no database at all " * 1000)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (foreign, "no store of Jurist: it has the tables alembic_version, customers"),
        (newer, "written by a newer Jurist"),
        (damaged, "is damaged"),
        (broken_row, "holds a row that cannot be read"),
        (missing_payload, "holds a row that cannot be read"),
        (emptied, "there is nothing in jurist.db yet"),
        (text, "is not a SQLite database"),
        (pipe, "is no file"),
    ],
)
def test_a_store_says_what_it_is_and_what_to_do(
    jurist: Jurist, tmp_path: Path, spoil: Callable[[Path], None], problem: str
) -> None:
    path = tmp_path / "jurist.db"
    if spoil is foreign:
        path.unlink()
    spoil(path)
    before = None if spoil is pipe else state_of(tmp_path)
    said = jurist("report", "study")
    assert said.code == 2
    assert problem in said.err
    assert "expected: " in said.err
    assert "fix: " in said.err
    assert "Traceback" not in said.err
    assert before is None or state_of(tmp_path) == before


def test_a_run_leaves_a_foreign_database_as_it_is(jurist: Jurist, tmp_path: Path) -> None:
    foreign(tmp_path / "other.db")
    jurist("init")
    study = tmp_path / "study.yaml"
    study.write_text(f"store: other.db\n{study.read_text()}".replace("\nstore: jurist.db", ""))
    before = state_of(tmp_path)
    said = jurist("run", "study.yaml")
    assert said.code == 2
    assert "no store of Jurist" in said.err
    assert state_of(tmp_path) == before


def older(path: Path) -> None:
    """A store as the first Jurist left it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "0001")
    engine.dispose()


def test_an_older_store_is_brought_up_by_migrate_not_by_a_look(
    jurist: Jurist, tmp_path: Path
) -> None:
    older(tmp_path / "old.db")
    before = state_of(tmp_path)
    said = jurist("runs", "--store", "old.db")
    assert said.code == 2
    assert "an older Jurist (tables of revision 0001)" in said.err
    assert "fix: jurist migrate --store old.db" in said.err
    assert state_of(tmp_path) == before
    assert "from revision 0001" in jurist("migrate", "--store", "old.db").err
    assert "is up to date" in jurist("migrate", "--store", "old.db").err
    assert jurist("runs", "--store", "old.db").code == 0
    assert jurist("migrate", "--store", "nothing.db").code == 2
    assert not (tmp_path / "nothing.db").exists()


def test_a_locked_store_says_so(
    jurist: Jurist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jurist.store.engine._BUSY_MS", 20)
    other = sqlite3.connect(tmp_path / "jurist.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    said = jurist("runs")
    other.close()
    assert said.code == 2
    assert "is locked by another process" in said.err
    assert jurist("runs").code == 0


@pytest.fixture
def sealed(ran: Folder) -> Iterator[Path]:
    """A folder that nobody but root may write to, with a store in it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(ran.place, folder / "jurist.db")
        (folder / "jurist.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def heed_permissions() -> None:
    """Make a process of root's heed the permissions of files, as everybody else's do."""
    prctl = ctypes.CDLL(None).prctl
    for capability in (1, 2):  # to override permissions, to read without them
        prctl(24, capability, 0, 0, 0)  # dropped from all that is executed from here on


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl where tests run as root")
def test_a_store_in_a_read_only_folder_can_be_read_and_says_that_it_cannot_be_written(
    sealed: Path,
) -> None:
    def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "jurist", *arguments],
            cwd=sealed, preexec_fn=heed_permissions, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    said = ask("report", "study")
    assert said.returncode == 0, said.stderr
    assert "careful" in said.stdout
    refused = ask("annotate", "study", "--import", "jurist.db")
    assert refused.returncode == 2
    assert "may not be written" in refused.stderr
    assert {path.name for path in sealed.iterdir()} == {"jurist.db"}


def test_runs_are_deleted_whole_and_only_where_nothing_would_be_lost(
    jurist: Jurist, ran: Folder, tmp_path: Path
) -> None:
    labelled_run, plain_run = ran.runs[0], ran.runs[1]
    copy = Folder(tmp_path, ran.module)
    copy.label(labelled_run, labelled(copy.export(labelled_run, "--count", "3")))
    said = jurist("runs", "--delete", plain_run, "--delete", "nope")
    assert "there is no run with the id 'nope'" in said.err
    refused = jurist("runs", "--delete", labelled_run)
    assert refused.code == 2
    assert "3 labels" in refused.err
    assert jurist("runs", "--delete", plain_run).code == 0
    assert jurist("runs", "--delete", labelled_run, "--with-labels").code == 0
    store = open_store(tmp_path / "jurist.db")
    with store.read() as connection:
        for table in ("runs", "datasets", "cases", "tasks", "annotations", "settlements"):
            count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608
            assert count == 0, table
    store.close()


def test_the_environment_names_the_store_of_every_command(
    jurist: Jurist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
    sections = [each for each in page.split("\n## jurist ") if "  --store " in each]
    assert len(sections) > 15
    for section in sections:
        assert "env var:" in section[section.index("  --store ") :], section.split("\n", 1)[0]
    monkeypatch.setenv("JURIST_STORE", str(tmp_path / "elsewhere.db"))
    for words in (("report",), ("runs",), ("facts", "x"), ("align", "x"), ("user", "list")):
        assert "elsewhere.db" in jurist(*words).err


def test_a_log_that_is_not_there_makes_no_store(jurist: Jurist, tmp_path: Path) -> None:
    words = ("production", "ingest", "nowhere.jsonl", "--system", "a", "--store", "fresh.db")
    said = jurist(*words)
    assert said.code == ExitCode.ERROR
    assert "nowhere.jsonl" in said.err
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("fresh")] == []
