"""What a command writes never takes the place of what it reads, of a store, or of other work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist
from judged_runs import make_folder
from jurist.report.earlier import Result, is_earlier
from studies import SCHEMA

PAIR = {"id": "1", "reference": "trait('age') > 3", "candidate": "trait('age') >= 4"}
JUDGE = ("judge", "pairs.jsonl", "--schema", "schema.yaml", "--out")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_folder(tmp_path)
    made.run(cases=4)
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n")
    (tmp_path / "other.db").write_bytes((tmp_path / "jurist.db").read_bytes())
    (tmp_path / "store.html").write_bytes((tmp_path / "jurist.db").read_bytes())
    (tmp_path / "store.jsonl").write_bytes((tmp_path / "jurist.db").read_bytes())
    (tmp_path / "schema.json").write_text(json.dumps({"traits": {"age": {"type": "integer"}}}))
    (tmp_path / "answers.jsonl").write_text('{"case": "1", "query": "x"}\n')
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("report", "study", "--format", "html", "--out", "jurist.db"), "is what this command"),
        (("report", "study", "--format", "html", "--out", "./jurist.db"), "is what this command"),
        (("report", "study", "--format", "html", "--out", "other.db"), "holds a database"),
        (("report", "study", "--out", "store.html"), "holds a database"),
        (("report", "study", "--format", "json", "--out", "r.html"), "ends with .json"),
        (("run", "study.yaml", "--html", "cases.jsonl"), "holds a dataset's cases"),
        (("run", "study.yaml", "--html", "study.yaml"), "is what this command"),
        (("run", "study.yaml", "--fresh", "--html", "r.txt"), "ends with .html or .htm"),
        (("run", "study.yaml", "--html", "none/r.html"), "there is no folder none"),
        ((*JUDGE, "pairs.jsonl"), "is what this command"),
        ((*JUDGE, "cases.jsonl"), "holds a dataset's cases"),
        ((*JUDGE, "answers.jsonl"), "holds recorded answers"),
        ((*JUDGE, "v.csv"), "ends with .jsonl or .ndjson"),
        ((*JUDGE, "deep/er/v.jsonl"), "mkdir -p deep/er"),
        (("annotate", "study", "--export", "t.xlsx"), "ends with .csv or .jsonl"),
        (("annotate", "study", "--export", "store.jsonl"), "holds a database"),
        (("annotate", "study", "--export", "cases.jsonl"), "holds a dataset's cases"),
        (("challenge", "--judge", "proof", "--dataset", ".", "--out", "schema.yaml"),
         "is what this command"),
        (("challenge", "--judge", "proof", "--dataset", ".", "--out", "schema.json"),
         "holds a schema"),
        (("tune", "judge", "--run", "study", "--study", "study.yaml", "--judge", "careful",
          "--out", "study.yaml"), "is what this command"),
        (("tune", "judge", "--run", "study", "--study", "study.yaml", "--judge", "careful",
          "--out", "schema.yaml"), "holds a schema"),
        (("init", "--force", "jurist.db"), "is not called like a study"),
        (("ledger", "--export", "jurist.db"), "is what this command"),
        (("ledger", "--export", "pairs.jsonl"), "holds pairs to judge"),
    ],
)  # fmt: skip
def test_nothing_that_is_dear_is_written_over(
    jurist: Jurist, folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    said = jurist(*arguments)
    assert (said.code, said.out) == (2, "")
    assert problem in said.err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_exported_tasks_are_never_exported_over(jurist: Jurist, folder: Path) -> None:
    assert jurist("annotate", "study", "--export", "t.csv").code == 0
    (folder / "t.csv").write_text("filled in")
    said = jurist("annotate", "study", "--export", "t.csv")
    assert said.code == 2
    assert "people may have written labels" in said.err
    assert (folder / "t.csv").read_text() == "filled in"


REPORT = ("report", "study", "--format")
CHALLENGE = ("challenge", "--judge", "proof", "--dataset", ".", "--sample", "1", "--references",
             "1", "--metamorphic", "0", "--quiet", "--out")  # fmt: skip
WRITERS: dict[str, tuple[str, ...]] = {
    "r.html": (*REPORT, "html", "--out", "r.html"),
    "r.md": (*REPORT, "md", "--out", "r.md"),
    "r.json": (*REPORT, "json", "--out", "r.json"),
    "c.json": (*CHALLENGE, "c.json"),
    "v.jsonl": (*JUDGE, "v.jsonl"),
    "l.jsonl": ("ledger", "--export", "l.jsonl"),
    "l.jsonl.gz": ("ledger", "--export", "l.jsonl.gz"),
}


def test_only_an_earlier_result_of_the_same_kind_is_replaced(jurist: Jurist, folder: Path) -> None:
    for name, writer in WRITERS.items():
        (folder / name).touch()  # nothing to lose
        for _ in range(2):
            assert jurist(*writer).code in {0, 1, 3}, name
        assert (folder / name).stat().st_size
    written = {name: (folder / name).read_bytes() for name in WRITERS}
    by_hand = {
        ".html": b"<!doctype html>\n<title>mine</title>\n",
        ".md": b"# Notes\n\nwhat I think\n",
        ".json": b'{"a": 1}\n',
        ".jsonl": b'{"a": 1}\n',
        ".gz": b"\x1f\x8bno gzip",
    }
    for name, writer in WRITERS.items():
        path = folder / name
        others = {other: raw for other, raw in written.items() if other[0] != name[0]}
        for held in (by_hand[path.suffix], *others.values()):
            path.write_bytes(held)
            said = jurist(*writer)
            assert said.code == 2, (name, held[:50])
            assert f"{name} holds " in said.err
            assert "which would be lost" in said.err
            assert path.read_bytes() == held


def test_a_tuned_role_is_known_by_its_name() -> None:
    assert is_earlier(Result.ROLE, b"llm: openai:x\nname: careful (tuned)\n")
    for held in (b"llm: openai:x\nname: careful\n", b"- a\n", b"a: [", b"(tuned)", b"\xff"):
        assert not is_earlier(Result.ROLE, held)


def test_an_earlier_result_is_replaced_and_a_device_is_written_to(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n")
    (tmp_path / "link.jsonl").symlink_to("v.jsonl")
    assert jurist(*JUDGE, "v.jsonl").code == 0
    assert jurist(*JUDGE, "link.jsonl").code == 0
    assert (tmp_path / "link.jsonl").is_symlink()
    assert jurist(*JUDGE, "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_what_a_stopped_judging_left_is_not_lost(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n")
    (tmp_path / "v.jsonl.partial").write_text('{"id": "1"}\n{"id": "2"}\n')
    said = jurist(*JUDGE, "v.jsonl")
    assert said.code == 2
    assert "v.jsonl.partial holds 2 lines of an earlier command that was stopped" in said.err
    assert "mv v.jsonl.partial v.part1.jsonl" in said.err
    assert (tmp_path / "v.jsonl.partial").read_text().count("\n") == 2
    (tmp_path / "v.jsonl.partial").write_text("")  # nothing to lose
    assert jurist(*JUDGE, "v.jsonl").code == 0


CASE: dict[str, object] = {"id": "a", "reference": "trait('age') > 3", "questions": []}
ANSWER: dict[str, object] = {"case": "a", "query": "trait('age') > 3"}


@pytest.mark.parametrize(
    ("line", "name"), [(CASE, "a dataset's cases"), (ANSWER, "recorded answers")]
)
def test_a_file_of_another_kind_is_named_once(
    jurist: Jurist, tmp_path: Path, line: dict[str, object], name: str
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "pairs.jsonl").write_text((json.dumps(line) + "\n") * 20)
    said = jurist("judge", "pairs.jsonl", "--schema", "schema.yaml")
    assert said.code == 2
    assert said.err.count("error: ") == said.err.count(name + ", not of pairs to judge") == 1
    assert len(said.err.splitlines()) == 3


def test_a_study_says_of_what_kind_its_files_seem_to_be(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")
    (tmp_path / "answers.jsonl").write_text(json.dumps(ANSWER) + "\n")
    for cases, answers, problem in (
        ("cases", "cases", "the line is one of a dataset's cases, not of recorded answers"),
        ("answers", "answers", "the line is one of recorded answers, not of a dataset's cases"),
    ):
        (tmp_path / "study.yaml").write_text(
            f"name: s\ndatasets: [{{name: d, schema: schema.yaml, cases: {cases}.jsonl}}]\n"
            f"generators: [{{recorded: {answers}.jsonl}}]\n"
        )
        said = jurist("run", "study.yaml")
        assert said.code == 2
        assert problem in said.err
