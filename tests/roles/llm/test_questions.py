"""Questions written by a model: styles, length, duplicates, and the check by proof."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from jurist.errors import BudgetExceeded, ModelError, StudyError
from jurist.languages.cql.words import WORDS
from jurist.models import Budget, BudgetLimits
from jurist.records import Case, FailureKind, Origin
from jurist.roles.llm.questions import INSTRUCTIONS, QuestionStyle
from jurist.roles.llm.templates import in_words
from model_server import Fault, Json
from role_talk import CASE, REFERENCE, WORKSPACE, fenced, prompt_of, talking

STYLES = [style.value for style in QuestionStyle]


def asking(*texts: str, back: str = REFERENCE) -> Callable[[Json], str]:
    """Questions in turn, each read back as the same query."""
    left = itertools.chain(texts, itertools.repeat(texts[-1]))

    def reply(body: Json) -> str:
        if "<<QUERY" in prompt_of(body)[1]:
            return json.dumps({"question": next(left)})
        return json.dumps({"query": back})

    return reply


LONG_ENOUGH = "everybody who is older than thirty"


async def test_a_question_says_where_it_comes_from_and_that_it_was_checked() -> None:
    async with talking(asking(f"  {LONG_ENOUGH}\n")) as talk:
        [question] = await talk.questions(name="asker").ask(CASE, WORKSPACE)
        (_, writing), (_, checking) = talk.prompts()
    assert question.text == LONG_ENOUGH
    assert question.origin is Origin.SYNTHETIC
    assert (question.author, question.style) == ("asker", "conversational")
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is True
    assert question.faithfulness.method == f"read back by {talk.model}, judged by proof"
    assert fenced(writing, "QUERY") == REFERENCE
    assert fenced(checking, "REQUEST") == LONG_ENOUGH
    assert REFERENCE not in checking


async def test_every_style_is_asked_for_in_words_so_often_as_wanted() -> None:
    texts = [f"{LONG_ENOUGH}, version {n}" for n in range(12)]
    async with talking(asking(*texts)) as talk:
        asker = talk.questions(styles=STYLES, per_case=2, check=False)
        questions = await asker.ask(CASE, WORKSPACE)
        prompts = [user for _, user in talk.prompts()]
    assert [question.style for question in questions] == [s for s in STYLES for _ in range(2)]
    assert len({question.id for question in questions}) == 12
    for style, first, second in zip(QuestionStyle, prompts[::2], prompts[1::2], strict=True):
        assert in_words(INSTRUCTIONS[style], WORDS) in first
        assert first == second
    assert len({json.dumps(body, sort_keys=True) for body in talk.asked}) == 12


async def test_duplicates_and_lengths_that_the_box_does_not_take_are_dropped() -> None:
    texts = ["x" * 19, "x" * 20, "X" * 20, "y " * 150 + "y", "z" * 300]
    async with talking(asking(*texts)) as talk:
        asker = talk.questions(per_case=5, check=False)
        questions = await asker.ask(CASE, WORKSPACE)
    assert [question.text for question in questions] == ["x" * 20, "z" * 300]


async def test_without_one_usable_question_it_says_why() -> None:
    async with talking(asking("too short")) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.questions().ask(CASE, WORKSPACE)
    assert caught.value.failure.kind is FailureKind.UNPARSABLE
    assert "9 characters, where 20 to 300 are taken" in caught.value.failure.reason


async def test_one_style_s_failure_leaves_the_others() -> None:
    async with talking(asking(LONG_ENOUGH), script=[Fault.BAD_REQUEST]) as talk:
        asker = talk.questions(styles=["terse", "typo"], check=False)
        questions = await asker.ask(CASE, WORKSPACE)
    assert [question.style for question in questions] == ["typo"]


async def test_an_unbuildable_case_has_no_reference_to_ask_for() -> None:
    async with talking(asking(LONG_ENOUGH)) as talk:
        assert await talk.questions().ask(Case("c", None), WORKSPACE) == ()
        assert talk.server.counts.requests == 0


@pytest.mark.parametrize(
    ("back", "faithful", "reason"),
    [
        ("trait('age') >= 31", True, ""),
        ("trait('age') > 31", False, "read back as trait('age') > 31: contains"),
        ("trait('age') >", None, "does not parse"),
        ("trait('height') > 30", None, "'height'"),
        ("", None, "does not parse"),
    ],
)
async def test_proof_says_whether_the_question_says_all(
    back: str, faithful: bool | None, reason: str
) -> None:
    async with talking(asking(LONG_ENOUGH, back=back)) as talk:
        [question] = await talk.questions().ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is faithful
    assert reason in question.faithfulness.reason


async def test_a_checker_that_fails_leaves_the_question_unchecked() -> None:
    script = [None, Fault.BAD_REQUEST]
    async with talking(asking(LONG_ENOUGH), script=script) as talk:
        [question] = await talk.questions().ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is None
    assert "400" in question.faithfulness.reason


async def test_another_model_may_check() -> None:
    async with talking(asking(LONG_ENOUGH)) as talk:
        checker = talk.model.replace("test-model", "checker")
        await talk.questions(checker=checker).ask(CASE, WORKSPACE)
        assert [body["model"] for body in talk.asked] == ["test-model", "checker"]


async def test_what_cannot_be_seen_is_not_in_a_question() -> None:
    hidden = "everybody\u200b older\x07 than thirty\ud83d"
    reply = "{'question': '" + hidden.encode("unicode_escape").decode() + "'}"
    async with talking(reply) as talk:
        [question] = await talk.questions(check=False).ask(CASE, WORKSPACE)
    assert question.text == "everybody\ufffd older\ufffd than thirty\ufffd"


async def test_the_budget_s_end_is_the_run_s_matter() -> None:
    budget = Budget(BudgetLimits(calls=1))
    async with talking(asking(LONG_ENOUGH), budget=budget) as talk:
        with pytest.raises(BudgetExceeded):
            await talk.questions().ask(CASE, WORKSPACE)


async def test_a_style_that_there_is_not_is_an_error() -> None:
    async with talking(asking(LONG_ENOUGH)) as talk:
        with pytest.raises(StudyError, match="sarcastic"):
            talk.questions(styles=["sarcastic"])
        with pytest.raises(StudyError):
            talk.questions(styles=[])
