"""`jurist tune`: a role that a study takes, what it learnt from where, and unlearning."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest
import yaml

from judged_runs import Folder, make_folder
from jurist.errors import AnnotationError, StudyError
from jurist.records import LabelRole
from jurist.runs import read_study
from model_server import ModelServer
from threaded_server import serving
from tuned_runs import CASCADE, LESSON, PROVED, TunedRun, labelled_run, scripted


@pytest.fixture
def server() -> Generator[ModelServer]:
    with serving(scripted) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _arguments(folder: Folder, made: TunedRun, *more: str, what: str = "judge") -> tuple[str, ...]:
    out = str(folder.path / "tuned.yaml")
    return ("tune", what, "--run", made.run, "--study", made.study, "--out", out, *more)


def test_a_tuned_judge_goes_into_the_next_study(folder: Folder, server: ModelServer) -> None:
    made = labelled_run(folder, server)
    arguments = _arguments(folder, made, "--judge", "small")
    done = folder.cli(*arguments)
    assert done.exit_code == 0, done.exception
    for words in ("as it was", "chosen", "Optimism (dev minus test", LESSON):
        assert words in done.output
    spec = yaml.safe_load((folder.path / "tuned.yaml").read_text())
    assert spec == {"llm": "local:small", "name": "small (tuned)", "guidelines": [LESSON]}
    learnt = json.loads((folder.path / "tuned.memory.json").read_text())
    assert learnt["report"]["after_on_test"]["right"]["value"] == 1
    (guideline,) = learnt["memory"]["guidelines"]
    assert set(guideline["sources"]) <= set(made.tasks[LabelRole.TUNE])
    # nothing is paid for twice
    calls = server.counts.requests
    assert folder.cli(*arguments).exit_code == 0
    assert server.counts.requests == calls
    # and a study runs it
    study = Path(made.study)
    other = folder.path / "other.yaml"
    given = "judges: [{llm: 'local:small', name: small}]"
    assert given in study.read_text()
    other.write_text(study.read_text().replace(given, "judges: [{file: tuned.yaml}]"))
    assert read_study(other).roles.judges[0].options["guidelines"] == [LESSON]


def test_what_was_learnt_can_be_unlearnt(folder: Folder, server: ModelServer) -> None:
    made = labelled_run(folder, server, cases=21)
    arguments = _arguments(folder, made, "--judge", "small")
    assert folder.cli(*arguments).exit_code == 0
    memory = folder.path / "tuned.memory.json"
    learnt = json.loads(memory.read_text())["memory"]
    source = learnt["guidelines"][0]["sources"][0]
    again = folder.cli(*arguments, "--memory", str(memory), "--forget", source[:12])
    assert again.exit_code == 0, again.exception
    left = json.loads(memory.read_text())["memory"]
    assert left["guidelines"] == []
    assert {each["source"] for each in learnt["examples"]} - {
        each["source"] for each in left["examples"]
    } == {source}
    unknown = folder.cli(*arguments, "--forget", "zzz")
    assert "0 labelled answers begin with 'zzz'" in str(unknown.exception)


def test_evolution_writes_the_prompt_beside_the_role(folder: Folder, server: ModelServer) -> None:
    made = labelled_run(folder, server, judge=CASCADE)
    arguments = _arguments(folder, made, "--judge", "small", "--method", "evolution")
    done = folder.cli(*arguments, "--trials", "60", "--json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["chosen"] == "evolved instructions"
    spec = yaml.safe_load((folder.path / "tuned.yaml").read_text())
    assert spec["name"] == "small (tuned)"
    assert spec["cascade"][0]["name"] == "shy"
    assert spec["cascade"][1]["template"] == "tuned.prompt.md"
    assert LESSON in (folder.path / "tuned.prompt.md").read_text()


def test_answers_that_a_proof_settled_teach_the_model_behind_it_nothing(
    folder: Folder, server: ModelServer
) -> None:
    made = labelled_run(folder, server, judge=PROVED, cases=9)
    result = folder.cli(*_arguments(folder, made, "--judge", "small"))
    assert isinstance(result.exception, AnnotationError)
    assert "on answers that the judge was asked" in str(result.exception)


def test_roles_that_are_not_there_are_named(folder: Folder, server: ModelServer) -> None:
    made = labelled_run(folder, server, cases=9)
    for more, words in (
        (("--judge", "big"), "the study has no judge 'big'"),
        ((), "no judge is named"),
    ):
        result = folder.cli(*_arguments(folder, made, *more))
        assert isinstance(result.exception, StudyError)
        assert words in str(result.exception)
    result = folder.cli(*_arguments(folder, made, "--generator", "good", what="generator"))
    assert "cannot be tuned" in str(result.exception)
