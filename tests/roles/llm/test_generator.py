"""Generators with a model: stages, examples, repairs; never the reference, never their own case."""

from __future__ import annotations

import json
from typing import cast

import pytest

from jurist.errors import BudgetExceeded
from jurist.models import Budget, BudgetLimits
from jurist.records import Case, FailureKind, Origin, Question
from jurist.roles import Generator, LeavesOneOut
from jurist.roles.protocols import AnswersAnew
from jurist.roles.teaching import primer
from model_server import Fault, Json
from role_talk import QUESTION, WORKSPACE, fenced, in_turn, prompt_of, talking

GOOD = json.dumps({"query": "trait('age') > 30", "refusal": ""})
UNKNOWN = json.dumps({"query": "trait('height') > 30", "refusal": ""})
BROKEN = json.dumps({"query": "trait('age') >", "refusal": ""})
MEMORY = tuple(
    Case(name, f"trait('age') > {age}", (Question(f"{name}-q", text, Origin.AUTHORED),))
    for name, age, text in [
        ("case-1", 30, "everybody older than thirty"),
        ("case-2", 65, "pensioners, that is older than 65"),
        ("case-3", 18, "people who bought a song"),
    ]
)


def without(generator: Generator, case: str) -> Generator:
    assert isinstance(generator, LeavesOneOut)
    return generator.without(case)


async def test_it_sees_the_language_the_names_and_the_request() -> None:
    async with talking(GOOD) as talk:
        candidate = await talk.generator().answer(QUESTION, WORKSPACE)
        [(system, user)] = talk.prompts()
    assert candidate.query == "trait('age') > 30"
    assert candidate.cost.calls == 1
    assert fenced(user, "REQUEST") == QUESTION.text
    assert "trait 'age': integer" in fenced(system, "NAMES")
    assert primer(WORKSPACE).strip() in system


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        ({"query": "", "refusal": "no such trait"}, "no such trait"),
        ({"query": "  "}, "neither a query nor a reason"),
        ({}, "neither a query nor a reason"),
    ],
)
async def test_a_refusal_is_an_answer(reply: dict[str, str], refusal: str) -> None:
    async with talking(json.dumps(reply)) as talk:
        candidate = await talk.generator(repairs=2).answer(QUESTION, WORKSPACE)
        assert talk.server.counts.requests == 1
    assert candidate.refusal == refusal


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Fault.REFUSAL, FailureKind.REFUSED), (Fault.BAD_REQUEST, FailureKind.ERROR)],
)
async def test_a_failed_call_is_a_failure_with_its_reason(fault: Fault, kind: FailureKind) -> None:
    async with talking(GOOD, script=[fault]) as talk:
        candidate = await talk.generator().answer(QUESTION, WORKSPACE)
    assert candidate.failure is not None
    assert candidate.failure.kind is kind


async def test_what_the_checker_finds_is_sent_back_until_nothing_is_found() -> None:
    async with talking(in_turn(BROKEN, UNKNOWN, GOOD)) as talk:
        candidate = await talk.generator(repairs=3).answer(QUESTION, WORKSPACE)
        _, second, third = talk.prompts()
    assert candidate.query == "trait('age') > 30"
    assert candidate.cost.calls == 3
    assert len(candidate.notes) == 2
    assert fenced(second[1], "PREVIOUS ANSWER") == "trait('age') >"
    assert "column" in fenced(second[1], "PROBLEMS")
    assert "'height'" in fenced(third[1], "PROBLEMS")


async def test_the_last_repair_is_the_answer_though_it_is_wrong() -> None:
    async with talking(UNKNOWN) as talk:
        candidate = await talk.generator(repairs=1).answer(QUESTION, WORKSPACE)
        assert talk.server.counts.requests == 2
    assert candidate.query == "trait('height') > 30"


async def test_without_repairs_nothing_is_sent_back() -> None:
    async with talking(BROKEN) as talk:
        candidate = await talk.generator().answer(QUESTION, WORKSPACE)
        assert talk.server.counts.requests == 1
    assert candidate.query == "trait('age') >"


def planning(body: Json) -> str:
    if "REQUEST" in prompt_of(body)[1] and "PLAN" not in prompt_of(body)[1]:
        return json.dumps({"conditions": ["age above 30", "on the pro plan"], "joined": "and"})
    return GOOD


