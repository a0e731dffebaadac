"""Judges with a model: what they ask, what they make of replies, and of replies that fail."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from jurist.errors import BudgetExceeded, StudyError
from jurist.models import Budget, BudgetLimits
from jurist.records import Candidate, Case, Failure, FailureKind
from jurist.roles.teaching import primer
from model_server import Fault, Json
from role_talk import ANSWER, CASE, QUESTION, WORKSPACE, fenced, in_turn, prompt_of, ruling, talking

REFUSAL = Candidate(refusal="no such trait")
FAILED = Candidate(failure=Failure(FailureKind.TIMEOUT, "no reply within 30 s"))
UNBUILDABLE = Case("case-2", None)


async def test_a_ruling_is_read_with_its_reasons_and_its_cost() -> None:
    async with talking(ruling(3, "one bound is off by one")) as talk:
        verdict = await talk.judge(name="strict").judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert (verdict.judge, verdict.score) == ("strict", 3.0)
    assert verdict.reasoning == "one bound is off by one"
    assert verdict.samples == ()
    assert verdict.confidence is None
    assert verdict.cost.calls == 1
    assert verdict.cost.input_tokens == talk.server.counts.input_tokens > 0
    assert verdict.cost.output_tokens == talk.server.counts.output_tokens > 0


async def test_it_sees_question_reference_and_candidate_each_in_its_fence() -> None:
    async with talking(ruling(3)) as talk:
        await talk.judge().judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [(system, user)] = talk.prompts()
    assert fenced(user, "QUESTION") == QUESTION.text
    assert fenced(user, "REFERENCE") == CASE.reference
    assert fenced(user, "CANDIDATE") == ANSWER.query
    assert primer(WORKSPACE).strip() in system


async def test_without_chain_of_thought_only_a_score_is_asked_for() -> None:
    async with talking('{"score": 2}') as talk:
        verdict = await talk.judge(chain_of_thought=False).judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [body] = talk.asked
    assert (verdict.score, verdict.reasoning) == (2.0, "")
    assert "reasoning" not in json.dumps(body["response_format"])
    assert "nothing else" in prompt_of(body)[1]


@pytest.mark.parametrize(
    ("candidate", "case", "score"),
    [(REFUSAL, CASE, 1), (REFUSAL, UNBUILDABLE, 5), (ANSWER, UNBUILDABLE, 1), (FAILED, CASE, None)],
)
async def test_what_a_refusal_or_failure_settles_costs_no_call(
    candidate: Candidate, case: Case, score: float | None
) -> None:
    async with talking(ruling(3)) as talk:
        verdict = await talk.judge().judge(QUESTION, case, candidate, WORKSPACE)
        assert talk.server.counts.requests == 0
    assert verdict.score == score
    assert verdict.unscored == candidate.failure


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.REFUSAL, FailureKind.REFUSED),
        (Fault.LENGTH, FailureKind.UNPARSABLE),
        (Fault.BAD_REQUEST, FailureKind.ERROR),
        (Fault.FORBIDDEN, FailureKind.ERROR),
    ],
)
async def test_a_failed_call_is_no_score_but_a_reason(fault: Fault, kind: FailureKind) -> None:
    async with talking(ruling(3), script=[fault]) as talk:
        verdict = await talk.judge().judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score is None
    assert verdict.unscored is not None
    assert verdict.unscored.kind is kind
    assert talk.model in verdict.unscored.reason


@pytest.mark.parametrize(
    "reply", ["I would say four.", ruling(0), ruling(6), ruling("high"), ruling(3.5), "{}", "5"]
)
async def test_a_reply_without_a_level_is_asked_about_once_and_then_no_score(reply: str) -> None:
    async with talking(reply) as talk:
        verdict = await talk.judge().judge(QUESTION, CASE, ANSWER, WORKSPACE)
        assert talk.server.counts.requests == 2
    assert verdict.unscored is not None
    assert verdict.unscored.kind is FailureKind.UNPARSABLE


async def test_a_repaired_reply_counts() -> None:
    async with talking(in_turn("Four!", ruling(4))) as talk:
        verdict = await talk.judge().judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score == 4


async def test_samples_are_combined_by_mean_and_all_kept() -> None:
    async with talking(in_turn(*map(ruling, (5, 2, 5, 4)))) as talk:
        verdict = await talk.judge(samples=4).judge(QUESTION, CASE, ANSWER, WORKSPACE)
        seeds = {body["seed"] for body in talk.asked}
    assert sorted(verdict.samples) == [2, 4, 5, 5]
    assert verdict.score == 4
    assert verdict.confidence == 0.5
    assert verdict.cost.calls == 4
    assert len(seeds) == 4


async def test_samples_come_first_in_the_usual_order_and_then_swapped() -> None:
    def swapped(body: Json) -> str:
        user = prompt_of(body)[1]
        return ruling(2 if user.index("<<CANDIDATE") < user.index("<<REFERENCE") else 5)

    async with talking(swapped) as talk:
        judge = talk.judge(samples=3, both_orders=True)
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        assert talk.server.counts.requests == 6
    assert verdict.samples == (5, 5, 5, 2, 2, 2)
    assert verdict.score == 3.5


@pytest.mark.parametrize(
    ("options", "temperature"),
    [({}, 0.0), ({"samples": 3}, 0.7), ({"samples": 3, "temperature": 0.2}, 0.2)],
)
async def test_several_samples_are_taken_warm_unless_told_otherwise(
    options: dict[str, object], temperature: float
) -> None:
    async with talking(ruling(3)) as talk:
        await talk.judge(**options).judge(QUESTION, CASE, ANSWER, WORKSPACE)
        assert {body["temperature"] for body in talk.asked} == {temperature}


async def test_a_few_failed_samples_are_left_out_and_half_of_them_end_it() -> None:
    lost = [Fault.BAD_REQUEST]
    async with talking(ruling(4), script=lost) as talk:
        verdict = await talk.judge(samples=3).judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert (verdict.score, len(verdict.samples)) == (4, 2)
    async with talking(ruling(4), script=2 * lost) as talk:
        verdict = await talk.judge(samples=4).judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score is None
    assert verdict.unscored is not None
    assert verdict.cost.calls == 2
    async with talking(ruling(4), script=lost) as talk:  # one order would have no say
        judge = talk.judge(both_orders=True)
        assert (await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)).score is None


async def test_the_budget_s_end_is_no_verdict() -> None:
    async with talking(ruling(4), budget=Budget(BudgetLimits(calls=1))) as talk:
        judge = talk.judge(samples=3)
        with pytest.raises(BudgetExceeded):
            await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        assert talk.server.counts.requests == 1


# --- styles ---


async def test_prometheus_has_its_rubric_and_gives_feedback() -> None:
    async with talking('{"feedback": "close", "score": 4}') as talk:
        judge = talk.judge(style="prometheus")
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [(system, user)] = talk.prompts()
    assert (verdict.score, verdict.reasoning) == (4, "close")
    assert "###Score rubric:" in system
    assert fenced(user, "RESPONSE") == ANSWER.query


async def test_sql_solver_keeps_the_counterexample() -> None:
    reply = {"differences": "the bound", "counterexample": "somebody of 30", "score": 3}
    async with talking(json.dumps(reply)) as talk:
        judge = talk.judge(style="sql-solver")
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score == 3
    assert "the bound" in verdict.reasoning
    assert "Counterexample: somebody of 30" in verdict.reasoning


async def test_reference_free_never_sees_the_reference() -> None:
    case = Case("c", "trait('age') > 1234567")
    async with talking(ruling(4)) as talk:
        judge = talk.judge(style="reference-free", both_orders=True)
        verdict = await judge.judge(QUESTION, case, ANSWER, WORKSPACE)
        assert "1234567" not in json.dumps(talk.asked)
        [(_, user)] = talk.prompts()
    assert fenced(user, "QUERY") == ANSWER.query
    assert verdict.score == 4


def _spelt(levels: dict[str, float], before: str = "", score: str = "4") -> Any:
    """Log-probabilities of a reply whose score token has these alternatives."""

    def tokens(_: str) -> list[Json]:
        listed = [{"token": token, "logprob": math.log(p)} for token, p in levels.items()]
        return [
            {"token": before, "logprob": -0.1, "top_logprobs": []},
            {"token": score, "logprob": math.log(levels[score]), "top_logprobs": listed},
            {"token": '"}', "logprob": 0.0, "top_logprobs": []},
        ]

    return tokens


async def test_g_eval_is_the_expected_score_over_the_model_s_own_distribution() -> None:
    tokens = _spelt({"4": 0.5, "5": 0.25, "3": 0.05, "x": 0.2}, before="5 customers")
    async with talking(ruling(4), tokens=tokens) as talk:
        judge = talk.judge(style="g-eval")
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [body] = talk.asked
    assert body["top_logprobs"] == 20
    assert verdict.score == pytest.approx((4 * 0.5 + 5 * 0.25 + 3 * 0.05) / 0.8)
    assert verdict.confidence == pytest.approx(0.5 / 0.8)


async def test_g_eval_over_samples_is_their_mean_where_there_are_no_logprobs() -> None:
    async with talking(in_turn(*map(ruling, (5, 4, 4, 2))), rejects=["logprobs"]) as talk:
        judge = talk.judge(style="g-eval", samples=4)
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score == 3.75
    assert sorted(verdict.samples) == [2, 4, 4, 5]
    assert verdict.confidence == 0.5


@pytest.mark.parametrize("token", ["2", "four", "4.0"])
async def test_a_distribution_of_something_else_is_not_used(token: str) -> None:
    tokens = _spelt({token: 0.6, "1": 0.4}, score=token)
    async with talking(ruling(4), tokens=tokens) as talk:
        judge = talk.judge(style="g-eval")
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert (verdict.score, verdict.confidence) == (4, None)


async def test_a_score_token_may_carry_punctuation_and_vanish() -> None:
    tokens = _spelt({" 4}": 0.75, " 5}": 0.25}, score=" 4}")
    async with talking(ruling(4), tokens=tokens) as talk:
        verdict = await talk.judge(style="g-eval").judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score == 4.25

    def impossible(_: str) -> list[Json]:
        return [{"token": "4", "logprob": -9999.0, "top_logprobs": []}]

    async with talking(ruling(4), tokens=impossible) as talk:
        verdict = await talk.judge(style="g-eval").judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert (verdict.score, verdict.confidence) == (4, None)


# --- examples, guidelines, version ---

EXAMPLE = {
    "question": "gold members",
    "reference": "trait('plan') = 'pro'",
    "candidate": "trait('plan') = 'free'",
    "reasoning": "the other plan",
    "score": 1,
}


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, '{"reasoning":"the other plan","score":1}'),
        ({"chain_of_thought": False}, '{"score":1}'),
        ({"style": "prometheus"}, '{"feedback":"the other plan","score":1}'),
        ({"style": "sql-solver"}, '{"differences":"the other plan","counterexample":"see above"'),
    ],
)
async def test_examples_are_shown_in_the_form_that_is_asked_for(
    options: dict[str, object], shown: str
) -> None:
    replies = (
        '{"score": 2, "reasoning": "", "feedback": "", "differences": "", "counterexample":""}'
    )
    async with talking(replies) as talk:
        judge = talk.judge(examples=[EXAMPLE], **options)
        await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [(system, _)] = talk.prompts()
    assert shown in system
    assert fenced(system, "QUESTION") == "gold members"
    assert fenced(system, "REFERENCE") == EXAMPLE["reference"]


async def test_guidelines_stand_in_the_system_part() -> None:
    async with talking(ruling(3)) as talk:
        judge = talk.judge(guidelines=["A missing window is a 3.", "Case does not count."])
        await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [(system, _)] = talk.prompts()
    assert "- A missing window is a 3.\n- Case does not count." in system


async def test_all_that_shapes_a_verdict_shapes_the_version() -> None:
    changes: list[dict[str, object]] = [
        {},
        {"chain_of_thought": False},
        {"samples": 2},
        {"both_orders": True},
        {"temperature": 0.5},
        {"max_tokens": 9},
        {"seed": 1},
        {"style": "g-eval"},
        {"style": "prometheus"},
        {"style": "sql-solver"},
        {"style": "reference-free"},
        {"examples": [EXAMPLE]},
        {"guidelines": ["x"]},
    ]
    async with talking(ruling(3)) as talk:
        versions = [talk.judge(**change).version for change in changes]
        assert len(set(versions)) == len(changes)
        assert talk.judge(name="another").version == versions[0]


@pytest.mark.parametrize(
    "options",
    [
        {"samples": 0},
        {"samples": "many"},
        {"temperature": 3},
        {"style": "harsh"},
        {"examples": [{**EXAMPLE, "score": 7}]},
        {"examples": [{"question": "q"}]},
        {"sample": 2},
        {"template": "absent.md"},
    ],
)
async def test_options_that_make_no_sense_are_errors_before_any_call(
    options: dict[str, object],
) -> None:
    from jurist.errors import InputError

    async with talking(ruling(3)) as talk:
        with pytest.raises(InputError) as caught:
            assert talk.judge(**options).version
    if "template" not in options:
        assert isinstance(caught.value, StudyError)
