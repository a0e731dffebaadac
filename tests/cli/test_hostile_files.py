"""Files without end, broken files, and files as other programs write them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from commands import Jurist
from judged_runs import Folder, make_folder
from studies import SCHEMA

CASE = {"id": "a", "reference": "trait('age') > 1"}
PAIR = {"id": "a", "reference": "trait('age') > 1", "candidate": "trait('age') > 1"}
ENDLESS = Path("/dev/zero")
needs_endless = pytest.mark.skipif(not ENDLESS.exists(), reason="needs /dev/zero")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n")


def study(folder: Path, **changed: str) -> None:
    fields = {
        "name": "s",
        "datasets": "[{name: d, schema: schema.yaml, cases: cases.jsonl}]",
        "questions": "{use: synthetic}",
        "generators": "[rules]",
        **changed,
    }
    (folder / "study.yaml").write_text("".join(f"{k}: {v}\n" for k, v in fields.items()))


@needs_endless
@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "@/dev/zero", "trait('a') = 1"),
        ("mutate", "@/dev/zero"),
        ("diff", "trait('a') = 1", "trait('a') = 1", "--schema", "/dev/zero"),
        ("run", "/dev/zero"),
        ("judge", "/dev/zero", "--schema", "schema.yaml"),
        ("judge", "pairs.jsonl", "--schema", "/dev/zero"),
        ("report", "--store", "/dev/zero"),
        ("check", "--study", "cases.yaml"),
        ("run", "recorded.yaml"),
        ("run", "replayed.yaml"),
    ],
)
def test_a_file_without_end_is_an_error(
    jurist: Jurist, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    for name, changed in {
        "cases": {"datasets": "[{name: d, schema: schema.yaml, cases: /dev/zero}]"},
        "recorded": {"generators": "[{recorded: /dev/zero}]"},
        "replayed": {"generators": "[{llm: 'replay:/dev/zero#m'}]"},
    }.items():
        study(tmp_path, **changed)
        (tmp_path / "study.yaml").rename(tmp_path / f"{name}.yaml")
    said = jurist(*arguments)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "expected: " in said.err
    assert "fix: " in said.err


def test_a_pipe_stands_for_a_file_that_is_read_whole(jurist: Jurist, tmp_path: Path) -> None:
    """Read once: there is no second time, not even to say in which line something is wrong."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for text, code, words in (
        (SCHEMA, 0, "the same audience"),
        (SCHEMA.replace("number", "numbre"), 2, "pipe.yaml, line 6"),
    ):
        writer = threading.Thread(target=pipe.write_text, args=(text,))
        writer.start()
        said = jurist("diff", "trait('age') = 1", "trait('age') = 1", "--schema", "pipe.yaml")
        writer.join(timeout=10)
        assert said.code == code, said.err
        assert words in said.out + said.err


def test_a_packed_line_of_gigabytes_is_never_unpacked_whole(tmp_path: Path) -> None:
    """A gibibyte of one line in about a megabyte, in a process that may have half of that."""
    bomb = tmp_path / "bomb.jsonl.gz"
    part = gzip.compress(b"x" * 2**24, compresslevel=9)
    with bomb.open("wb") as file:
        for _ in range(64):
            file.write(part)
    study(tmp_path, generators="[{llm: 'replay:bomb.jsonl.gz#m'}]")
    source = (
        "import resource, sys; from jurist.cli import main; sys.argv = ['jurist', 'run', "
        "'study.yaml']; resource.setrlimit(resource.RLIMIT_DATA, (600_000_000,) * 2); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "bomb.jsonl.gz, line 1: the line is longer than 50,000,000 bytes" in done.stderr


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({**CASE, "referense": None}, "unknown key 'referense'"),
        (
            {**CASE, "questions": [{"id": "q", "text": "t", "origin": "real", "stile": ""}]},
            "'stile'",
        ),
        ('{"id": "a", "reference": null, "reference": "x"}', "the key 'reference' is there twice"),
        ('{"id": "a", "reference": null, "tags": {"x": 1}}', "Expected `array`"),
        ('{"id": "a"}', "missing required field `reference`"),
        ("[" * 5000, "line 1"),
        ('{"id": "a", "reference": "\\ud800"}', "line 1"),
        (b"\xff\xfe{\x00", "line 1"),
    ],
)
def test_what_is_wrong_in_a_line_of_cases(
    jurist: Jurist, tmp_path: Path, line: dict[str, object] | str | bytes, problem: str
) -> None:
    text = json.dumps(line) if isinstance(line, dict) else line
    raw = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "cases.jsonl").write_bytes(raw + b"\n")
    study = {
        "name": "s",
        "datasets": [{"name": "d", "schema": "schema.yaml", "cases": "cases.jsonl"}],
        "generators": ["rules"],
    }
    (tmp_path / "study.yaml").write_text(json.dumps(study))
    said = jurist("run", "study.yaml")
    assert said.code == 2
    assert "cases.jsonl, line 1" in said.err
    assert problem in said.err
    assert "expected: " in said.err
    assert "fix: " in said.err


