"""What holds for all of `jurist`: help, version, exit codes, how errors look."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import jurist as package
from commands import Jurist, run_process
from jurist.cli import COMMANDS


def test_help_lists_every_command(jurist: Jurist) -> None:
    said = jurist("--help")
    assert said.code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", said.out, re.MULTILINE), name


def test_help_says_what_each_command_does_in_a_whole_sentence(jurist: Jurist) -> None:
    listed = jurist("--help").out.split("Commands:\n")[1]
    assert "..." not in listed
    entries = re.split(r"\n  (?=\S)", "\n" + listed.rstrip())[1:]
    assert len(entries) == len(COMMANDS)
    for entry in entries:
        assert entry.endswith("."), entry


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does_with_examples(jurist: Jurist, command: str) -> None:
    said = jurist(command, "-h")
    assert said.code == 0
    assert "Examples:" in said.out
    assert f"jurist {command}" in said.out


def test_the_version(jurist: Jurist) -> None:
    assert jurist("--version").out == f"jurist {package.__version__}\n"


def test_no_command_shows_the_help_and_a_wrong_one_says_so(jurist: Jurist) -> None:
    assert "Commands:" in jurist().out + jurist().err
    said = jurist("juge")
    assert said.code == 2
    assert "No such command 'juge'" in said.err
    assert said.out == ""


def test_an_error_goes_to_standard_error_with_its_fix_and_code_2(jurist: Jurist) -> None:
    said = jurist("report", "nothing")
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("error: there is no store jurist.db\n  expected: ")
    assert "\n  fix: " in said.err


def test_python_m_jurist_is_the_same_command(tmp_path: Path) -> None:
    said = run_process("--version", folder=tmp_path)
    assert (said.code, said.out) == (0, f"jurist {package.__version__}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "jurist", "diff", "trait('a') = 1", "trait('a') = 1"],
            stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
