"""Study files: what they may say, and errors that name file, line, field and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.errors import InputError, StudyError
from jurist.roles import RoleSpec
from jurist.runs import load_dataset, parse_study, plan, read_study, shipped_datasets
from jurist.runs.study import DatasetEntry
from studies import small_study, write_dataset

FULL = """
name: everything
datasets:
  - shop
  - {name: mine, schema: schema.yaml, cases: cases.jsonl, tags: [even], limit: 3}
questions: {use: all, generator: realizer, styles: [terse, indirect], per_case: 2}
generators:
  - rules
  - my_app.nl:answer
  - {name: theirs, http: "https://host/ask", headers: {Authorization: "Bearer ${KEY}"}}
judges: [proof]
store: postgresql://host/db
seed: 3
budget: {usd: 2.5, tokens: 1000, calls: 10}
concurrency: 5
models:
  presets: {house: {base_url: "http://localhost/v1", free: true}}
  prices: {"house:big": {input: 0.5, output: 1}}
  batch: auto
gate: {max_drop: 0.1, min_proved_right: 0.7}
"""
SMALL = "name: n\ndatasets: [shop]\ngenerators: [rules]\n"


def test_a_full_study_is_read(tmp_path: Path) -> None:
    file = parse_study(FULL, folder=tmp_path)
    assert [entry.name for entry in file.study.datasets] == ["shop", "mine"]
    assert file.study.datasets[1].tags == ("even",)
    assert file.roles.generators[1] == RoleSpec("callable", "my_app.nl:answer")
    assert file.roles.questions == RoleSpec("realizer")
    assert file.study.budget.usd == 2.5
    assert file.study.models.prices["house:big"].output == 1


def test_a_sample_is_the_same_for_everybody_and_grows_by_adding(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=40)

    def drawn(**options: object) -> list[str]:
        files = {"name": "mine", "schema": "schema.yaml", "cases": "cases.jsonl"}
        entry = DatasetEntry.model_validate({**files, **options})
        return [case.id for case in load_dataset(entry, tmp_path).cases]

    every, ten, twenty = drawn(), drawn(sample=10), drawn(sample=20)
    assert ten != every[:10]
    assert len(ten) == 10
    assert set(ten) < set(twenty) < set(every)
    assert ten == [case for case in every if case in ten]
    assert drawn(sample=99) == every
    assert drawn(sample=10, limit=3) == ten[:3]
    assert len(drawn(sample=5, tags=("even",))) == 5


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    file = parse_study(SMALL, folder=tmp_path)
    assert file.roles.judges == (RoleSpec("proof"),)
    assert file.study.questions.use == "all"
    asked = parse_study(SMALL + "questions: {use: authored}\n", folder=tmp_path)
    assert asked.roles.questions is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (SMALL + "judgs: [proof]\n", ["line 4, judgs", "unknown key 'judgs'", "'judges'"]),
        (SMALL + "questions:\n  style: [x]\n", ["line 5", "questions.style", "'styles'"]),
        (SMALL + "budget: {usd: -1}\n", ["line 4, budget.usd", "greater than 0"]),
        (SMALL + "budget: {usd: lots}\n", ["`budget.usd` is the text 'lots'", "number"]),
        (SMALL + "seed: '3'\n", ["line 4, seed", "a whole number"]),
        (SMALL + "questions: {use: some}\n", ["`questions.use` is the text 'some'", "authored"]),
        ("name: n\ngenerators: [rules]\n", ["'datasets' is missing"]),
        ("name: n\ndatasets: []\ngenerators: [rules]\n", ["line 2, datasets", "at least 1"]),
        ("name: n\ndatasets: [shop, shop]\ngenerators: [rules]\n", ["two datasets", "'shop'"]),
        (
            "name: n\ndatasets:\n  - {name: x, schema: s.yaml}\ngenerators: [rules]\n",
            ["line 3, datasets[0]", "`schema` stands without `cases`"],
        ),
        (
            "name: n\ndatasets: [shop]\ngenerators:\n  - rules\n  - nearst\n",
            ["line 5, generators[1]", "'nearst'", "'nearest'"],
        ),
        ("name: n\nname: m\n", ["line 2", "twice"]),
        ("name: [\n", ["not YAML"]),
        ("- a\n", ["study"]),
        ('name: "a\\x00b"\ndatasets: [shop]\ngenerators: [rules]\n', ["line 1, name"]),
        ("{" * 100_000, ["study"]),
    ],
)
def test_errors_name_place_and_fix(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(StudyError) as caught:
        read_study(path)
    for part in [str(path), *parts]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("break_it", "parts"),
    [
        ("datasets: [shp]", ["dataset 'shp'", "did you mean 'shop'"]),
        ("datasets: [{name: small, schema: no.yaml, cases: cases.jsonl}]", ["no.yaml"]),
        ("datasets: [{name: small, schema: schema.yaml, cases: no.jsonl}]", ["no.jsonl"]),
        (
            "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl, tags: [none]}]",
            ["no case", "none"],
        ),
        ("datasets: [{name: small, schema: schema.yaml, cases: bad.jsonl}]", ["line 2", "`id`"]),
        ("datasets: [{name: small, schema: schema.yaml, cases: twice.jsonl}]", ["second case"]),
        ("datasets: [{name: small, schema: schema.yaml, cases: nul.jsonl}]", ["printable"]),
    ],
)
def test_data_that_cannot_be_used_is_named(tmp_path: Path, break_it: str, parts: list[str]) -> None:
    write_dataset(tmp_path, cases=2)
    good = '{"id": "a", "reference": null}\n'
    (tmp_path / "bad.jsonl").write_text(good + '{"reference": null}\n')
    (tmp_path / "twice.jsonl").write_text(good + good)
    (tmp_path / "nul.jsonl").write_text('{"id": "a\\u0000", "reference": null}\n')
    (tmp_path / "own.py").write_text("def answer(question): ...\n")
    study = f"name: n\n{break_it}\ngenerators: [own:answer]\nquestions: {{use: authored}}\n"
    with pytest.raises(InputError) as caught:
        plan(parse_study(study, folder=tmp_path, where="study.yaml"))
    for part in ["study.yaml", *parts]:
        assert part in str(caught.value)


def test_two_roles_of_one_name_are_refused(tmp_path: Path) -> None:
    file = small_study(tmp_path, cases=2, source="def answer(q): ...\ndef judge(*a): ...\n")
    doubled = type(file.roles)(None, file.roles.generators * 2, file.roles.judges)
    with pytest.raises(StudyError, match="two generators are called 'g'"):
        plan(type(file)(file.study, doubled, file.folder, file.where))


def test_keys_are_unique_and_repeat(tmp_path: Path) -> None:
    file = small_study(tmp_path, cases=50, source="def answer(q): ...\ndef judge(*a): ...\n")
    keys = [task.key for task in plan(file).tasks()]
    assert len(set(keys)) == len(keys) == 50
    assert [task.key for task in plan(file).tasks()] == keys


def test_the_shipped_datasets_can_be_planned(tmp_path: Path) -> None:
    (tmp_path / "own_shipped.py").write_text("def answer(question): ...\n")
    names = ", ".join(shipped_datasets())
    file = parse_study(
        f"name: n\ndatasets: [{names}]\ngenerators: [own_shipped:answer]\n"
        "questions: {use: authored}\n",
        folder=tmp_path,
    )
    made = plan(file)
    assert len({(d, case.id) for _, d, case in made.cases()}) > 250
    assert sum(1 for _ in made.tasks()) > 80


def test_a_role_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "judges").mkdir()
    (tmp_path / "judges" / "tuned.yaml").write_text(
        "llm: ollama:small\nname: tuned\nguidelines: [24 hours are 1 day]\ntemplate: mine.md\n"
    )
    text = "name: s\ndatasets: [shop]\ngenerators: [rules]\njudges: [{file: judges/tuned.yaml}]\n"
    (judge,) = parse_study(text, folder=tmp_path).roles.judges
    assert (judge.kind, judge.argument, judge.name) == ("llm", "ollama:small", "tuned")
    assert judge.options["guidelines"] == ["24 hours are 1 day"]
    assert judge.options["template"] == str(tmp_path / "judges" / "mine.md")
    (tmp_path / "judges" / "both.yaml").write_text(
        "cascade: [proof, {llm: ollama:small, template: mine.md}]\n"
    )
    (both,) = parse_study(text.replace("tuned", "both"), folder=tmp_path).roles.judges
    member = {"llm": "ollama:small", "template": str(tmp_path / "judges" / "mine.md")}
    assert both.argument == ["proof", member]
    again = text.replace("tuned.yaml", "tuned.yaml, name: mine")
    assert parse_study(again, folder=tmp_path).roles.judges[0].name == "mine"
    for wrong, words in (
        ("{file: nowhere.yaml}", "nowhere.yaml"),
        ("{file: judges/tuned.yaml, samples: 3}", "expected: file: PATH"),
    ):
        with pytest.raises(StudyError, match=words):
            parse_study(text.replace("{file: judges/tuned.yaml}", wrong), folder=tmp_path)
