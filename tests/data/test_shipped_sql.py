"""The shipped SQL workspaces are what their README says, and run in SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from itertools import islice
from typing import Any, cast

import msgspec
import pytest
import yaml
from sqlglot import exp

from jurist import data
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.engines.results import DoesNotRun
from jurist.languages.sql.engines.sqlite import SqliteEngine
from jurist.languages.sql.lint.linting import lint
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import resolved
from jurist.languages.sql.values import Database
from jurist.records import Case, Origin
from jurist.roles.recorded import RecordedGenerator, read_recording
from sql_workspaces import NAMES, cases, references, schema

KINDS = frozenset(
    {
        *("filter", "join", "outer-join", "self-join", "aggregate", "group", "having"),
        *("distinct", "order", "limit", "subquery", "set-operation", "case", "date", "window"),
        *("null", "text"),
    }
)
DIFFICULTIES = frozenset({"easy", "medium", "hard"})
REASONS = frozenset(
    {"unknown-table", "unknown-column", "outside-data", "prediction", "write", "vague"}
)
COUNTED = {
    "a join": "join",
    "an outer join": "outer-join",
    "a table joined with itself": "self-join",
    "groups": "group",
    "HAVING": "having",
    "a subquery": "subquery",
    "a set operation": "set-operation",
    "CASE": "case",
    "a window": "window",
    "LIMIT, its ties broken": "limit",
    "dates": "date",
    "NULLs that matter": "null",
    "no reference: unbuildable": "unbuildable",
}
SYSTEMS = ("careful", "hasty", "small")
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*|%[A-Za-z].*")


def document(name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(data.schema_path(name).read_text("utf-8")))


def tagged(name: str, tag: str) -> int:
    return sum(tag in case.tags for case in cases(name))


@pytest.mark.parametrize("name", NAMES)
class TestCases:
    def test_ids_are_in_order_and_lines_hold_nothing_else(self, name: str) -> None:
        lines = data.cases_path(name).read_bytes().splitlines()
        for number, (case, line) in enumerate(zip(cases(name), lines, strict=True), 1):
            assert case.id == f"{name}-{number:03}"
            written = msgspec.json.decode(line, type=dict[str, object])
            kept = msgspec.json.decode(msgspec.json.encode(case), type=dict[str, object])
            assert written.keys() <= kept.keys()

    def test_references_are_canonical_and_resolve(self, name: str) -> None:
        for case in cases(name):
            if case.reference is not None:
                query = references(name)[case.id]
                assert query.text == case.reference
                assert resolved(query, schema(name))[1] == []

    def test_questions_are_authored_and_none_is_asked_twice(self, name: str) -> None:
        texts: Counter[str] = Counter()
        for case in cases(name):
            assert case.questions, case.id
            for number, question in enumerate(case.questions, 1):
                assert question.id == f"{case.id}-q{number}"
                assert question.origin is Origin.AUTHORED
                assert question.author == "jurist-team"
                assert 8 <= len(question.text) <= 300, question.text
                assert "SELECT" not in question.text
                texts[" ".join(question.text.lower().split())] += 1
        assert [text for text, times in texts.items() if times > 1] == []

    def test_tags_say_what_the_query_holds(self, name: str) -> None:
        for case in cases(name):
            tags = set(case.tags)
            assert len(tags) == len(case.tags), case.id
            if case.unbuildable:
                assert tags - REASONS == {"unbuildable"}, case.id
                assert len(tags) == 2, case.id
            else:
                assert len(tags & DIFFICULTIES) == 1, case.id
                assert tags <= KINDS | DIFFICULTIES | {"ambiguous"}, case.id
                assert tags & KINDS == kinds(references(name)[case.id].tree), case.id
            assert ("ambiguous" not in tags) or case.note, case.id

    def test_the_mixture_is_wide(self, name: str) -> None:
        assert len(references(name)) >= 54
        assert tagged(name, "unbuildable") >= 6
        assert sum(len(case.questions) > 1 for case in cases(name)) >= 6
        assert {kind for case in cases(name) for kind in case.tags} >= KINDS | DIFFICULTIES
        for tag, least in {"join": 15, "group": 15, "subquery": 5, "date": 5, "null": 7}.items():
            assert tagged(name, tag) >= least, tag


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_states_these_counts(name: str) -> None:
    readme = (data.schema_path(name).parents[1] / "README.md").read_text("utf-8")
    lines = readme.split("## The SQL workspaces")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    column = rows[0].index(name)
    stated = {row[0]: row[column] for row in rows[2:]}
    several = sum(len(case.questions) > 1 for case in cases(name))
    assert stated == {
        "a reference": str(len(references(name))),
        "more than one question": str(several),
        **{words: str(tagged(name, tag)) for words, tag in COUNTED.items()},
    }


def kinds(tree: exp.Expr) -> set[str]:
    """What a query holds, by sqlglot's nodes."""
    found: set[str] = set()
    for node in tree.walk():
        match node:
            case exp.Select():
                found |= {"self-join"} if _joins_itself(node) else set()
                found |= {"filter"} if node.args.get("where") else set()
                found |= {"distinct"} if node.args.get("distinct") else set()
                inner = node.parent is not None and not isinstance(node.parent, exp.SetOperation)
                found |= {"subquery"} if inner else set()
            case exp.Join():
                found |= {"join", "outer-join"} if node.side else {"join"}
            case exp.SetOperation():
                found.add("set-operation")
            case exp.Window():
                found.add("window")
            case exp.Group():
                found.add("group")
            case exp.Having():
                found.add("having")
            case exp.Limit():
                found.add("limit")
            case exp.Case():
                found.add("case")
            case exp.Like():
                found.add("text")
            case exp.Coalesce():
                found.add("null")
            case exp.Is(expression=exp.Null()):
                found.add("null")
            case exp.Order() if not isinstance(node.parent, exp.Window):
                found.add("order")
            case exp.AggFunc() if not isinstance(node.parent, exp.Window):
                found |= {"aggregate"}
                found |= {"distinct"} if isinstance(node.this, exp.Distinct) else set()
            case exp.Literal(is_string=True, name=text) if _DATE.fullmatch(text):
                found |= set() if isinstance(node.parent, exp.Like) else {"date"}
            case _:
                pass
    return found


