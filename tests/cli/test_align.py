"""`jurist align` and `jurist estimate`: report cards, and what tune labels may not reach."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

import pytest

from judged_runs import CAREFUL, LENIENT, PANEL, SILENT, Folder, labelled, make_folder
from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import align_judges
from jurist.cli.exit_codes import ExitCode
from jurist.errors import AnnotationError, InputError
from jurist.report.cards import measured_section


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _statistics(card: dict[str, object]) -> dict[str, float]:
    rows = cast("list[tuple[str, dict[str, float]]]", card["statistics"])
    return {name: estimate["value"] for name, estimate in rows}


def test_cards_against_people_say_which_judge_is_better(folder: Folder) -> None:
    run = folder.run(cases=60)
    rows = folder.export(run, "--count", "100")
    folder.label(run, [*labelled(rows), *labelled(rows, "bob")])
    result = folder.cli("align", run, "--json")
    assert result.exit_code == 0, result.output
    (made,) = json.loads(result.stdout)
    assert made["yardstick"] == "people"
    cards = {card["judge"]: card for card in made["cards"]}
    careful, lenient = (_statistics(cards[name]) for name in ("careful", "lenient"))
    assert careful["exact agreement"] > 0.8 > lenient["exact agreement"]
    assert lenient["leniency (passes what fails)"] > careful["leniency (passes what fails)"]
    assert cards["careful"]["peers"]["person"]["value"] == 1  # ada and bob always agree
    (pair,) = made["compared"]
    assert pair["exact_p"] < 0.001
    table = folder.cli("align", run)
    assert "human ceiling" in table.output
    assert "kappa difference" in table.output
    assert "people \\ careful" in table.output


def test_cards_end_in_sentences_and_stand_as_a_page(folder: Folder) -> None:
    run = folder.run(cases=60, judges=(CAREFUL, "proof"))
    rows = folder.export(run, "--count", "100")
    stern = [{**row, "scores": [1]} for row in labelled(rows, "<b>bob</b>")]
    folder.label(run, [*labelled(rows), *stern])
    page = folder.path / "cards.html"
    shown = folder.cli("align", run, "--against", "people", "--html", str(page))
    assert shown.exit_code == 0, shown.output
    said = re.search(
        r"careful agrees with people on (\d+) to (\d+) % of the 100 answers", shown.output
    )
    assert said is not None
    assert int(said[1]) < int(said[2])
    assert "a person agrees with the others on" in shown.output
    assert "sterner than the other annotators" in shown.output
    assert "what two blind raters with these habits reach" in shown.output
    html = page.read_text()
    assert said[0] in html
    assert "&lt;b&gt;bob&lt;/b&gt;" in html
    assert "<b>bob" not in html
    assert "<script" not in html
    assert "http" not in re.sub(r'http-equiv="', "", html)
    again = folder.cli("align", run, "--html", str(page))  # its own earlier result may be replaced
    assert again.exit_code == 0, again.output
    page.write_text("mine")
    refused = folder.cli("align", run, "--html", str(page))
    assert isinstance(refused.exception, InputError)
    assert page.read_text() == "mine"


def test_every_row_of_a_card_says_what_it_is(folder: Folder) -> None:
    run = folder.run(cases=40, judges=(CAREFUL, LENIENT))
    rows = folder.export(run, "--count", "80")
    for name in ("ada", "bob", "cy"):
        folder.label(run, labelled(rows, name))
    store = folder.open()
    (measured,) = align_judges(store, run, against=[Yardstick.PEOPLE]).measured
    store.close()
    (cards, *others) = measured_section(measured).sheets
    assert all(cards.meanings)
    assert all(sheet.about for sheet in others)


def test_proofs_are_a_yardstick_of_their_own(folder: Folder) -> None:
    run = folder.run(cases=20, judges=(CAREFUL, "proof"))
    result = folder.cli("align", run, "--against", "proof", "--json")
    (made,) = json.loads(result.stdout)
    # `proof` has no card against itself
    assert [card["judge"] for card in made["cards"]] == ["careful"]
    assert made["cards"][0]["tasks"] > 20


def test_a_copied_judge_adds_no_vote(folder: Folder) -> None:
    run = folder.run(cases=60, judges=(PANEL,))
    folder.label(run, labelled(folder.export(run, "--count", "200")))
    (made,) = json.loads(folder.cli("align", run, "--json").stdout)
    (panel,) = made["panels"]
    names = panel["errors"]["judges"]
    one, copy = names.index("one"), names.index("copy")
    assert panel["errors"]["correlations"][one][copy] == pytest.approx(1)
    pair = folder.cli("align", run, "--judge", "one", "--judge", "copy", "--json")
    assert json.loads(pair.stdout)[0]["errors"]["votes"] == pytest.approx(1)


def test_missing_verdicts_are_counted_and_never_scored(folder: Folder) -> None:
    run = folder.run(cases=30, judges=(SILENT,))
    folder.label(run, labelled(folder.export(run, "--count", "100")))
    (made,) = json.loads(folder.cli("align", run, "--json").stdout)
    (card,) = made["cards"]
    assert card["missing"] == 20
    assert "how far two people agree there is not known" in folder.cli("align", run).output
    assert sum(map(sum, card["confusion"])) == 40


@pytest.mark.parametrize("command", ["align", "estimate", "plan"])
def test_without_labels_a_command_says_so(folder: Folder, command: str) -> None:
    run = folder.run(cases=10)
    result = folder.cli(command, run)
    measured = command != "align"  # which has nothing else to show
    assert result.exit_code == (ExitCode.YES if measured else ExitCode.OPEN), result.output
    assert ("no labels" in result.output) or "0 of them labelled" in result.output


def test_one_label_gives_a_wide_interval_and_no_correction(folder: Folder) -> None:
    run = folder.run(cases=10)
    folder.label(run, labelled(folder.export(run, "--count", "1")))
    (made,) = json.loads(folder.cli("align", run, "--json").stdout)
    exact = dict(made["cards"][0]["statistics"])["exact agreement"]
    of_one = {1: (0.025, 1), 0: (0, 0.975)}  # one of one and none of one, exactly
    assert (exact["low"], exact["high"]) == pytest.approx(of_one[exact["value"]])
    estimates = json.loads(folder.cli("estimate", run, "--json").stdout)
    assert all(each["mean"] is None for each in estimates)


def test_estimates_cover_the_truth_where_the_naive_mean_does_not(folder: Folder) -> None:
    run = folder.run(cases=120, judges=(LENIENT,))
    rows = folder.export(run, "--count", "200")  # .07 is five standard errors
    folder.label(run, labelled(rows))
    everything = labelled(folder.export(run, "--count", "1000"))
    truth = sum(each["scores"] == [5] for each in everything) / len(everything)
    estimates = json.loads(folder.cli("estimate", run, "--json").stdout)
    naive = sum(each["naive_pass_rate"]["value"] for each in estimates) / 2
    corrected = sum(each["pass_rate"]["estimate"]["value"] for each in estimates) / 2
    assert naive > truth + 0.1
    assert corrected == pytest.approx(truth, abs=0.07)
    shown = folder.cli("estimate", run).output
    assert "labels alone" in shown
    assert "People would pass" in shown


def test_labels_of_unknown_origin_enter_only_when_said_to_be_random(folder: Folder) -> None:
    run = folder.run(cases=40, judges=(CAREFUL,))
    rows = labelled(folder.export(run, "--count", "50"))
    folder.label(run, [{**row, "sampling_probability": None, "tags": []} for row in rows])
    without = folder.cli("estimate", run)
    assert "--assume-random" in without.output
    estimates = json.loads(folder.cli("estimate", run, "--json").stdout)
    assert all(each["mean"] is None for each in estimates)
    said = json.loads(folder.cli("estimate", run, "--json", "--assume-random").stdout)
    assert all(each["mean"] is not None for each in said)


@pytest.mark.parametrize("role", ["tune", "dev"])
def test_labels_that_tuned_or_chose_correct_nothing_by_any_command(
    folder: Folder, role: str
) -> None:
    run = folder.run(cases=40, name="study")
    other = folder.run(cases=40, name="other", generators=("good=weak", "weak"))
    commands = [
        ("estimate", run, "--json"),
        ("estimate", run, "--json", "--assume-random", "--label-shift"),
        ("align", run, "--json"),
        ("plan", run, "--json"),
        ("compare", run, "--json"),
        ("compare", run, other, "--json"),
        ("gate", other, "--baseline", run, "--max-drop", "0.2", "--json"),
    ]
    before = [folder.cli(*command).stdout for command in commands]
    wrong = [
        {**row, "annotator": "ada", "scores": [1]}
        for row in folder.export(run, "--count", "30", "--role", role)
    ]
    assert folder.label(run, wrong, "--role", role).exit_code == 0
    after = [folder.cli(*command).stdout for command in commands]
    for one, two in zip(before, after, strict=True):
        assert _numbers(one) == _numbers(two)
    # where there are test labels beside them these alone correct, and what is known is counted
    folder.label(run, labelled(folder.export(run, "--count", "100")))
    found = json.loads(folder.cli("estimate", run, "--json", "--judge", "careful").stdout)
    assert sum(each["labels"] for each in found) == 80 - 30
    assert sum(each["known"] for each in found) == 30


def test_asking_for_a_card_from_tune_labels_is_refused_with_the_reason(folder: Folder) -> None:
    run = folder.run(cases=10)
    folder.label(
        run, labelled(folder.export(run, "--count", "5", "--role", "tune")), "--role", "tune"
    )
    result = folder.cli("align", run, "--role", "tune")
    assert isinstance(result.exception, AnnotationError)
    assert "agrees with it for that reason alone" in str(result.exception)
    shown = folder.cli("align", run)
    assert "no labels with the role test (labels of this run: 5 tune)" in " ".join(
        shown.output.split()
    )


def test_an_unknown_judge_is_named(folder: Folder) -> None:
    run = folder.run(cases=10)
    result = folder.cli("estimate", run, "--judge", "nobody")
    assert isinstance(result.exception, InputError)
    assert "one of careful, lenient" in str(result.exception)


def _numbers(output: str) -> str:
    """The JSON without what says which labels are there and correct nothing."""
    return re.sub(r'("notes": \[[^\]]*\])|("known": \d+)', "", output)
