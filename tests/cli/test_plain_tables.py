"""`--labels` and `--verdicts`: what people do with two tables, and what they do wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import jurist
from jurist.cli import build_app
from jurist.errors import InputError
from jurist.report.as_json import as_json


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems on 80 items; the judge is half a point too kind; 40 items are labelled."""
    folder = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(4)
    verdicts, labels = ["item,system,judge,score"], ["item,system,annotator,score,probability"]
    for item in range(80):
        ease = rng.normal()
        for system, level in (("old", 2.6), ("new", 3.6)):
            truth = int(np.clip(round(level + ease), 1, 5))
            verdicts.append(f"q{item},{system},gpt,{min(5, truth + int(rng.random() < 0.5))}")
            if item < 40:
                labels.append(f"q{item},{system},ann,{truth},0.5")
    (folder / "verdicts.csv").write_text("\n".join(verdicts))
    (folder / "labels.csv").write_text("\n".join(labels))
    return folder


def _cli(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(each) for each in arguments])


def _error(*arguments: str | Path) -> str:
    return str(_cli(*arguments).exception)


def test_align(tables: Path) -> None:
    said = ("align", "--labels", tables / "labels.csv", "--verdicts", tables / "verdicts.csv")
    (measured,) = json.loads(_cli(*said, "--scale", "1:5", "--json").stdout)
    (card,) = measured["cards"]
    bias = dict(card["statistics"])["bias (judge minus yardstick)"]
    assert 0 < bias["low"] < bias["value"] < bias["high"] < 0.8
    shown = _cli(*said)
    assert shown.exit_code == 0
    assert "too high in the mean" in shown.output


def test_estimate_and_compare(tables: Path) -> None:
    labels, verdicts = tables / "labels.csv", tables / "verdicts.csv"
    said = _cli("estimate", "--labels", labels, "--verdicts", verdicts, "--json")
    old, new = json.loads(said.stdout)
    for each in (old, new):
        assert each["mean"]["estimate"]["value"] < each["naive_mean"]["value"] - 0.1
        assert each["labels"] == 40
    assert new["mean"]["estimate"]["low"] > old["mean"]["estimate"]["value"]
    (contrast,) = json.loads(_cli("compare", "--verdicts", verdicts, "--json").stdout)["contrasts"]
    assert contrast["second"]["generator"] == "new"
    assert contrast["difference"]["estimate"]["low"] > 0


def test_labels_correct_a_comparison_of_plain_tables(tmp_path: Path) -> None:
    """Hand-made: each system is right on every second item; the judge passes all of `kind`'s."""
    verdicts, labels = ["item,system,judge,score"], ["item,system,score"]
    for item in range(200):
        right = item % 2
        verdicts += [f"q{item},strict,gpt,{right}", f"q{item},kind,gpt,1"]
        if item < 120:
            labels += [f"q{item},strict,{right}", f"q{item},kind,{right}"]
    (tmp_path / "v.csv").write_text("\n".join(verdicts))
    (tmp_path / "l.csv").write_text("\n".join(labels))
    judged = _cli("compare", "--verdicts", tmp_path / "v.csv").output
    assert "kind is better than strict" in judged
    assert "on these items, by gpt" in " ".join(judged.split())
    assert "real" not in judged
    tables = ("compare", "--verdicts", tmp_path / "v.csv", "--labels", tmp_path / "l.csv")
    assert "--assume-random" in _cli(*tables).output
    said = _cli(*tables, "--assume-random").output
    assert "No difference is shown between kind and strict on these items" in said
    made = jurist.compare(tmp_path / "v.csv", tmp_path / "l.csv", assume_random=True)
    shown = _cli(*tables, "--assume-random", "--json")
    assert json.loads(as_json(made)) == json.loads(shown.stdout)
    (contrast,) = made.contrasts
    assert contrast.corrected is not None
    assert -0.1 < contrast.corrected.estimate.low <= 0 <= contrast.corrected.estimate.high < 0.1


def test_a_miss_as_large_as_a_difference_makes_it_no_evidence(tmp_path: Path) -> None:
    """The judge gives `b` a tenth of 0:1 more than people do, which is all its lead over `a`."""
    verdicts, labels = ["item,system,score"], ["item,system,score,probability"]
    for item in range(400):
        truth = 0.1 * (item % 9)
        for system, given in (("a", truth), ("b", min(0.8, truth + 0.1)), ("c", truth)):
            verdicts.append(f"q{item},{system},{given:.1f}")
            if system != "a" and item < 200:
                labels.append(f"q{item},{system},{truth:.1f},0.5")
    (tmp_path / "v.csv").write_text("\n".join(verdicts))
    (tmp_path / "l.csv").write_text("\n".join(labels))
    tables = ("--verdicts", tmp_path / "v.csv", "--labels", tmp_path / "l.csv")
    said = " ".join(_cli("compare", *tables, "--scale", "0:1:0.1").output.split())
    assert "their difference is no evidence: people score b by" in said
    estimated = " ".join(_cli("estimate", *tables, "--scale", "0:1:0.1").output.split())
    assert "is off by -0.0" in estimated
    assert "within 0.125 points" in estimated


def test_where_no_system_is_named_none_is_said(tmp_path: Path) -> None:
    for name, count in (("v.csv", 60), ("l.csv", 30)):
        rows = "".join(f"q{n},{n % 2}\n" for n in range(count))
        (tmp_path / name).write_text("item,score\n" + rows)
    tables = ("--verdicts", tmp_path / "v.csv", "--labels", tmp_path / "l.csv")
    said = " ".join(_cli("estimate", *tables, "--assume-random").output.split())
    assert "of the answers to requests like these" in said
    assert "all's" not in said


