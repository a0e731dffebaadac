"""Ctrl-C, SIGTERM and SIGHUP end every command within two seconds, and say how to go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from commands import Ran
from jurist.cli.exit_codes import ExitCode
from jurist.data import shipped_text

LONGEST_S = 2.0
VIEWED = "event('Page Viewed').count() >= 1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Each says that it was reached, then hangs in its own way.
HANGING = """
import asyncio, os, time
from pathlib import Path

def reached():
    Path("reached").touch()

def sleeps(question):
    reached()
    time.sleep(3600)

async def blocks(question):
    reached()
    time.sleep(3600)

async def blocks_later(question):
    await asyncio.sleep(2)
    reached()
    time.sleep(3600)

async def refuses(question):
    reached()
    while True:
        try:
            await asyncio.sleep(3600)
        except BaseException:
            pass

async def solves(question):
    import z3
    import jurist.languages.cql.prover
    solver, pigeons = z3.SimpleSolver(), [z3.Bools(" ".join(f"p{i}_{h}" for h in range(13)))
                                          for i in range(14)]
    for each in pigeons:
        solver.add(z3.Or(each))
    for hole in zip(*pigeons):
        solver.add(z3.AtMost(*hole, 1))
    reached()
    solver.check()

def judge(question, reference, candidate, workspace):
    reached()
    time.sleep(3600)

"""
STUDY = """
name: hanging
datasets: [{{name: shop, limit: 5}}]
questions: {{use: authored, generator: null}}
generators: [{generator}]
judges: [{judge}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hanging.py").write_text(HANGING)
    (tmp_path / "schema.yaml").write_text(shipped_text("shop/schema.yaml"))
    (tmp_path / "sleep.py").write_text(
        "import os, pathlib, time\npathlib.Path('reached').write_text(str(os.getpid()))\n"
        "time.sleep(3600)\n"
    )
    pair = {"id": 1, "reference": VIEWED, "candidate": f"NOT {VIEWED}"}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair) + "\n")
    return tmp_path


