"""A real PostgreSQL for tests: the wheel's binaries, or Debian's, as a child of the tests.

PostgreSQL refuses to run as root, so as root it is started as an unprivileged user.
It listens on a socket in a folder of its own, and on nothing else.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

_NUMBERS = itertools.count()
_USER = 65534 if os.geteuid() == 0 else None
"""Nobody, where we are root; else ourselves."""


class Server:
    """A running server that can be killed and started again."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._data = folder / "data"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C",
                  "--no-sync", "-D", str(self._data))  # fmt: skip

    def start(self) -> None:
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self._data, "-k", self._folder, "-h", "", "-F",
             "-c", "max_connections=60", "-c", "shared_buffers=32MB"],
            stdout=log, stderr=log, user=_USER, group=_USER,
        )  # fmt: skip
        log.close()
        for _ in range(300):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._dsn("postgres")).close()
                return
            assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
            time.sleep(0.1)
        msg = "PostgreSQL did not start: " + (self._folder / "log").read_text()[-2000:]
        raise AssertionError(msg)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: a fast shutdown; SIGQUIT: at once, as if the machine had gone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def cpu_ms(self) -> float:
        """What the server and its processes have taken of the processors, also those that ended."""
        assert self._process is not None
        parent = psutil.Process(self._process.pid)
        own = parent.cpu_times()
        spent = own.user + own.system + own.children_user + own.children_system
        for child in parent.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                spent += times.user + times.system
        return 1_000 * spent

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _dsn(self, database: str) -> str:
        return f"host={self._folder} user=postgres dbname={database}"

    def _run(self, command: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / command, *arguments],
            capture_output=True,
            check=False,
            user=_USER,
            group=_USER,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]


def binaries_of_postgres() -> Path | None:
    """Where a PostgreSQL is that this user can run."""
    places: list[Path] = []
    wheel = importlib.util.find_spec("pgserver")
    if wheel is not None and wheel.origin is not None:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent)
    for place in places:
        with contextlib.suppress(OSError):  # not there, or not to be run by that user
            done = subprocess.run(
                [place / "postgres", "--version"],
                capture_output=True,
                check=False,
                user=_USER,
                group=_USER,
            )
            if done.returncode == 0 and (place / "initdb").exists():
                return place
    return None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for the session; a test that kills it starts it again."""
    binaries = binaries_of_postgres()
    if binaries is None:
        pytest.skip("no PostgreSQL that this user can run: neither of the pgserver wheel nor here")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has at most 107 bytes
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    server = Server(binaries, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """A fresh, empty database on the session's server."""
    return postgres_server.new_database()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    server: Server = request.getfixturevalue("postgres_server")
    return server.new_database()
