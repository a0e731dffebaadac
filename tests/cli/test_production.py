"""`jurist production`: a log goes in, and figures with intervals and what they show come out."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import numpy as np
import pytest

from commands import Jurist
from jurist.data import schema_path
from production.mechanisms import MECHANISMS, draw, log_of

SHOWN = "event('Order Completed').within(30 days).count() >= 1"
SAME = "event('Order Completed').within(30 days).count() > 0"
NARROWER = "event('Order Completed').within(30 days).count() >= 2"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of the mechanism `plain`, its names being people's, with two versions."""
    mechanism = MECHANISMS["plain"]
    queries = {"A": SHOWN, "B": NARROWER}
    path = tmp_path / "log.jsonl"
    with path.open("w") as file:
        for each in log_of(draw(mechanism, np.random.default_rng(3)), mechanism):
            row = {
                "id": each.question_id,
                "task": each.task,
                "user": f"{each.user}@example.com",
                "account": each.account,
                "version": "v1" if (each.asked_at or 0) < 1_781_500_000_000 else "v2",
                "prompt": "who?",
                "answer": SHOWN,
                "saved": queries.get(each.saved or ""),
                "asked_at": each.asked_at,
                "saved_at": each.saved_at,
                "abandoned_at": each.abandoned_at,
            }
            file.write(json.dumps(row) + "\n")
    return path


def ingested(jurist: Jurist, log: Path, *more: str) -> None:
    ran = jurist("production", "ingest", str(log), "--columns", "question=prompt", *more)
    assert ran.code == 0, ran.err


def test_a_log_goes_in_and_figures_come_out(jurist: Jurist, log: Path) -> None:
    ingested(jurist, log)
    again = jurist("production", "ingest", str(log), "--columns", "question=prompt", "--json")
    assert json.loads(again.out)["new"] == 0
    assert b"example.com" not in Path("jurist.db").read_bytes()
    assert stat.S_IMODE(Path("jurist.db.key").stat().st_mode) == 0o600
    schema = str(schema_path("shop"))
    ran = jurist("production", "--by", "version", "--schema", schema, "--html", "page.html")
    assert ran.code == 0, ran.err
    for words in (
        "median time to audience",
        "saved after asking again",
        "narrower than the answer",
        "weeks 1 to 4",
        "Not randomised",
        "not how much time a better answer would save",
    ):
        assert words in ran.out
        assert words in Path("page.html").read_text()
    told = json.loads(jurist("production", "--by", "version", "--schema", schema, "--json").out)
    whole = told["whole"]
    assert whole["meaning"]["narrower"]["value"] + whole["meaning"]["equal"]["value"] == 1
    shares = [whole["acceptance"][name]["value"] for name in
              ("unchanged", "edited", "asked_again", "abandoned")]  # fmt: skip
    assert sum(shares) == pytest.approx(1)
    assert [part["name"] for part in told["parts"]] == ["v1", "v2"]
    assert told["changes"][0]["time"]["low"] < told["changes"][0]["time"]["high"]


def test_randomised_versions_are_said_to_be(jurist: Jurist, log: Path) -> None:
    ingested(jurist, log)
    ran = jurist("production", "--by", "version", "--assignment", "randomized")
    assert "Randomised, says the log's owner" in ran.out
    assert "no schema is named" in ran.out


def test_rows_that_tell_nothing_are_said_and_end_with_1(jurist: Jurist, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("id,question,asked_at\n1,who?,2026-11-01T10:00:00Z\n2,who?,soon\n")
    ran = jurist("production", "ingest", str(log))
    assert ran.code == 1
    assert f"1 row not used: its `asked_at` is no moment ({log}, line 3)" in ran.err
    assert "fix:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["ingest"], "no log is named"),
        (["ingest", "absent.jsonl"], "there is no file"),
        (["ingest", "log.xlsx"], "called like no log"),
        (["ingest", "--query", "SELECT 1"], "has no database"),
        (["ingest", "x.csv", "--timezone", "Mars"], "no time zone 'Mars'"),
        (["--store", "absent.db"], "there is no store"),
    ],
)
def test_what_is_wrong_is_said_with_its_fix(
    jurist: Jurist, tmp_path: Path, arguments: list[str], problem: str
) -> None:
    (tmp_path / "log.xlsx").touch()
    ran = jurist("production", *arguments)
    assert ran.code == 2
    assert problem in ran.err
    assert "fix:" in ran.err
    assert "Traceback" not in ran.err


def test_a_store_without_a_log_says_how_to_read_one_in(jurist: Jurist, log: Path) -> None:
    ingested(jurist, log)
    ran = jurist("production", "--system", "featur")
    assert ran.code == 2
    assert "did you mean 'feature'" in ran.err
