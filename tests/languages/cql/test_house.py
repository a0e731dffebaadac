"""How much of the house one proof goes through: whoever follows it has so many files to open."""

from __future__ import annotations

from pathlib import Path

from benchmarks.bench_house import PAIRS, calls_by_file

import jurist.languages.cql

MOST_FILES = 34
LONGEST_FILE = 400


def test_a_proof_of_two_counts_goes_through_few_files() -> None:
    files = calls_by_file(*PAIRS["count"])
    assert len(files) <= MOST_FILES, files
    assert {"arms.py", "prover/decision.py", "semantics/interpreter.py"} <= files.keys()


def test_no_file_is_long() -> None:
    room = Path(jurist.languages.cql.__path__[0])
    lines = {path: path.read_text("utf-8").count("\n") for path in room.rglob("*.py")}
    assert {path.name: n for path, n in lines.items() if n > LONGEST_FILE} == {}
