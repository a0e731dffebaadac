"""Studies of objects: what a run of one is, that it goes on, and what is said of wrong ones."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import jurist
from jurist.errors import InputError
from jurist.records import Origin
from studies import write_dataset

QUESTIONS: list[tuple[str, str | None]] = [
    ("older than 1", "trait('age') > 1"),
    ("older than 2", "trait('age') > 2"),
    ("the weather", None),
]


def answer(question: str) -> str | None:
    number = question.split()[-1]
    return f"trait('age') > {number}" if number.isdigit() else None


async def wrong(question: str, workspace: jurist.Workspace) -> str:
    assert workspace.check("trait('age') > 1") == ()
    return f"trait('age') >= {len(question)}"


class Remembers:
    """An object with `answer`; what it holds is part of what it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def answer(self, question: str) -> str:
        return self.text if question else ""


def exact(_: str, reference: str | None, candidate: str | None, __: object) -> tuple[float, str]:
    return (5.0, "as it was") if reference == candidate else (1.0, "other")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> jurist.Workspace:
    write_dataset(tmp_path, cases=20)
    monkeypatch.chdir(tmp_path)
    return jurist.workspace("schema.yaml")


def scores(run: jurist.Run) -> dict[tuple[object, ...], object]:
    return {
        (row["case"], row["question"], row["generator"], row["judge"]): row["score"]
        for row in run.rows()
    }


def test_functions_objects_and_names_run_side_by_side(small: jurist.Workspace) -> None:
    study = jurist.Study(
        [jurist.Dataset(small, QUESTIONS, name="mine")],
        [answer, wrong, Remembers("trait('age') > 2"), "rules"],
        ["proof", exact],
    )
    run = jurist.run(study, store="here.db", workers=1)
    assert run.name == "study"
    assert run.outcome.state == "finished"
    assert (run.outcome.open, run.outcome.failed) == (0, 0)
    found = scores(run)
    assert found["1", "older than 1", "answer", "proof"] == 5.0
    assert found["1", "older than 1", "answer", "exact"] == 5.0
    assert found["3", "the weather", "answer", "proof"] == 5.0
    assert found["2", "older than 2", "wrong", "exact"] == 1.0
    assert found["2", "older than 2", "Remembers", "proof"] == 5.0
    assert {row["generator"] for row in run.rows()} == {"answer", "wrong", "Remembers", "rules"}
    best = run.leaderboard()[0]
    assert (best.generator, best.mean.value) == ("answer", 5.0)


asked: list[str] = []
"""Of the module, so that what is in it is no part of the function that fills it."""


def test_the_same_study_goes_on_and_a_changed_one_begins_anew(small: jurist.Workspace) -> None:
    asked.clear()

    def study(text: str) -> jurist.Study:
        def generator(question: str) -> str:
            asked.append(question)
            return text

        return jurist.Study(
            [jurist.Dataset(small, QUESTIONS)], [generator], questions={"use": "authored"}
        )

    first = jurist.run(study("trait('age') > 1"), workers=1)
    assert len(asked) == 3
    again = jurist.run(study("trait('age') > 1"), workers=1)
    assert (again.id, len(asked)) == (first.id, 3)
    other = jurist.run(study("trait('age') > 2"), workers=1)
    assert other.id != first.id
    assert len(asked) == 6
    fresh = jurist.run(study("trait('age') > 1"), workers=1, fresh=True)
    assert (fresh.id, len(asked)) == (first.id, 9)
    assert jurist.open_run().id in {first.id, other.id}
    assert jurist.open_run(first.id[:-1]).id == first.id


class Heard:
    """A callable that says itself what it rests on."""

    version = "1"

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked

    def __call__(self, question: str) -> None:
        self.asked.append(question)