def test_what_is_wrong_in_a_line_of_pairs_and_the_others_are_judged(
    jurist: Jurist, tmp_path: Path
) -> None:
    lines = [
        json.dumps(PAIR),
        json.dumps({**PAIR, "candidat": "x"}),
        '{"id": 1, "id": 2, "reference": null, "candidate": null}',
        json.dumps({**PAIR, "question": "a\u2028b"}, ensure_ascii=False),
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    said = jurist("judge", "pairs.jsonl", "--schema", "schema.yaml")
    assert said.code == 1
    assert [json.loads(line)["score"] for line in said.out.splitlines()] == [5.0, 5.0]
    assert "pairs.jsonl, line 2: unknown key 'candidat'" in said.err
    assert "fix: did you mean 'candidate'?" in said.err
    assert "pairs.jsonl, line 3: the key 'id' is there twice" in said.err


def test_a_byte_order_mark_is_no_part_of_any_file(jurist: Jurist, tmp_path: Path) -> None:
    for name in ("schema.yaml", "cases.jsonl", "pairs.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    answers = {"case": "a", "query": "trait('age') > 1"}
    (tmp_path / "answers.jsonl").write_bytes(b"\xef\xbb\xbf" + json.dumps(answers).encode())
    study(tmp_path, generators="[{recorded: answers.jsonl}]")
    (tmp_path / "study.yaml").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "study.yaml").read_bytes())
    assert jurist("check", ".").code == 0
    assert jurist("judge", "pairs.jsonl", "--schema", "schema.yaml").code == 0
    said = jurist("run", "study.yaml")
    assert said.code == 0, said.err
    assert "5.00" in said.out


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("exported"))
    folder.run(cases=6, generators=("good",))
    return folder


def test_long_and_odd_texts_come_back_as_they_were_exported(ran: Folder) -> None:
    run = ran.runs[0]
    texts = ["x" * 300_000, "'=a", "=1+1", "one\u2028two\r\nthree", "''", ' "quoted", ']
    rows = ran.export(run)[: len(texts)]
    given = [
        {**row, "annotator": "ada", "scores": [4, 5], "rationale": text, "question": text}
        for row, text in zip(rows, texts, strict=True)
    ]
    assert ran.label(run, given).exit_code == 0
    from jurist.alignment.labels.files import COLUMNS, read_labels
    from jurist.alignment.rows import inert
    from jurist.records import LabelRole
    from jurist.store.annotations import annotations_of

    store = ran.open()
    stored = list(annotations_of(store, run))
    store.close()
    assert sorted(label.rationale for label in stored) == sorted(texts)
    rubrics = {label.task: label.rubric for label in stored}
    as_csv = io.StringIO()
    writer = csv.writer(as_csv)
    writer.writerow(COLUMNS)
    for label in stored:
        scores, tags = " ".join(map(str, label.scores[1:])), " ".join(label.tags)
        cells = (label.task, label.annotator, label.scores[0], scores, label.rationale, tags)
        chance = label.sampling_probability
        writer.writerow([*map(inert, cells), label.rubric, label.role.value, chance])
    as_json = b"\n".join(map(msgspec.json.encode, stored)).decode()
    for text in (as_csv.getvalue(), as_json):
        read = read_labels(text, run=run, role=LabelRole.TEST, where="x", rubrics=rubrics)
        assert list(read) == stored


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("{task},4.5", "line 2: the score is '4.5'"),
        ("{task},good", "expected: a whole number from 1 to 5"),
        ("{task},4,5", "the row has more cells than the header"),
        ("{task}", "the row has fewer cells than the header"),
        ('{task},"4', "line 2"),
    ],
)
def test_damaged_rows_of_labels_are_named(ran: Folder, rows: str, problem: str) -> None:
    task = str(ran.export(ran.runs[0])[0]["task"])
    path = ran.path / "labels.csv"
    path.write_text(f"task,score\n{rows.format(task=task)}\n")
    result = ran.cli("annotate", ran.runs[0], "--import", str(path), "--annotator", "eve")
    assert result.exit_code == 1
    assert problem in str(result.exception)
    assert "fix: " in str(result.exception)


def test_the_scores_of_a_data_frame_are_whole_numbers(ran: Folder) -> None:
    task = str(ran.export(ran.runs[0])[-1]["task"])
    path = ran.path / "frame.csv"
    path.write_text(f"task,score\n{task},4.0\n")
    result = ran.cli("annotate", ran.runs[0], "--import", str(path), "--annotator", "frame")
    assert result.exit_code == 0, result.exception


def test_names_that_the_schema_lacks_are_no_difference(jurist: Jurist) -> None:
    said = jurist("diff", "trait('age') = 1", "trait('agee') = 1", "--schema", "schema.yaml")
    assert said.code == 2
    assert said.out == ""
    assert "the candidate does not fit the schema 'Small'" in said.err
    assert "did you mean 'age'?" in said.err


RULE: dict[str, object] = {"type": "TRACK", "key": "Signed Up", "jsonSchema": {}}


NO_RULES: list[dict[str, object]] = []


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"data": {"rules": [RULE], "pagination": {"current": "MA==", "totalEntries": 1}}}, 0),
        ({"data": {"rules": [RULE], "pagination": {"current": "MA==", "next": "MQ=="}}}, 2),
        ({"rules": [RULE], "pagination": {"current": "a", "next": "b", "totalEntries": 9}}, 2),
        ({"items": [RULE], "pagination": {"current": "a", "next": "b"}}, 2),
        (
            [
                {"data": {"rules": [RULE], "pagination": {"current": "a", "next": "b"}}},
                {"data": {"rules": NO_RULES, "pagination": {"current": "b", "next": None}}},
            ],
            0,
        ),
    ],
)
def test_one_page_of_a_tracking_plan_is_not_taken_for_all(
    jurist: Jurist, tmp_path: Path, plan: object, code: int
) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    query = "event('Signed Up').count() >= 1"
    said = jurist("diff", query, query, "--schema", "plan.json")
    assert said.code == code, said.err
    assert code == 0 or "one page of a tracking plan" in said.err


def test_a_model_that_was_never_called_is_an_error(ran: Folder) -> None:
    for more in ((), ("--export", str(ran.path / "none.jsonl"))):
        result = ran.cli("ledger", "--model", "nope", *more)
        assert result.exit_code == 1
        assert "the ledger holds no call of the model 'nope'" in str(result.exception)
    assert not (ran.path / "none.jsonl").exists()