@contextmanager
def started(folder: Path, command: Sequence[str]) -> Generator[subprocess.Popen[bytes]]:
    """A command in a group of processes of its own, as a terminal starts it."""
    inherited = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup make test` ignores it
    running = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    signal.signal(signal.SIGHUP, inherited)
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def interrupted(
    folder: Path,
    *arguments: str,
    by: signal.Signals = signal.SIGINT,
    when: Callable[[Path], bool] = lambda folder: (folder / "reached").exists(),
) -> Ran:
    """What a command says that is signalled once it is well under way."""
    with started(folder, [sys.executable, "-m", "jurist", *arguments]) as running:
        end = time.monotonic() + 60
        while not when(folder) and running.poll() is None:
            assert time.monotonic() < end, "it never got under way"
            time.sleep(0.02)
        began = time.monotonic()
        os.killpg(running.pid, by)
        out, err = running.communicate(timeout=30)
        assert time.monotonic() - began < LONGEST_S
        return Ran(running.returncode, out.decode(), err.decode())


def assert_says_how_to_go_on(said: Ran, command: str) -> None:
    assert said.code == ExitCode.OPEN
    assert "interrupted" in said.err
    assert f"To go on: {command}" in said.err
    assert "Traceback" not in said.err
    assert "leaked" not in said.err


@pytest.mark.parametrize("by", SIGNALS)
@pytest.mark.parametrize("generator", ["sleeps", "blocks", "refuses", "solves"])
def test_a_run_whose_generator_hangs(folder: Path, generator: str, by: signal.Signals) -> None:
    text = STUDY.format(generator=f"hanging:{generator}", judge="proof")
    (folder / "study.yaml").write_text(text)
    said = interrupted(folder, "run", "study.yaml", by=by)
    assert_says_how_to_go_on(said, "jurist run study.yaml")


def test_a_run_that_is_ended_by_force_leaves_nothing_else_to_read(folder: Path) -> None:
    generators = "rules, hanging:blocks_later"
    (folder / "study.yaml").write_text(STUDY.format(generator=generators, judge="proof"))
    said = interrupted(folder, "run", "study.yaml")
    assert_says_how_to_go_on(said, "jurist run study.yaml")


def test_a_run_whose_command_hangs_leaves_no_process(folder: Path) -> None:
    command = f'{{command: ["{sys.executable}", "sleep.py"]}}'
    (folder / "study.yaml").write_text(STUDY.format(generator=command, judge="proof"))
    said = interrupted(folder, "run", "study.yaml")
    assert_says_how_to_go_on(said, "jurist run study.yaml")
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "reached").read_text()), 0)


@pytest.mark.parametrize("by", SIGNALS)
def test_a_judge_that_hangs(folder: Path, by: signal.Signals) -> None:
    (folder / "study.yaml").write_text(STUDY.format(generator="rules", judge="hanging:judge"))
    said = interrupted(folder, "run", "study.yaml", by=by)
    assert_says_how_to_go_on(said, "jurist run study.yaml")


def test_judging_pairs_says_from_which_line_to_go_on(folder: Path) -> None:
    asked = ("judge", "pairs.jsonl", "--schema", "schema.yaml", "--judge", "hanging:judge")
    said = interrupted(folder, *asked)
    assert_says_how_to_go_on(said, "tail -n +1 pairs.jsonl | jurist judge -")


@pytest.mark.parametrize("by", SIGNALS)
def test_a_challenge_while_references_are_changed(folder: Path, by: signal.Signals) -> None:
    asked = ("challenge", "--judge", "proof", "--dataset", "shop")
    said = interrupted(folder, *asked, by=by, when=lambda folder: (folder / "jurist.db").exists())
    assert_says_how_to_go_on(said, "jurist challenge --judge proof --dataset shop")


def test_a_challenge_whose_judge_hangs(folder: Path) -> None:
    asked = ("challenge", "--judge", "hanging:judge", "--dataset", "shop", "--references", "2")
    said = interrupted(folder, *asked)
    assert_says_how_to_go_on(said, "jurist challenge --judge hanging:judge")


def test_a_terminal_that_is_gone_is_no_new_trouble(folder: Path) -> None:
    (folder / "study.yaml").write_text(STUDY.format(generator="hanging:sleeps", judge="proof"))
    command = [sys.executable, "-m", "jurist", "run", "study.yaml"]
    with started(folder, command) as running:
        while not (folder / "reached").exists() and running.poll() is None:
            time.sleep(0.02)
        assert running.stderr is not None
        running.stderr.close()
        os.killpg(running.pid, signal.SIGHUP)
        assert running.wait(timeout=30) == ExitCode.OPEN


def test_what_is_ignored_from_the_start_stays_ignored(folder: Path) -> None:
    asked = f"{sys.executable} -m jurist diff \"trait('a') = 1\" \"trait('a') = 2\""
    shell = f"trap '' HUP; {asked} & touch begun; wait $!"
    with started(folder, ["sh", "-c", shell]) as running:
        while not (folder / "begun").exists():
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGHUP)
        assert running.wait(timeout=60) == ExitCode.NO


# Counts imports, and signals its own process at one of them.
AT_IMPORT = """
import os, signal, sys

class Finder:
    left = int(sys.argv.pop(1))

    def find_spec(self, name, path=None, target=None):
        Finder.left -= 1
        if Finder.left == 0:
            os.kill(os.getpid(), signal.SIGINT)
        return None

from jurist.cli import main
sys.meta_path.insert(0, Finder())
sys.argv[0] = "jurist"
main()
"""


@pytest.mark.parametrize("imports", [1, 5, 30, 100, 200])
def test_a_signal_during_the_start_leaves_no_traceback(folder: Path, imports: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AT_IMPORT), str(imports), "diff", "x", "y"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert_says_how_to_go_on(Ran(done.returncode, done.stdout, done.stderr), "jurist diff x y")


def test_a_password_is_not_said_again(folder: Path) -> None:
    (folder / "study.yaml").write_text(STUDY.format(generator="hanging:sleeps", judge="proof"))
    store = "postgresql://me:pass-word@127.0.0.1:1/x"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AT_IMPORT), "30", "report", "--store", store],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "To go on: jurist report --store" in done.stderr
    assert "pass-word" not in done.stderr