def _joins_itself(select: exp.Select) -> bool:
    clauses = [*select.find_all(exp.From), *select.find_all(exp.Join)]
    names = [clause.this.name.lower() for clause in clauses if clause.parent is select]
    return len(names) != len(set(names))


@pytest.mark.parametrize("name", NAMES)
class TestSchemas:
    def test_sqlite_takes_the_ddl_as_it_stands(self, name: str) -> None:
        made = sqlite3.connect(":memory:")
        made.executescript(document(name)["ddl"])
        found = made.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert {each for (each,) in found} == {table.name for table in schema(name).tables}
        made.close()

    def test_it_is_a_real_schema(self, name: str) -> None:
        tables = schema(name).tables
        assert 6 <= len(tables) <= 9
        assert all(table.primary_key and table.description for table in tables)
        assert sum(len(table.foreign_keys) for table in tables) >= 8
        columns = [column for table in tables for column in table.columns]
        assert sum(column.nullable for column in columns) >= 7
        assert sum(column.values is not None for column in columns) >= 4
        assert sum(column.type.is_time for column in columns) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_references_give_rows_on_made_databases(name: str) -> None:
    engine, of = SqliteEngine(schema(name)), schema(name)
    for id_, query in references(name).items():
        hints = hints_of(of, resolved(query, of)[0])
        assert any(has_values(engine, made, query) for made in islice(databases(hints), 150)), id_


def has_values(engine: SqliteEngine, database: Database, query: SqlQuery) -> bool:
    """Whether a query gives anything but NULLs on a database."""
    engine.load(database)
    return any(value is not None for row in engine.run(query.text).rows for value in row)


class TestRecordedAnswers:
    @pytest.mark.parametrize("system", SYSTEMS)
    def test_every_case_has_one_answer(self, system: str) -> None:
        recording = recorded(system)
        for name in NAMES:
            for case in cases(name):
                found = recording.answers.get((case.id, None, 1))
                assert found is not None, case.id
                assert found.failure is None

    @pytest.mark.parametrize("name", NAMES)
    def test_careful_answers_all_run_and_small_ones_do_not(self, name: str) -> None:
        assert failing("careful", name) == 0
        assert failing("hasty", name) == 0
        assert failing("small", name) >= 2

    @pytest.mark.parametrize("name", NAMES)
    def test_refusals_are_some(self, name: str) -> None:
        refused = {
            system: sum(1 for case in cases(name) if answer(system, case)[1]) for system in SYSTEMS
        }
        assert 4 <= refused["careful"] <= 8
        assert refused["hasty"] <= 6
        assert refused["small"] >= 10


def recorded(system: str) -> RecordedGenerator:
    path = data.cases_path("shop").parents[1] / f"answers-{system}.jsonl"
    return read_recording(path, name=system)


def answer(system: str, case: Case) -> tuple[str | None, str | None]:
    """The query and the refusal that a system gave."""
    found = recorded(system).answers.get((case.id, None, 1))
    assert found is not None
    return found.query, found.refusal


def failing(system: str, name: str) -> int:
    """How many answers do not run in SQLite."""
    engine = SqliteEngine(schema(name))
    number = 0
    for case in cases(name):
        query, _ = answer(system, case)
        if query is not None:
            try:
                engine.run(parse(query, schema(name)).text)
            except DoesNotRun:
                number += 1
    return number


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_doubtful_in_references_and_much_in_hasty_answers(name: str) -> None:
    for id_, query in references(name).items():
        assert lint(query, schema(name), text=query.text) == (), id_
    doubts = 0
    for case in cases(name):
        text, _ = answer("hasty", case)
        if text is not None:
            doubts += len(lint(parse(text, schema(name)), schema(name), text=text))
    assert doubts >= 3