def test_scales_other_than_1_to_5_keep_their_ends(tmp_path: Path) -> None:
    rows = [f"q{n},{system},{hit}" for n in range(30) for system, hit in (("a", 1), ("b", n % 2))]
    (tmp_path / "v.csv").write_text("item,system,score\n" + "\n".join(rows))
    labels = "item,system,score,probability\n"
    labels += "".join(f"q{n},{system},1,1\n" for n in range(30) for system in "ab")
    (tmp_path / "l.csv").write_text(labels)
    said = _cli("compare", "--verdicts", tmp_path / "v.csv", "--json")
    (contrast,) = json.loads(said.stdout)["contrasts"]
    assert contrast["difference"]["estimate"]["value"] == pytest.approx(-0.5)
    assert contrast["difference"]["estimate"]["low"] >= -1
    estimates = json.loads(
        _cli(
            "estimate", "--labels", tmp_path / "l.csv", "--verdicts", tmp_path / "v.csv", "--json"
        ).stdout
    )
    for each in estimates:
        assert each["mean"]["estimate"]["value"] == 1
        assert 0 < each["mean"]["estimate"]["low"] < each["mean"]["estimate"]["high"] <= 1


def test_wrong_calls_say_what_to_do(tables: Path) -> None:
    labels, verdicts = tables / "labels.csv", tables / "verdicts.csv"
    assert "nothing says what to look at" in _error("align")
    assert "both a run and plain tables" in _error("align", "run", "--labels", labels)
    assert "there are no verdicts" in _error("estimate", "--labels", labels)
    assert "there are no labels" in _error("align", "--verdicts", verdicts)
    missing = _error("compare", "--verdicts", tables / "other.csv")
    assert "there is no file" in missing
    named = _error("align", "--labels", labels, "--verdicts", verdicts, "--judge", "gtp")
    assert "no judge 'gtp'" in named
    words = tables / "words.csv"
    words.write_text("item,system,score\na,x,good\na,y,bad\n")
    assert "words have no mean" in _error("compare", "--verdicts", words)


def test_python_says_what_the_commands_say(tables: Path) -> None:
    labels, verdicts = tables / "labels.csv", tables / "verdicts.csv"
    said = ("--labels", labels, "--verdicts", verdicts, "--json")
    assert json.loads(as_json(jurist.align(labels, str(verdicts)).measured)) == json.loads(
        _cli("align", *said).stdout
    )
    with verdicts.open() as file:
        rows = list(csv.DictReader(file))
    made = jurist.estimate(pd.read_csv(labels), rows)
    assert json.loads(as_json(made.estimates)) == json.loads(_cli("estimate", *said).stdout)
    assert json.loads(as_json(jurist.compare(pd.read_csv(verdicts)))) == json.loads(
        _cli("compare", "--verdicts", verdicts, "--json").stdout
    )
    with pytest.raises(InputError, match="`labels` is a dict"):
        jurist.align({"item": ["q1"]}, rows)
    with pytest.raises(InputError, match="`scale` is"):
        jurist.align(labels, rows, scale=5)  # pyright: ignore[reportArgumentType] - wrong on purpose


def test_estimates_as_a_page_escape_what_tables_hold(tables: Path, tmp_path: Path) -> None:
    for name in ("verdicts.csv", "labels.csv"):
        hostile = (tables / name).read_text().replace(",new,", ",<script>alert(1)</script>,")
        (tmp_path / name).write_text(hostile)
    page = tmp_path / "estimates.html"
    said = ("--labels", tmp_path / "labels.csv", "--verdicts", tmp_path / "verdicts.csv")
    made = _cli("estimate", *said, "--html", page)
    assert made.exit_code == 0, made.output
    text = page.read_text()
    assert "<script>" not in text
    assert "People would pass" in text
    again = _cli("estimate", *said, "--html", tmp_path / "labels.csv")
    assert "what this command reads" in str(again.exception)


def test_plan(tables: Path, tmp_path: Path) -> None:
    labels, verdicts = tables / "labels.csv", tables / "verdicts.csv"
    sizes = json.loads(_cli("plan", "--labels", labels, "--verdicts", verdicts, "--json").stdout)
    assert 0.7 < sizes["spread"]["sd"] < 1.3
    assert sizes["spread"]["correlation"] > 0.8
    found = ("plan", "--verdicts", verdicts, "--difference", "0.5", "--json")
    wanted = json.loads(_cli(*found).stdout)
    assert wanted["power"] >= 0.8
    assert "new less old" in wanted["notes"][0]
    halved = tmp_path / "tens.csv"
    rows = [row.rsplit(",", 1) for row in verdicts.read_text().splitlines()[1:]]
    tens = [f"{head},{(float(score) - 1) * 2.5}" for head, score in rows]
    halved.write_text("\n".join(["item,system,judge,score", *tens]))
    other = ("plan", "--verdicts", halved, "--scale", "0:10", "--difference", "0.5", "--json")
    again = _cli(*other)
    assert json.loads(again.stdout)["cases"] == wanted["cases"]
    assert "such a point is 2.5 of these scores" in again.stderr
    assert "there are no verdicts" in _error("plan", "--labels", labels)
