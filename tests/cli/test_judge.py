"""`jurist judge`: recorded triples in, one verdict a line out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from commands import Jurist, run_process
from jurist.errors import InternalContradiction
from jurist.records import Candidate, Verdict
from studies import SCHEMA, write_module

FIELDS = ["id", "score", "unscored_reason", "relation", "method", "witness", "reasoning", "ms"]

JUDGE = """
    import time

    def quick(question, reference, candidate, workspace):
        return (4.0, f"{question}|{reference}|{candidate}")

    def slow(question, reference, candidate, workspace):
        time.sleep(0.02)
        return 3.0
"""


def triple(identity: str | int, reference: str | None, candidate: str | None, **more: str) -> str:
    return json.dumps({"id": identity, "reference": reference, "candidate": candidate, **more})


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    return tmp_path


MIXED = "\n".join(
    [
        triple("same", "trait('age') > 3", "trait('age') >= 4", question="older than 3"),
        triple(2, None, None),
        "not json",
        triple("wrong", "trait('plan') = 'pro'", "trait('plan') = 'free'"),
        json.dumps({"id": "x", "reference": "trait('age') > 3"}),
        "",
        triple("no query", "trait('age') > 3", "[red]SELECT \x1b[31m \u202e"),
        triple("bad reference", "trait(", "trait('age') > 3"),
        triple("unknown", "trait('nope') > 3", "trait('age') > 3"),
        triple("refused, bad reference", "trait(", None),
        triple("refused, unknown", "trait('nope') > 3", None),
        triple("refused", "trait('age') > 3", None),
        triple("unbuildable", None, "trait('age') > 3"),
        "[1]",
    ]
)


def test_each_line_is_judged_in_order_and_bad_ones_are_named(jurist: Jurist, folder: Path) -> None:
    (folder / "pairs.jsonl").write_text(MIXED)
    said = jurist("judge", "pairs.jsonl", "--schema", "schema.yaml", "--out", "out.jsonl")
    assert said.code == 1
    found = rows((folder / "out.jsonl").read_text())
    assert [list(row) for row in found] == [FIELDS] * 10
    by_id = {row["id"]: row for row in found}
    assert list(by_id) == [
        "same", "2", "wrong", "no query", "bad reference", "unknown", "refused, bad reference",
        "refused, unknown", "refused", "unbuildable",
    ]  # fmt: skip
    assert (by_id["same"]["score"], by_id["same"]["relation"]) == (5.0, "equivalent")
    assert by_id["2"]["score"] == 5.0
    assert by_id["wrong"]["relation"] == "disjoint"
    witness = by_id["wrong"]["witness"]
    assert {witness["reference"], witness["candidate"]} == {True, False}
    assert by_id["no query"]["score"] == 1.0
    assert by_id["refused"]["score"] == by_id["unbuildable"]["score"] == 1.0
    for name in ("bad reference", "unknown", "refused, bad reference", "refused, unknown"):
        assert by_id[name]["score"] is None
        assert by_id[name]["unscored_reason"].startswith("the reference is no query")
    for line in (3, 5, 14):
        assert f"pairs.jsonl, line {line}: " in said.err
    assert said.err.count("pairs.jsonl, line") == 3
    assert said.err.endswith("10 judged, 6 with a score, 3 lines could not be read\n")
    assert not (folder / "out.jsonl.partial").exists()


def test_from_standard_input_to_standard_output(folder: Path) -> None:
    typed = MIXED.splitlines()[0].encode() + b"\n\xff\xfe\n"
    said = run_process("judge", "-", "--schema", "schema.yaml", folder=folder, typed=typed)
    assert said.code == 1
    assert [row["id"] for row in rows(said.out)] == ["same"]
    assert "-, line 2: " in said.err
    for hidden in "\x1b\u202e":
        assert hidden not in said.out + said.err


def test_a_judge_of_ones_own_sees_each_triple(jurist: Jurist, folder: Path) -> None:
    module = write_module(folder, JUDGE)
    lines = [triple(n, f"trait('age') > {n}", None if n % 2 else "x") for n in range(300)]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    said = jurist(
        "judge", "pairs.jsonl", "--schema", "schema.yaml", "--judge", f"{module}:quick", "--quiet"
    )
    assert (said.code, said.err) == (0, "")
    found = rows(said.out)
    assert [row["id"] for row in found] == [str(n) for n in range(300)]
    assert found[0]["reasoning"] == "|trait('age') > 0|x"
    assert found[1]["reasoning"] == "|trait('age') > 1|None"


def test_a_file_of_which_no_line_can_be_read_is_an_error(jurist: Jurist, folder: Path) -> None:
    (folder / "pairs.csv").write_text("reference,candidate\n1,2\n")
    said = jurist("judge", "pairs.csv", "--schema", "schema.yaml", "--quiet")
    assert said.code == 2
    assert "none of the 2 lines of pairs.csv could be read" in said.err


def test_nothing_to_judge_is_an_error(jurist: Jurist, folder: Path) -> None:
    (folder / "empty.jsonl").write_text("")
    said = jurist("judge", "empty.jsonl", "--schema", "schema.yaml", "--out", "out.jsonl")
    assert said.code == 2
    assert "empty.jsonl holds no pair" in said.err
    assert (folder / "out.jsonl").read_text() == ""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("none.jsonl", "--schema", "schema.yaml"), "there is no file none.jsonl"),
        ((".", "--schema", "schema.yaml"), "is a folder"),
        (("pairs.jsonl", "--schema", "none.yaml"), "none.yaml"),
        (("pairs.jsonl", "--schema", "pairs.jsonl"), "pairs.jsonl"),
        (("pairs.jsonl",), "Missing option '--schema'"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--judge", "prof"), "did you mean 'proof'?"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--judge", "no_x:y"), "no module 'no_x'"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--out", "."), "is a folder"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--out", "schema.yaml/x"), "lie in a file"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--workers", "0"), "workers"),
        (("pairs.jsonl", "--schema", "schema.yaml", "--language", "qq"), "language 'qq'"),
    ],
)
def test_what_cannot_be_used_is_named(
    jurist: Jurist, folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    (folder / "pairs.jsonl").write_text("{}\n{}\n")
    said = jurist("judge", *arguments)
    assert said.code == 2
    assert problem in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_ctrl_c_keeps_what_was_judged_and_says_how_to_go_on(folder: Path) -> None:
    module = write_module(folder, JUDGE)
    lines = [triple(n, "trait('age') > 1", "x") for n in range(2_000)]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    command = [
        sys.executable, "-m", "jurist", "judge", "pairs.jsonl", "--schema", "schema.yaml",
        "--judge", f"{module}:slow", "--out", "out.jsonl",
    ]  # fmt: skip
    running = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    partial = folder / "out.jsonl.partial"
    while running.poll() is None and not (partial.exists() and partial.stat().st_size):
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "Traceback" not in said
    kept = rows(partial.read_text())
    assert 0 < len(kept) < 2_000
    assert [row["id"] for row in kept] == [str(n) for n in range(len(kept))]
    assert f"the lines to {len(kept)} are judged and stand in out.jsonl.partial" in said
    assert f"tail -n +{len(kept) + 1} pairs.jsonl | jurist judge - " in said
    assert not (folder / "out.jsonl").exists()


def test_what_is_judged_is_in_the_file_when_the_process_is_killed(folder: Path) -> None:
    source = """
        import os, signal, time

        def judge(question, reference, candidate, workspace):
            if candidate == "4":
                time.sleep(0.5)
                os.kill(os.getpid(), signal.SIGKILL)
            return 3.0
    """
    module = write_module(folder, source)
    lines = [triple(n, "trait('age') > 1", str(n)) for n in range(9)]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    asked = ("judge", "pairs.jsonl", "--schema", "schema.yaml", "--judge", f"{module}:judge")
    said = run_process(*asked, "--out", "v.jsonl", folder=folder)
    assert said.code == -signal.SIGKILL
    kept = rows((folder / "v.jsonl.partial").read_text())
    assert [row["id"] for row in kept] == ["0", "1", "2", "3"]


class Contradicting:
    """A judge whose methods disagree about one candidate."""

    name = "contradicting"
    version = "1"

    async def judge(self, *triple: object) -> Verdict:
        candidate = triple[2]
        if isinstance(candidate, Candidate) and candidate.query == "2":
            raise InternalContradiction("proof against execution", bundle='{"pair": 2}')
        return Verdict("contradicting", 4.0)


def test_a_contradiction_fails_its_line_loudly_and_the_others_go_on(
    folder: Path, jurist: Jurist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> Contradicting:
        return Contradicting()

    monkeypatch.setattr("jurist.roles.loading.load_judge", load)
    lines = [triple(n, "trait('age') > 1", str(n)) for n in range(5)]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    said = jurist("judge", "pairs.jsonl", "--schema", "schema.yaml")
    assert said.code == 2
    assert [row["score"] for row in rows(said.out)] == [4.0, 4.0, None, 4.0, 4.0]
    assert rows(said.out)[2]["unscored_reason"] == "a bug in Jurist: proof against execution"
    assert "pairs.jsonl, line 3: proof against execution" in said.err
    assert '{"pair": 2}' in said.err
    assert "1 line is without a verdict for a bug in Jurist" in said.err


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    module = write_module(folder, JUDGE)
    lines = [triple(n, "trait('age') > 1", "x" * 500) for n in range(2_000)]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    command = (
        f"{sys.executable} -m jurist judge pairs.jsonl --schema schema.yaml"
        f" --judge {module}:quick --quiet | head -1"
    )
    done = subprocess.run(  # noqa: S602 - a shell's pipe is what is tested
        command, shell=True, cwd=folder, capture_output=True, text=True, check=True
    )
    assert [row["id"] for row in rows(done.stdout)] == ["0"]
    assert done.stderr == ""
