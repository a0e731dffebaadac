"""Judges of references: what they are shown, and that their verdicts score no answer."""

from __future__ import annotations

import msgspec
import pytest

from jurist.errors import StudyError
from jurist.evidence.verdicts import NO_QUERY
from jurist.records import Candidate, Case, FailureKind, Side, Verdict
from role_talk import ANSWER, CASE, QUESTION, WORKSPACE, fenced, ruling, talking


async def test_it_shows_the_reference_as_if_it_were_an_answer() -> None:
    async with talking(ruling(2, "thirty itself is missing")) as talk:
        judge = talk.judge_of({"reference": talk.llm()})
        verdict = await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        [(_, user)] = talk.prompts()
    assert judge.name == "test-model (references)"
    assert verdict.side is Side.REFERENCE
    assert (verdict.score, verdict.reasoning) == (2, "thirty itself is missing")
    assert fenced(user, "QUERY") == CASE.reference
    assert ANSWER.query is not None
    assert ANSWER.query not in user
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict


async def test_all_answers_to_a_question_share_one_call() -> None:
    answers = [ANSWER, Candidate(query="x"), Candidate(refusal="no such trait")]
    async with talking(ruling(4)) as talk:
        judge = talk.judge_of({"reference": talk.llm()})
        verdicts = [await judge.judge(QUESTION, CASE, each, WORKSPACE) for each in answers]
        assert talk.server.counts.requests == 1
    assert [verdict.score for verdict in verdicts] == [4, 4, 4]
    assert [verdict.cost.cached_calls for verdict in verdicts] == [0, 1, 1]


async def test_a_reference_that_is_no_query_does_not_do_what_was_asked() -> None:
    """A ruling on the reference, which nobody need be asked for; answers have no score."""
    async with talking(ruling(4)) as talk:
        judge = talk.judge_of({"reference": talk.llm()})
        verdict = await judge.judge(QUESTION, Case("c", "trait("), ANSWER, WORKSPACE)
        assert talk.server.counts.requests == 0
    assert (verdict.side, verdict.score) == (Side.REFERENCE, 1)
    assert verdict.reasoning.startswith(NO_QUERY)


async def test_an_unbuildable_case_has_nothing_to_rule_on() -> None:
    async with talking(ruling(4)) as talk:
        judge = talk.judge_of({"reference": talk.llm()})
        verdict = await judge.judge(QUESTION, Case("c", None), ANSWER, WORKSPACE)
        assert talk.server.counts.requests == 0
    assert verdict.side is Side.REFERENCE
    assert verdict.unscored is not None
    assert verdict.unscored.kind is FailureKind.MISSING


async def test_only_a_model_that_sees_no_reference_can_judge_one() -> None:
    async with talking(ruling(4)) as talk:
        named = talk.judge_of({"reference": talk.llm(style="reference-free"), "name": "doubter"})
        assert named.name == "doubter"
        for spec in (
            {"reference": "proof"},
            {"reference": {"cascade": ["proof"]}},
            {"reference": talk.llm(style="plain")},
            {"reference": talk.llm(), "samples": 2},
            {"reference": None},
        ):
            with pytest.raises(StudyError):
                talk.judge_of(spec)
