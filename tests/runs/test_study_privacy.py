"""What a study says of privacy, and that nothing leaves where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.errors import InputError, StudyError
from jurist.runs import StudyFile, parse_study
from jurist.runs.reaching import sketch
from jurist.runs.study_privacy import Privacy
from model_server import ModelServer
from model_studies import play, run_beside
from studies import write_dataset


def study(folder: Path, *lines: str) -> StudyFile:
    write_dataset(folder, cases=4)
    document = [
        "name: n",
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]",
        "questions: {use: authored}",
        *lines,
    ]
    return parse_study("\n".join(document), folder=folder)


RULES = "generators: [rules]"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("privacy: off", Privacy()),
        ("privacy: {level: off}", Privacy()),
        ("privacy: values", Privacy(level="values")),
        ("privacy: {level: values and names}", Privacy(level="values and names")),
        ("privacy: nothing leaves", Privacy(level="nothing leaves")),
        ("privacy: {level: values, detect: nothing}", Privacy(level="values", detect="nothing")),
    ],
)
def test_a_level_alone_or_with_options(tmp_path: Path, said: str, meant: Privacy) -> None:
    assert study(tmp_path, RULES, said).study.privacy == meant


def test_what_no_level_is_called_is_an_error(tmp_path: Path) -> None:
    for said in ("privacy: secret", "privacy: {level: on}", "privacy: {lvl: values}"):
        with pytest.raises(StudyError, match=r"line 5, privacy\.") as raised:
            study(tmp_path, RULES, said)
        assert raised.value.fix


def test_another_level_is_another_run_and_off_is_the_run_it_always_was(tmp_path: Path) -> None:
    ids = [
        sketch(study(tmp_path, RULES, *extra)).run_id
        for extra in ((), ("privacy: off",), ("privacy: nothing leaves",))
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ('generators: [{llm: "openai:gpt-5", name: g}]', "line 4, generator 'g'"),
        ('generators: [{http: "https://api.example.com/ask", name: h}]', "line 4, generator 'h'"),
        (f'{RULES}\njudges: [{{llm: "https://m.corp/v1#j", name: j}}]', "line 5, judge 'j'"),
        (f'{RULES}\njudges: [{{cascade: [proof, {{llm: "openai:j"}}]}}]', "judge 'cascade'"),
        (f'{RULES}\njudges: [{{panel: [proof, {{llm: "groq:j"}}]}}]', "judge 'panel'"),
        (f'{RULES}\njudges: [{{reference: {{llm: "openai:j"}}}}]', "judge 'reference'"),
        (
            'generators: [{llm: "http://[::1]:1/v1#g", neighbours: 2, embeddings: "openai:e"}]',
            "the model 'openai:e'",
        ),
    ],
)
def test_a_role_elsewhere_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, roles: str, named: str
) -> None:
    for key in ("OPENAI_API_KEY", "GROQ_API_KEY"):
        monkeypatch.setenv(key, "k")
    with pytest.raises(InputError, match="nothing may leave this machine") as raised:
        sketch(study(tmp_path, roles, "privacy: nothing leaves"))
    assert named in str(raised.value)
    assert "on this machine" in raised.value.fix
    sketch(study(tmp_path, roles))  # it could run otherwise


def test_who_writes_questions_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    file = study(tmp_path, RULES, "privacy: nothing leaves")
    for given in ('{llm: "openai:q"}', '{llm: "http://localhost:1/v1#q", checker: "openai:c"}'):
        asked = f"questions: {{use: synthetic, generator: {given}}}"
        text = "name: n\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        bad = parse_study(f"{text}{asked}\n{RULES}\nprivacy: nothing leaves", folder=file.folder)
        with pytest.raises(InputError, match=r"openai:. *' is at https"):
            sketch(bad)


async def test_models_on_this_machine_are_asked(tmp_path: Path) -> None:
    async with ModelServer(reply=play) as server:
        model = f"{server.url}#m"
        file = study(
            tmp_path,
            f'generators: [{{llm: "{model}"}}]\njudges: [{{llm: "{model}"}}]',
            "privacy: nothing leaves",
        )
        outcome = await run_beside(file, tmp_path / "s.db")
        assert outcome.ending == "finished"
        assert server.counts.requests > 4
