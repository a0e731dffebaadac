"""`jurist run`: a study in a terminal, resumable, with errors that name the line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import Jurist
from studies import write_dataset, write_module

SOURCE = """
    import time
    from pathlib import Path

    def answer(question):
        number = int(question.split()[-1])
        return None if number % 10 == 9 else f"trait('age') > {number}"

    def slow(question):
        Path("begun").touch()
        time.sleep(0.02)
        return answer(question)

    def judge(question, reference, candidate, workspace):
        return 5.0 if reference == candidate else 2.0
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_dataset(tmp_path, cases=20)
    return write_study(tmp_path, "answer")


def write_study(folder: Path, function: str) -> Path:
    module = write_module(folder, SOURCE)
    path = folder / "study.yaml"
    path.write_text(
        "name: small\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        f'generators: [{{callable: "{module}:{function}", name: mine}}]\n'
        f'judges: [{{callable: "{module}:judge", name: exact}}]\n'
    )
    return path


def test_a_table_a_report_and_where_it_is_kept(jurist: Jurist, study: Path, tmp_path: Path) -> None:
    said = jurist("run", study.name, "--html", "report.html")
    assert said.code == 0
    header, row, *_ = said.out.splitlines()
    assert header.split()[:6] == ["generator", "judge", "questions", "cases", "scored", "mean"]
    assert row.split()[:7] == ["mine", "exact", "authored", "20", "20", "of", "20"]
    assert "report: report.html" in said.err
    assert "in jurist.db: " in said.err
    assert "mine" in (tmp_path / "report.html").read_text()


def test_a_second_time_it_shows_the_same_and_does_nothing(jurist: Jurist, study: Path) -> None:
    first = jurist("run", study.name)
    again = jurist("run", study.name)
    assert again.out == first.out
    assert ": 0 tasks done" in again.err
    assert ": 0 tasks done" not in first.err


def test_quiet_leaves_the_table_alone(jurist: Jurist, study: Path) -> None:
    said = jurist("run", study.name, "--quiet")
    assert said.err == ""
    assert said.out.startswith("generator")


def test_a_study_of_another_folder_finds_its_files(
    jurist: Jurist, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert jurist("run", f"../{study.name}").code == 0
    assert (elsewhere / "jurist.db").exists()


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("judges:", "juges:", ("line 5", "unknown key 'juges'", "did you mean 'judges'?")),
        (
            "{use: authored}",
            "{use: some}",
            ("line 3", "`questions.use` is the text 'some'", "'authored'"),
        ),
        ("{use: authored}", "{use: authored", ("not YAML", "line")),
        ("schema.yaml", "nowhere.yaml", ("nowhere.yaml", "there is no file")),
        ("cases.jsonl", "nowhere.jsonl", ("nowhere.jsonl", "there is no file")),
        (":answer", ":ansver", ("ansver", "did you mean 'answer'?")),
        ("name: small\n", "", ("the key 'name' is missing",)),
        ("datasets: [", "datasets: [{name: small}, ", ("two datasets are called 'small'",)),
        ("name: mine", "nam: mine", ("nam",)),
    ],
)
def test_a_study_that_cannot_be_run_names_the_place(
    jurist: Jurist, study: Path, old: str, new: str, problems: tuple[str, ...]
) -> None:
    text = study.read_text()
    assert old in text
    study.write_text(text.replace(old, new, 1))
    said = jurist("run", study.name)
    assert said.code == 2
    for problem in problems:
        assert problem in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "cases.jsonl, line 3"),
        ('{"id": 5, "reference": null}', "Expected `str`, got `int`"),
        ('{"id": "case-0", "reference": null}', "a second case with the id 'case-0'"),
        ('{"reference": null}', "missing required field `id`"),
        ('{"id": "a\\u0000b", "reference": null}', "printable"),
    ],
)
def test_a_bad_line_of_cases_is_named(
    jurist: Jurist, study: Path, tmp_path: Path, line: str, problem: str
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(cases.read_text().splitlines(keepends=True)[:2]) + line + "\n")
    said = jurist("run", study.name)
    assert said.code == 2
    assert "cases.jsonl, line 3" in said.err
    assert problem in said.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nofile.yaml",), "nofile.yaml"),
        ((".",), ". is a folder"),
        ((), "Missing argument 'study'"),
    ],
)
def test_a_study_that_is_not_there(
    jurist: Jurist, arguments: tuple[str, ...], problem: str
) -> None:
    said = jurist("run", *arguments)
    assert said.code == 2
    assert problem in said.err


def test_a_report_that_cannot_be_written_is_named(jurist: Jurist, study: Path) -> None:
    said = jurist("run", study.name, "--html", "study.yaml/report.html")
    assert said.code == 2
    assert said.out == ""  # before any work
    assert "lie in a file" in said.err


