"""SQL's English where roles use it: questions, `rules`, `nearest`, and what a prompt carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.capabilities import Links, ReadsEnglish, SpeaksEnglish, Style, Teaches
from jurist.records import Candidate, Case, Method, Origin, Question, Relation
from jurist.roles.llm.relevance import names_about
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.offline.nearest import Library, NearestGenerator
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import Generator, Workspace
from jurist.roles.spec import Means
from sql_workspaces import NAMES, cases, references, schema

SQL = get_language("sql")


def workspace(name: str) -> Workspace:
    return Workspace(SQL, schema(name), name)


def rules() -> Generator:
    return load_generator(read_spec("rules", GENERATORS), Means(Path(), language=SQL))


def nearest(*known: Case) -> NearestGenerator:
    return NearestGenerator("nearest", "1", Library(known, 0))


async def answered(role: Generator, text: str, name: str = "retail") -> Candidate:
    return await role.answer(Question("q", text, Origin.AUTHORED), workspace(name))


def case(id_: str, reference: str | None, *texts: str) -> Case:
    questions = [Question(f"{id_}-{n}", text, Origin.AUTHORED) for n, text in enumerate(texts)]
    return Case(id_, reference, tuple(questions))


def test_sql_has_what_roles_ask_for() -> None:
    for capability in (SpeaksEnglish, ReadsEnglish, Teaches, Links):
        assert isinstance(SQL, capability)


@pytest.mark.parametrize("name", NAMES)
async def test_rules_answer_what_the_realizer_asks_with_a_query_proved_equal(name: str) -> None:
    for id_, query in list(references(name).items())[::6]:
        place = workspace(name)
        asked = realize(
            id_, query.text, place, styles=tuple(Style), per_case=1, seed=0, author="realizer"
        )
        found = await answered(rules(), asked[0].text, name)
        assert found.query is not None, asked[0].text
        back = SQL.parse(found.query, schema(name))
        evidence = decide(SQL, query, back, schema(name))
        assert evidence.relation is Relation.EQUIVALENT, found.query
        assert evidence.method in {Method.PROOF, Method.IDENTICAL}


@pytest.mark.parametrize("name", NAMES)
async def test_rules_refuse_what_people_wrote_and_never_guess(name: str) -> None:
    for each in cases(name):
        for question in each.questions:
            found = await answered(rules(), question.text, name)
            assert found.failure is None
            assert found.refusal, question.text


async def test_nearest_puts_the_values_of_a_request_into_the_closest_query() -> None:
    role = nearest(
        case(
            "a",
            "SELECT name FROM products WHERE brand = 'Norrland' AND price > 100",
            "Which products of Norrland cost more than 100?",
        ),
        case(
            "b",
            "SELECT COUNT(*) FROM orders WHERE status = 'paid'",
            "how many orders have been paid?",
        ),
        case("c", None, "what will the weather be in Lund tomorrow?"),
    )
    found = await answered(role, "Which products of Alpina cost more than 250?")
    assert found.query == "SELECT name FROM products WHERE brand = 'Alpina' AND price > 250"
    found = await answered(role, "how many orders have been cancelled?")
    assert found.query == "SELECT COUNT(*) FROM orders WHERE status = 'cancelled'"
    found = await answered(role, "what will the weather be in Ystad?")
    assert found.refusal == "the closest known question cannot be built"
    found = await answered(role, "xyzzy")
    assert found.refusal is not None


@pytest.mark.parametrize("name", NAMES)
async def test_what_nearest_answers_checks(name: str) -> None:
    role = nearest(*cases(name))
    number = 0
    for each in cases(name)[::3]:
        found = await answered(role.without(each.id), each.questions[0].text, name)
        if found.query is not None:
            query = SQL.parse(found.query, schema(name))
            assert SQL.check(query, schema(name), text=found.query) == ()
            number += 1
    assert number >= 2


def test_a_prompt_carries_what_the_request_is_about() -> None:
    place = workspace("retail")
    whole = names_about(place, "which brands are there?", limit=100_000)
    assert len(whole.splitlines()) == len(schema("retail").tables)
    part = names_about(place, "campaigns that customers came from", limit=1_200)
    assert len(part) <= 1_200
    tables = [line.split(" ")[0] for line in part.splitlines()]
    assert {"campaigns", "customers", "orders"} <= set(tables)  # orders join the two
    assert "more tables are not shown" in part