def test_a_study_of_names_is_the_run_that_its_yaml_is(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text("name: same\ndatasets: [streaming]\ngenerators: [rules]\njudges: [proof]\n")
    read = jurist.Study.read(path)
    made = jurist.Study(["streaming"], ["rules"], ["proof"], name="same")
    assert read.file.study.work() == made.file.study.work()


COLUMNS = ["question", "reference"]
TABLES: dict[str, Callable[[], object]] = {
    "pairs": lambda: QUESTIONS,
    "rows": lambda: [{"question": q, "reference": r} for q, r in QUESTIONS],
    "cases": lambda: [{"reference": r, "questions": [q]} for q, r in QUESTIONS],
    "pandas": lambda: pd.DataFrame(QUESTIONS, columns=COLUMNS, dtype=object),
    "polars": lambda: pl.DataFrame(QUESTIONS, schema=COLUMNS, orient="row"),
    "generator": lambda: (row for row in QUESTIONS),
}


@pytest.mark.parametrize("kind", TABLES)
def test_cases_come_from_lists_and_tables(kind: str, small: jurist.Workspace) -> None:
    cases = list(jurist.Dataset(small, TABLES[kind]()).cases)
    assert [case.reference for case in cases] == [r for _, r in QUESTIONS]
    assert [case.questions[0].text for case in cases] == [q for q, _ in QUESTIONS]
    assert {case.questions[0].origin for case in cases} == {Origin.AUTHORED}
    assert [case.id for case in cases] == ["1", "2", "3"]


def test_a_file_a_list_of_its_cases_and_its_dicts_are_the_same_dataset(
    small: jurist.Workspace,
) -> None:
    of_file = jurist.Dataset(small, "cases.jsonl", name="d")
    of_cases = jurist.Dataset(small, list(of_file.cases), name="d")
    dicts = [json.loads(line) for line in Path("cases.jsonl").read_text().splitlines()]
    of_dicts = jurist.Dataset("schema.yaml", dicts, name="d")
    digests = {each.loaded.cases_digest for each in (of_file, of_cases, of_dicts)}
    assert len(digests) == 1
    assert repr(of_cases) == "<jurist.Dataset 'd': 20 cases>"


def test_what_cannot_be_looked_into_is_asked_anew_and_said(small: jurist.Workspace) -> None:
    connection = object()

    def generator(question: str) -> str:
        return f"trait('age') > {id(connection) % 7 + len(question)}"

    with pytest.warns(UserWarning, match=r"generator: it rests on connection, which cannot"):
        jurist.Study([jurist.Dataset(small, QUESTIONS)], [generator])
    generator.version = "1"  # type: ignore[attr-defined]
    jurist.Study([jurist.Dataset(small, QUESTIONS)], [generator])


def version_of(generator: object) -> str:
    (role,) = jurist.Study(["shop"], [generator]).file.objects
    return role.version


def test_a_function_is_its_source_its_defaults_and_what_it_closed_over() -> None:
    def closed(number: int, extra: Callable[[int], int]) -> object:
        def generator(question: str) -> str:
            return f"trait('age') > {extra(number)}{question[:0]}"

        return generator

    def one(number: int) -> int:
        return number + 1

    def two(number: int) -> int:
        return number + 2

    assert version_of(closed(1, one)) == version_of(closed(1, one))
    assert version_of(closed(1, one)) != version_of(closed(2, one))
    assert version_of(closed(1, one)) != version_of(closed(1, two))
    assert version_of(Remembers("a")) == version_of(Remembers("a"))
    assert version_of(Remembers("a")) != version_of(Remembers("b"))
    assert version_of(Remembers("a").answer) != version_of(Remembers("b").answer)
    partial = functools.partial(two_arguments, "a")
    assert version_of(partial) != version_of(functools.partial(two_arguments, "b"))


def three(a: str, b: str, c: str) -> str:
    return a + b + c


def two_arguments(prefix: str, question: str) -> str:
    return prefix + question


WRONG: dict[str, tuple[Callable[[], object], str, str]] = {
    "no datasets": (lambda: jurist.Study([], ["rules"]), "`datasets` is an empty list", "at least"),
    "datasets no list": (lambda: jurist.Study("shop", ["rules"]), "`datasets` is the text", "list"),
    "dataset a number": (
        lambda: jurist.Study([3], ["rules"]),  # type: ignore[list-item]
        "`datasets[0]` is the number 3",
        "a jurist.Dataset",
    ),
    "dataset unknown": (
        lambda: jurist.run(jurist.Study(["shopp"], ["rules"])),
        "no dataset 'shopp' ships",
        "did you mean 'shop'?",
    ),
    "dataset twice": (
        lambda: jurist.Study(["shop", "shop"], ["rules"]),
        "two datasets are called 'shop'",
        "a name of its own",
    ),
    "no generators": (lambda: jurist.Study(["shop"], []), "`generators` is an empty", "at least"),
    "generators a function": (
        lambda: jurist.Study(["shop"], answer),  # type: ignore[arg-type]
        "`generators` is a function",
        "write generators=[...]",
    ),
    "generator unknown": (
        lambda: jurist.Study(["shop"], ["rulez"]),
        "there is no generator 'rulez'",
        "did you mean 'rules'?",
    ),
    "generator a class": (
        lambda: jurist.Study(["shop"], [Remembers]),
        "generators[0]: 'Remembers' is a class",
        "Remembers()",
    ),
    "generator of three arguments": (
        lambda: jurist.Study(["shop"], [three]),
        "takes the arguments (a: ",
        "a question and a workspace",
    ),
    "generator a number": (
        lambda: jurist.Study(["shop"], [7]),
        "generators[0]: a generator is 7",
        "module:callable",
    ),
    "generator a set": (
        lambda: jurist.Study(["shop"], [{"rules": {1}}]),
        "`generators[0].rules` is a set",
        "a study file may say",
    ),
    "two of a name": (
        lambda: jurist.run(jurist.Study(["shop"], [answer, answer])),
        "two generators are called 'answer'",
        "give one a `name:`",
    ),
    "judge a generator": (
        lambda: jurist.Study(["shop"], ["rules"], [answer]),
        "judges[0]: 'answer' takes the arguments",
        "a candidate and a workspace",
    ),
    "judges a text": (
        lambda: jurist.Study(["shop"], ["rules"], "proof"),
        "`judges` is the text 'proof'",
        "write judges=[...]",
    ),
    "seed a text": (
        lambda: jurist.Study(["shop"], ["rules"], seed="x"),  # type: ignore[arg-type]
        "`seed` is the text 'x'",
        "a whole number",
    ),
    "concurrency nought": (
        lambda: jurist.Study(["shop"], ["rules"], concurrency=0),
        "`concurrency` is the number 0",
        "greater than or equal to 1",
    ),
    "budget of a strange key": (
        lambda: jurist.Study(["shop"], ["rules"], budget={"euro": 5}),
        "unknown key 'euro'",
        "usd",
    ),
    "name empty": (lambda: jurist.Study(["shop"], ["rules"], name=""), "`name` is", "not empty"),
    "questions strange": (
        lambda: jurist.Study(["shop"], ["rules"], questions={"use": "none"}),
        "`questions.use` is the text 'none'",
        "authored",
    ),
    "cases a number": (lambda: jurist.Dataset("shop", 3), "`cases` is the number 3", "JSONL"),
    "cases missing": (lambda: jurist.Dataset("shop", "no.jsonl"), "no.jsonl", "is there"),
    "cases empty": (lambda: jurist.Dataset("shop", []), "`cases` holds no case", "(question, ref"),
    "cases a dict": (lambda: jurist.Dataset("shop", {"a": 1}), "`cases` is a mapping", "iterable"),
    "case a number": (lambda: jurist.Dataset("shop", [5]), "cases[0]: the case is the", "dicts"),
    "case of three": (
        lambda: jurist.Dataset("shop", [("a", "b", "c")]),
        "cases[0]: the case is a list",
        "pairs",
    ),
    "case without reference": (
        lambda: jurist.Dataset("shop", [{"id": "x", "questions": ["q"]}]),
        "cases[0]",
        "`reference`",
    ),
    "row without reference": (
        lambda: jurist.Dataset("shop", [{"question": "q"}]),
        "missing required field `reference`",
        "`reference`",
    ),
    "reference NaN": (
        lambda: jurist.Dataset("shop", [("p", None), ("q", float("nan"))]),
        "cases[1]: the reference is the number nan",
        "None where a refusal is right",
    ),
    "reference NA": (
        lambda: jurist.Dataset(
            "shop", pd.DataFrame({"question": ["q"], "reference": [pd.NA]}, dtype="string")
        ),
        "cases[0]: the reference is",
        "None where a refusal is right",
    ),
    "case of a strange key": (
        lambda: jurist.Dataset("shop", [{"question": "q", "reference": "r", "refrence": "x"}]),
        "cases[0]",
        "refrence",
    ),
    "case of an object": (
        lambda: jurist.Dataset("shop", [{"question": object(), "reference": None}]),
        "cases[0]: the case cannot be read",
        "JSONL",
    ),
    "origin strange": (
        lambda: jurist.Dataset("shop", [{"question": "q", "reference": "r", "origin": "me"}]),
        "cases[0]",
        "synthetic",
    ),
    "same id": (
        lambda: jurist.Dataset("shop", [{"id": "a", "question": "q", "reference": "r"}] * 2),
        "cases[1]: a second case with the id 'a'",
        "an id of its own",
    ),
    "dataset's name a number": (
        lambda: jurist.Dataset("shop", QUESTIONS, name=4),  # type: ignore[arg-type]
        "`name` is the number 4",
        "text",
    ),
    "workspace a number": (
        lambda: jurist.Dataset(4, QUESTIONS),  # type: ignore[arg-type]
        "`workspace` is the number 4",
        "jurist.workspace",
    ),
    "run a number": (lambda: jurist.run(4), "`study` is the number 4", "a jurist.Study"),  # type: ignore[arg-type]
    "run no file": (lambda: jurist.run("none.yaml"), "there is no file none.yaml", "is there"),
    "workers nought": (
        lambda: jurist.run(jurist.Study(["shop"], ["rules"]), workers=0),
        "`workers` is the number 0",
        "from 1",
    ),
    "store a number": (
        lambda: jurist.run(jurist.Study(["shop"], ["rules"]), store=4),  # type: ignore[arg-type]
        "`store` is the number 4",
        "postgresql://",
    ),
    "run's name a number": (
        lambda: jurist.open_run(4),  # type: ignore[arg-type]
        "`name_or_id` is the number 4",
        "as text",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_named_with_what_was_expected_and_the_fix(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    act, problem, hint = WRONG[name]
    with pytest.raises(InputError) as caught:
        act()
    said = str(caught.value)
    assert problem in said
    assert hint in said
    assert "\n  expected: " in said
    assert "\n  fix: " in said
    assert list(tmp_path.iterdir()) == []
