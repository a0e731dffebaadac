"""SQL on the command line, from a bare folder: schemas of each kind, commands, wrong inputs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from commands import Jurist

DDL = """CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, client INTEGER REFERENCES client (id), total REAL);
"""
ROME = "SELECT name FROM client WHERE city = 'Rome'"
FLIPPED = "SELECT name FROM client WHERE 'Rome' = city"
DISTINCT = "SELECT DISTINCT name FROM client WHERE city = 'Rome'"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, jurist: Jurist) -> Path:
    assert jurist
    (tmp_path / "schema.sql").write_text(DDL)
    indented = "".join(f"  {line}\n" for line in DDL.splitlines())
    (tmp_path / "shop.yaml").write_text(
        f"name: Shop\nlanguage: sql\ndialect: sqlite\nddl: |\n{indented}"
    )
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.executescript(DDL)
    database.close()
    for name, text in (("a.sql", ROME), ("b.sql", DISTINCT), ("bad.sql", "SELECT nme FROM client")):
        (tmp_path / name).write_text(text + ";\n")
    return tmp_path


@pytest.mark.parametrize(
    "schema",
    [
        ("--schema", "shop.yaml"),
        ("--schema", "schema.sql", "--dialect", "sqlite"),
        ("--schema", "schema.sql", "--language", "sql", "--dialect", "postgresql"),
        ("--schema", "shop.db"),
        ("--schema", "sqlite:///shop.db", "--language", "sql"),
        ("--language", "sql"),
        (),
    ],
)
def test_two_queries_under_each_kind_of_schema(jurist: Jurist, schema: tuple[str, ...]) -> None:
    said = jurist("diff", ROME, FLIPPED, *schema)
    assert said.code == 0, said.err
    assert said.out.startswith("the same result")
    assert "every possible database" in said.out
    said = jurist("diff", "a.sql", "b.sql", *schema, "--json")
    assert said.code == 1, said.err
    evidence = json.loads(said.out)
    assert evidence["relation"] == "contains"
    assert evidence["witnesses"][0]["kind"] == "database"


@pytest.mark.parametrize(
    ("condition", "dialect"),
    [("random() > 0.5", "sqlite"), ("my_function(id) > 1", "duckdb")],
)
def test_what_is_safe_and_not_decided_says_why(
    jurist: Jurist, condition: str, dialect: str
) -> None:
    candidate = f"SELECT name FROM client WHERE {condition}"  # noqa: S608 - nothing runs it
    schema = ("--schema", "schema.sql", "--dialect", dialect)
    said = jurist("diff", "SELECT name FROM client", candidate, *schema)
    assert said.code == 3, said.err
    assert said.out.startswith("undecided")
    assert "why: not " in said.out


def test_what_is_said_of_sql_speaks_of_databases(jurist: Jurist) -> None:
    said = jurist("diff", "a.sql", "b.sql", "--schema", "shop.yaml", "--assumptions")
    assert not [word for word in ("customer", "audience", "subject") if word in said.out]
    assert "rows are counted" in said.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("DROP TABLE client", ROME, "--schema", "shop.yaml"), "begins with SELECT or WITH"),
        (("SELECT load_extension('x')", ROME, "--schema", "shop.yaml"), "may not be called"),
        (("bad.sql", "a.sql", "--schema", "shop.yaml"), "did you mean 'name'?"),
        (("SELECT name FROM", ROME, "--schema", "shop.yaml"), "the reference, line 1, column 13"),
        ((ROME, ROME, "--schema", "schema.sql", "--dialect", "oracle"), "no dialect 'oracle'"),
        ((ROME, ROME, "--schema", "shop.yaml", "--dialect", "mysql"), "says 'sqlite'"),
        ((ROME, ROME, "--schema", "shop.db", "--dialect", "mysql"), "is sqlite"),
        ((ROME, ROME, "--dialect", "sqlite"), "stands without --schema"),
        ((ROME, ROME, "--schema", "none.sql"), "no file none.sql"),
        ((ROME, ROME, "--schema", "sqlite:///none.db"), "none.db"),
        ((ROME, ROME, "--schema", "postgresql://me:secret@127.0.0.1:1/x"), "127.0.0.1"),
        ((ROME, ROME, "--schema", "a.sql"), "a.sql"),
        ((ROME, ROME, "--schema", "shop.yaml", "--language", "cql"), "says 'sql'"),
    ],
)
def test_wrong_inputs_say_what_and_what_to_do(
    jurist: Jurist, arguments: tuple[str, ...], problem: str
) -> None:
    said = jurist("diff", *arguments)
    assert said.code == 2
    assert problem in said.err
    assert "expected: " in said.err
    assert "fix: " in said.err
    assert "secret" not in said.err
    assert "Traceback" not in said.err


def test_a_dataset_is_checked(jurist: Jurist, folder: Path) -> None:
    references = [ROME, FLIPPED, "SELECT nme FROM client", "SELECT name FROM client LIMIT 1"]
    lines = [{"id": f"case-{n}", "reference": text} for n, text in enumerate(references)]
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = jurist("check", "cases.jsonl", "--schema", "schema.sql", "--dialect", "sqlite")
    assert said.code == 1
    assert "case 'case-1': twin: means the same as 'case-0'" in said.out
    assert "case 'case-2': misfit: line 1, column 8: column 'nme'" in said.out
    assert "case 'case-3': doubtful: " in said.out
    same = jurist("check", "cases.jsonl", "--schema", "shop.db")
    assert same.out == said.out


def test_pairs_are_judged(jurist: Jurist, folder: Path) -> None:
    pairs = [(ROME, FLIPPED), (ROME, DISTINCT), (ROME, "DELETE FROM client"), (ROME, None)]
    lines = [
        {"id": str(n), "reference": reference, "candidate": candidate}
        for n, (reference, candidate) in enumerate(pairs)
    ]
    (folder / "pairs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = jurist("judge", "pairs.jsonl", "--schema", "schema.sql", "--dialect", "sqlite")
    verdicts = [json.loads(line) for line in said.out.splitlines()]
    assert [verdict["relation"] for verdict in verdicts[:2]] == ["equivalent", "contains"]
    assert [verdict["score"] for verdict in verdicts[2:]] == [1.0, 1.0]
    assert "begins with SELECT or WITH" in verdicts[2]["reasoning"]


def test_mutants_and_rewrites(jurist: Jurist) -> None:
    said = jurist("mutate", "a.sql", "--schema", "shop.yaml", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["counts"]["different"] > 2
    said = jurist("mutate", ROME, "--schema", "shop.yaml", "--rewrites", "--json")
    relations = {each["evidence"]["relation"] for each in json.loads(said.out)["variants"]}
    assert relations == {"equivalent"}


def test_a_study_from_ddl_to_the_report(jurist: Jurist, folder: Path) -> None:
    asked = {"id": "q", "text": "names of clients in Rome", "origin": "authored"}
    case = {"id": "rome", "reference": ROME, "questions": [asked]}
    (folder / "cases.jsonl").write_text(json.dumps(case) + "\n")
    answers = [{"case": "rome", "query": DISTINCT}]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in answers))
    (folder / "study.yaml").write_text(
        "name: sql\n"
        "datasets: [{name: shop, schema: schema.sql, dialect: sqlite, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        "generators: [{recorded: answers.jsonl, name: recorded}]\n"
        "judges: [proof]\n"
    )
    said = jurist("run", "study.yaml", "--html", "report.html", "--quiet")
    assert said.code == 0, said.err
    page = (folder / "report.html").read_text("utf-8")
    assert "shown equal for every possible database" in page
    assert not [word for word in ("audience", "every possible customer") if word in page]
    shown = json.loads(jurist("report", "sql", "--format", "json").out)
    (item,) = shown["items"]
    assert item["rulings"][0]["relation"] == "contains"
    (folder / "schema.sql").unlink()  # the store keeps what the schema said
    assert jurist("disagreements", "sql").code == 0


@pytest.mark.parametrize("command", ["diff", "mutate", "check", "judge"])
def test_help_shows_sql(jurist: Jurist, command: str) -> None:
    said = jurist(command, "--help").out
    assert "--dialect" in said
    assert "schema.sql" in said
    assert not [word for word in ("customer", "audience") if word in said.lower()]


def test_what_does_not_run_differs_for_every_database(jurist: Jurist) -> None:
    """The headline does not speak of databases that were tried, or of kinds of queries."""
    told = jurist("diff", "--schema", "shop.yaml", ROME, "SELECT COUNT(id, name) FROM client")
    assert told.code == 1
    assert told.out.startswith("different  (for every possible database, ")
    assert "why: the candidate does not run in SQLite: wrong number of arguments" in told.out


def test_why_nothing_decides_is_one_line_that_says_nothing_twice(jurist: Jurist) -> None:
    """Not the whole of an error, with what was expected and the fix, within a sentence."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    told = jurist("diff", "--schema", "shop.yaml", endless, f"{endless} WHERE i > 0", "--json")
    assert told.code == 3
    reason = json.loads(told.out)["reason"]
    assert "not proved: a recursive common table expression" in reason
    assert "\n" not in reason
    parts = reason.split("; ")
    assert len(parts) == len(set(parts))
