"""`jurist compare`: pairs, refusals, what would settle a difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from judged_runs import CAREFUL, LENIENT, SILENT, Folder, labelled, make_folder
from jurist.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def test_generators_of_one_run_are_paired_by_question(folder: Folder) -> None:
    run = folder.run(cases=100)
    result = folder.cli("compare", run, "--json")
    made = json.loads(result.stdout)
    by_judge = {each["judge"]: each["difference"] for each in made["contrasts"]}
    # good is right 4 times in 5, weak every second time: weak - good is below 0
    assert by_judge["careful"]["estimate"]["high"] < 0
    assert by_judge["careful"]["estimate"]["n"] == 100
    shares = made["variance"]
    assert None not in shares.values()
    assert sum(shares.values()) == pytest.approx(1)
    assert "to settle it" in folder.cli("compare", run).output


def test_namesakes_of_two_runs_are_paired_and_what_is_unchanged_is_not_tested(
    folder: Folder,
) -> None:
    first = folder.run(cases=40, name="first", judges=(CAREFUL,))
    second = folder.run(
        cases=30, name="second", generators=("good", "weak=wrong"), judges=(CAREFUL,)
    )
    made = json.loads(folder.cli("compare", first, second, "--json").stdout)
    (each,) = made["contrasts"]
    assert each["first"] == {"run": first, "generator": "weak"}
    assert (each["unpaired"], each["corrected_over"], each["origin"]) == (10, 1, "authored")
    assert each["difference"]["p_value"] == each["difference"]["p_adjusted"] < 0.01
    (same,) = made["unchanged"]
    assert same["second"] == {"run": second, "generator": "good"}
    text = folder.cli("compare", first, second).output
    assert "good is unchanged" in text
    assert "is worse than weak" in " ".join(text.split())


def test_p_values_are_corrected_together_and_shown_raw_too(folder: Folder) -> None:
    run = folder.run(cases=60)
    alone = json.loads(folder.cli("compare", run, "--judge", "lenient", "--json").stdout)
    both = json.loads(folder.cli("compare", run, "--json").stdout)
    single = alone["contrasts"][0]
    together = {each["judge"]: each for each in both["contrasts"]}["lenient"]
    assert single["difference"]["p_value"] == together["difference"]["p_value"]
    assert (single["corrected_over"], together["corrected_over"]) == (1, 2)
    adjusted, raw = (together["difference"][name] for name in ("p_adjusted", "p_value"))
    assert adjusted in (pytest.approx(raw), pytest.approx(min(1, 2 * raw)))


def test_missing_verdicts_give_worst_case_bounds(folder: Folder) -> None:
    run = folder.run(cases=30, judges=(SILENT,))
    (each,) = json.loads(folder.cli("compare", run, "--json").stdout)["contrasts"]
    low, high = each["difference"]["bounds"]
    # a third of the 30 questions lack both scores: each may add 4 points either way, but for the
    # four to which both gave the same answer, which can be no difference
    assert (low, high) == (pytest.approx(-6 * 4 / 30), pytest.approx(6 * 4 / 30))


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        (LENIENT, "the judge 'careful'"),
        (CAREFUL.replace(":careful", ":lenient"), "'careful' differs in callable"),
    ],
)
def test_runs_with_other_judges_are_refused_unless_asked_for(
    folder: Folder, judge: str, said: str
) -> None:
    first = folder.run(cases=20, name="first", judges=(CAREFUL, LENIENT))
    second = folder.run(cases=20, name="second", judges=(judge,))
    refused = folder.cli("compare", first, second)
    assert isinstance(refused.exception, InputError)
    assert said in str(refused.exception)
    assert "--allow-different" in str(refused.exception)
    allowed = folder.cli("compare", first, second, "--allow-different")
    assert allowed.exit_code == 0, allowed.output
    assert "beware" in allowed.output


def test_a_judge_whose_code_changed_is_another_judge(folder: Folder) -> None:
    first = folder.run(cases=20, name="first", judges=(CAREFUL,))
    module = folder.path / f"{folder.module}.py"
    module.write_text(module.read_text() + "\n# another prompt, as it were\n")
    second = folder.run(cases=20, name="second", judges=(CAREFUL,))
    refused = folder.cli("compare", first, second)
    assert isinstance(refused.exception, InputError)
    assert "'careful' differs in its prompt, rubric or code" in str(refused.exception)


def test_another_schema_is_refused(folder: Folder) -> None:
    first = folder.run(cases=20, name="first", judges=(CAREFUL,))
    import studies

    usual = studies.SCHEMA
    try:
        studies.SCHEMA = usual.replace("enum: [free, pro]", "enum: [free, pro, team]")
        second = folder.run(cases=20, name="second", judges=(CAREFUL,))
    finally:
        studies.SCHEMA = usual
    refused = folder.cli("compare", first, second)
    assert "the schema of 'small' differs" in str(refused.exception)


def test_what_cannot_be_compared_says_why(folder: Folder) -> None:
    run = folder.run(cases=10, generators=("good",))
    alone = folder.cli("compare", run)
    assert "only one generator" in str(alone.exception)
    twice = folder.cli("compare", run, run)
    assert "named twice" in str(twice.exception)


def test_where_people_labelled_their_labels_correct_the_judge(folder: Folder) -> None:
    run = folder.run(cases=120, judges=(LENIENT,))
    before = json.loads(folder.cli("compare", run, "--json").stdout)["contrasts"][0]
    assert before["corrected"] is None
    folder.label(run, labelled(folder.export(run, "--count", "12")))
    few = folder.cli("compare", run)
    assert "is unknown, so their difference stands as it judged it" in " ".join(few.output.split())
    folder.label(run, labelled(folder.export(run, "--count", "150")))
    after = json.loads(folder.cli("compare", run, "--json").stdout)["contrasts"][0]
    assert after["difference"] == before["difference"]
    corrected = after["corrected"]["estimate"]
    # good is right 4 times in 5 and weak every second time; the lenient judge passes half of wrong
    assert after["difference"]["estimate"]["value"] > corrected["value"] + 0.2
    assert corrected["low"] <= -0.3 * 3 <= corrected["high"]
    shown = " ".join(folder.cli("compare", run).output.split())
    assert "labels of people correct it" in shown