def test_ctrl_c_says_how_to_go_on_and_going_on_ends_the_same(
    jurist: Jurist, tmp_path: Path
) -> None:
    write_dataset(tmp_path, cases=100)
    write_study(tmp_path, "slow")
    running = subprocess.Popen(
        [sys.executable, "-m", "jurist", "run", "study.yaml", "--quiet"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    while running.poll() is None and not (tmp_path / "begun").exists():
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "interrupted: " in said
    assert said.endswith("To go on: jurist run study.yaml\n")
    assert "Traceback" not in said
    resumed = jurist("run", "study.yaml")
    assert resumed.code == 0
    assert resumed.out.splitlines()[1].split()[3:8] == ["100", "100", "of", "100", "5.00"]


@pytest.mark.parametrize(
    ("wrong", "parts"),
    [
        ('generators: [{llm: "opnai:gpt-5"}]', ["line 4, generator 'llm'", "'openai:gpt-5'?"]),
        ('generators: [{llm: "openai:gpt-5"}]', ["line 4", "OPENAI_API_KEY is not set"]),
        ('generators: [{llm: "vllm:m", template: no.md}]', ["line 4", "there is no file no.md"]),
        ('generators: [{llm: "replay:no.jsonl"}]', ["line 4", "there is no file no.jsonl"]),
        ('generators: [{llm: "replay:cases.jsonl"}]', ["cases.jsonl, line 1", "jurist ledger"]),
        ("generators: [rules]\njudges: [{file: no.yaml}]", ["no.yaml"]),
        ("generator: [rules]", ["line 4", "unknown key 'generator'", "did you mean 'generators'?"]),
        (
            'generators: [{llm: "a:b"}]\nmodels:\n  presets:\n    a: {}',
            ["line 7, models.presets.a", "base_url"],
        ),
        (
            'generators: [rules]\nmodels: {prices: {"a:b": {input: 1}}}',
            ["models.prices.a:b: the key 'output' is missing"],
        ),
        (
            'generators: [{llm: "a:b"}]\nbudget: {usd: 1}\n'
            'models: {presets: {a: {base_url: "http://127.0.0.1:9/v1"}}}',
            ["line 4", "no price is known", "tokens or calls"],
        ),
    ],
)
def test_a_study_that_cannot_be_run_is_explained_and_leaves_no_store(
    jurist: Jurist,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
    parts: list[str],
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    write_dataset(tmp_path, cases=2)
    head = (
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
    )
    (tmp_path / "study.yaml").write_text(head + wrong)
    said = jurist("run", "study.yaml")
    assert said.code == 2
    for part in parts:
        assert part in said.err
    assert not list(tmp_path.glob("jurist.db*"))


def test_what_is_missing_is_told_with_its_commonest_reason(jurist: Jurist, tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=20)
    source = (
        SOURCE
        + """
    def broken(question):
        raise ValueError("it is down")
"""
    )
    module = write_module(tmp_path, source)
    (tmp_path / "study.yaml").write_text(
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f'questions: {{use: authored}}\ngenerators: [{{callable: "{module}:broken", name: g}}]\n'
        f'judges: [{{callable: "{module}:judge", name: one}}, {{callable: "{module}:judge"}}]\n'
    )
    said = jurist("run", "study.yaml")
    assert said.code == 2  # a generator without any answer has not done its work
    assert "g: 20 answers are missing: " in said.err
    assert "it is down" in said.err
    assert "may pass" not in said.err  # its code is wrong


def test_what_may_pass_is_counted_as_the_table_counts_and_asked_again(
    jurist: Jurist, tmp_path: Path
) -> None:
    write_dataset(tmp_path, cases=6)
    module = write_module(
        tmp_path,
        """
        from pathlib import Path

        def answer(question):
            number = int(question.split()[-1])
            if Path("up").exists() or number > 2:
                return f"trait('age') > {number}"
            raise ConnectionRefusedError("nobody there") if number else ValueError("wrong")

        def judge(question, reference, candidate, workspace):
            if candidate == "trait('age') > 4" and not Path("up").exists():
                raise TimeoutError("late")
            return 5.0
        """,
    )
    (tmp_path / "study.yaml").write_text(
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f'questions: {{use: authored}}\ngenerators: [{{callable: "{module}:answer", name: g}}]\n'
        f'judges: [{{callable: "{module}:judge", name: one}}]\n'
    )
    said = jurist("run", "study.yaml")
    assert said.code == 0
    assert said.out.splitlines()[0].endswith("no answer  no verdict")
    assert said.out.splitlines()[1].split()[-2:] == ["3", "1"]
    assert "2 answers and 1 verdict failed in a way that may pass" in said.err
    assert "jurist run study.yaml --retry-failures" in said.err
    (tmp_path / "up").touch()
    again = jurist("run", "study.yaml", "--retry-failures")
    assert "asked again: 3 answers and 1 verdict" in again.err
    assert "may pass" not in again.err
    assert "no answer" not in again.out
    third = jurist("run", "study.yaml", "--retry-failures")
    assert "asked again: nothing, for nothing had failed so" in third.err


def test_a_reference_that_does_not_parse_is_named_by_its_case(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(
        "name: S\nlanguage: cql\nevents: {}\ntraits: {properties: {a: {type: string}}}\n"
    )
    (tmp_path / "cases.jsonl").write_text(
        '{"id": "wrong", "reference": "trait(\'a\') exists"}\n'
        '{"id": "right", "reference": "trait(\'a\').exists()"}\n'
    )
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: s, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [rules]\n"
    )
    said = jurist("run", "study.yaml")
    assert "realizer: 1 question is missing: case wrong: line 1, column 12: " in said.err
    assert "unexpected 'exists'" in said.err


def test_answers_that_are_no_queries_are_told_with_the_reason(
    jurist: Jurist, tmp_path: Path
) -> None:
    write_dataset(tmp_path, cases=4)
    module = write_module(tmp_path, 'def answer(question):\n    return "trait(plan) = 1"\n')
    (tmp_path / "study.yaml").write_text(
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f'questions: {{use: authored}}\ngenerators: [{{callable: "{module}:answer", name: g}}]\n'
    )
    said = jurist("run", "study.yaml")
    assert (
        "g: 4 answers are no queries of the workspace: it does not parse: line 1, column 7: "
        in said.err
    )
    (tmp_path / "study.yaml").write_text(
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f'generators: [{{callable: "{module}.py:answer"}}]\n'
    )
    assert "a module is named without .py" in jurist("run", "study.yaml").err
