"""All that a session writes is its owner's alone from its first moment, whatever the umask."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import created_files
from judged_runs import labelled, make_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs permissions")


PAIR = json.dumps({"id": "a", "reference": "trait('age') > 3", "candidate": "trait('age') > 3"})


def session(folder: Path, *commands: str) -> dict[str, int]:
    """Run commands in a process of their own; the modes with which files came to be."""
    report = folder.parent / "created.json"
    arguments = chain.from_iterable(("--", *command.split()) for command in commands)
    script = str(Path(created_files.__file__))
    done = subprocess.run(
        [sys.executable, script, str(report), *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        env={**os.environ, "HOME": str(folder.parent / "home"), "TMPDIR": str(folder)},
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(report.read_text())
    assert not any(told["codes"]), (told["codes"], done.stderr.decode())
    return told["created"]


def modes(folder: Path) -> dict[str, int]:
    """What lies in a folder now."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


def assert_private(created: dict[str, int], folder: Path) -> None:
    """Of what was made in a folder nothing was ever anybody else's."""
    inside = {path: mode for path, mode in created.items() if path.startswith(f"{folder}{os.sep}")}
    open_to_others = {path: oct(mode) for path, mode in inside.items() if mode & 0o077}
    assert not {path for path in open_to_others if "__pycache__" not in path}, open_to_others


def test_a_session_of_all_kinds_of_files(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    folder = make_folder(work)
    run = folder.run(cases=6)  # the study's own files are the test's
    folder.label(run, labelled(folder.export(run)))
    (work / "export.jsonl").unlink()
    (work / "pairs.jsonl").write_text(PAIR)
    theirs = set(modes(work))
    created = session(
        work,
        "init new/deeply/study.yaml",
        "run study.yaml --store stores/deep/other.db --workers 1 -q --html made.html",
        f"report {run} --out a.html",
        f"report {run} --out a.md",
        f"report {run} --out a.json",
        "report latest --store stores/deep/other.db --out new/b.html",
        "ledger --export recording.jsonl.gz",
        "ledger --export recording.jsonl",
        f"annotate {run} --export tasks.jsonl --count 2",
        "judge pairs.jsonl --schema schema.yaml --judge proof --out verdicts.jsonl",
        "forget --value nobody@example.com --yes",
        "forget --before 2001-01-01 --yes --store stores/deep/other.db",
    )
    assert_private(created, work)
    after = modes(work)
    made = {name: oct(mode) for name, mode in after.items() if name not in theirs}
    wanted = {"made.html", "a.html", "a.md", "a.json", "recording.jsonl.gz", "tasks.jsonl"}
    assert wanted | {"verdicts.jsonl", "stores/deep/other.db", "new/b.html"} <= set(made)
    assert set(made.values()) == {"0o600", "0o700"}, made
    assert {str(work / name) for name in ("a.html.partial", "stores", "new/deeply")} <= set(created)


def test_who_shares_a_report_shares_the_next_one_too(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=4)
    assert folder.cli("report", run, "--out", str(tmp_path / "a.html")).exit_code == 0
    (tmp_path / "a.html").chmod(0o644)
    assert folder.cli("report", run, "--out", str(tmp_path / "a.html")).exit_code == 0
    assert modes(tmp_path)["a.html"] == 0o644


@pytest.mark.long
def test_the_demo(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    created = session(work, "demo -q")
    assert_private(created, work)
    assert set(modes(work).values()) == {0o600, 0o700}