async def test_two_stages_plan_first_and_then_write() -> None:
    async with talking(planning) as talk:
        candidate = await talk.generator(plan=True).answer(QUESTION, WORKSPACE)
        (plan_system, _), (_, writing) = talk.prompts()
    assert candidate.query == "trait('age') > 30"
    assert candidate.cost.calls == 2
    assert "trait 'age': integer" in fenced(plan_system, "NAMES")
    assert fenced(writing, "PLAN") == "- age above 30\n- on the pro plan\njoined: and"
    assert candidate.notes == ("plan: age above 30; on the pro plan (and)",)


async def test_retrieval_shows_the_nearest_saved_queries_but_never_the_case_s_own() -> None:
    async with talking(GOOD, memory=MEMORY) as talk:
        generator = without(talk.generator(neighbours=1), "case-1")
        await generator.answer(QUESTION, WORKSPACE)
        [(system, user)] = talk.prompts()
    assert user.count("<<REQUEST") == 2
    assert "older than 65" in user
    assert "trait('age') > 65" in user
    assert "trait('age') > 30" not in system + user
    assert "case-" not in system + user


async def test_a_memory_of_its_own_case_alone_shows_nothing() -> None:
    async with talking(GOOD, memory=MEMORY[:1]) as talk:
        generator = without(talk.generator(neighbours=3), "case-1")
        await generator.answer(QUESTION, WORKSPACE)
        [(_, user)] = talk.prompts()
    assert "Saved queries" not in user


async def test_examples_by_meaning_come_from_an_embedding_model() -> None:
    async with talking(GOOD, memory=MEMORY) as talk:
        generator = talk.generator(neighbours=2, embeddings=talk.model)
        candidate = await without(generator, "case-3").answer(QUESTION, WORKSPACE)
        user = prompt_of(talk.asked[-1])[1]
    assert user.count("<<ANSWER") == 2
    assert "bought a song" not in user
    assert candidate.cost.calls == 2  # the memory and the question together, then the answer


async def test_of_a_large_schema_the_relevant_names_are_shown() -> None:
    async with talking(GOOD) as talk:
        await talk.generator(names_limit=60).answer(QUESTION, WORKSPACE)
        [(system, _)] = talk.prompts()
    assert "more names are not shown" in system


async def test_the_budget_s_end_is_no_answer() -> None:
    async with talking(BROKEN, budget=Budget(BudgetLimits(calls=1))) as talk:
        with pytest.raises(BudgetExceeded):
            await talk.generator(repairs=1).answer(QUESTION, WORKSPACE)


async def test_all_that_shapes_an_answer_shapes_the_version() -> None:
    changes: list[dict[str, object]] = [
        {},
        {"plan": True},
        {"neighbours": 1},
        {"neighbours": 1, "embeddings": "ollama:embedder"},
        {"repairs": 1},
        {"temperature": 0.5},
        {"max_tokens": 9},
        {"seed": 1},
        {"names_limit": 10},
    ]
    async with talking(GOOD, memory=MEMORY) as talk:
        versions = [talk.generator(**change).version for change in changes]
        assert len(set(versions)) == len(changes)
        remembering = talk.generator(neighbours=1)
        assert without(remembering, "case-1").name == remembering.name
    async with talking(GOOD, memory=MEMORY[:2]) as other:
        model = cast("str", talk.llm()["llm"])
        spec = {"neighbours": 1, "name": "same"}
        assert other.generator(**spec).version != remembering.version
        assert model != other.model


async def test_each_answer_of_several_is_a_call_of_its_own_that_is_never_paid_twice() -> None:
    async with talking(GOOD) as talk:
        generator = talk.generator(temperature=0.7)
        assert isinstance(generator, AnswersAnew)
        assert generator.of_sample(2).version == generator.version
        for sample, calls in ((1, 1), (2, 2), (3, 3), (2, 3), (1, 3)):
            await generator.of_sample(sample).answer(QUESTION, WORKSPACE)
            assert len(talk.asked) == calls
        await generator.answer(QUESTION, WORKSPACE)  # the first answer is the only one of a study
        assert len(talk.asked) == 3
