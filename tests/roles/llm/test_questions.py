"""Questions written by a model: styles, length, duplicates; checks, repairs and stand-ins."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from jurist.errors import BudgetExceeded, ModelError, StudyError
from jurist.languages.cql.words import WORDS as CQL_WORDS
from jurist.languages.sql.words import WORDS as SQL_WORDS
from jurist.languages.words import Words
from jurist.models import Budget, BudgetLimits
from jurist.records import Case, CheckedBy, FailureKind, Faithfulness, Origin
from jurist.roles.llm.questions import INSTRUCTIONS, QuestionStyle
from jurist.roles.llm.templates import in_words
from model_server import Fault, Json
from role_talk import CASE, REFERENCE, WORKSPACE, fenced, prompt_of, talking
from workspaces import shipped

STYLES = [style.value for style in QuestionStyle]


def asking(
    *texts: str, back: str = REFERENCE, reworded: str = "no other words come to mind"
) -> Callable[[Json], str]:
    """Questions in turn, each read back as the same query."""
    left = itertools.chain(texts, itertools.repeat(texts[-1]))

    def reply(body: Json) -> str:
        system, user = prompt_of(body)
        if "<<QUERY" in user:
            return json.dumps({"question": next(left)})
        if "in other words" in system:
            return json.dumps({"question": reworded})
        return json.dumps({"query": back})

    return reply


LONG_ENOUGH = "everybody who is older than thirty"
UNCHECKED: dict[str, object] = {"read_back": False, "attempts": 1, "stand_in": False}
"""Asked once, whatever a check says."""


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
        asker = talk.questions(styles=STYLES, per_case=2, **UNCHECKED)
        questions = await asker.ask(CASE, WORKSPACE)
        prompts = [user for _, user in talk.prompts()]
    assert [question.style for question in questions] == [s for s in STYLES for _ in range(2)]
    assert len({question.id for question in questions}) == 12
    for style, first, second in zip(QuestionStyle, prompts[::2], prompts[1::2], strict=True):
        assert in_words(INSTRUCTIONS[style], CQL_WORDS) in first
        assert first == second
    assert len({json.dumps(body, sort_keys=True) for body in talk.asked}) == 12


async def test_duplicates_and_lengths_that_the_box_does_not_take_are_dropped() -> None:
    texts = ["x" * 19, "x" * 20, "X" * 20, "y " * 150 + "y", "z" * 300]
    async with talking(asking(*texts)) as talk:
        asker = talk.questions(per_case=5, **UNCHECKED)
        questions = await asker.ask(CASE, WORKSPACE)
    assert [question.text for question in questions] == ["x" * 20, "z" * 300]


async def test_without_one_usable_question_it_says_why() -> None:
    async with talking(asking("too short")) as talk:
        with pytest.raises(ModelError) as caught:
            await talk.questions(stand_in=False).ask(CASE, WORKSPACE)
    assert caught.value.failure.kind is FailureKind.UNPARSABLE
    assert "9 characters, where 20 to 300 are taken" in caught.value.failure.reason


async def test_one_style_s_failure_leaves_the_others() -> None:
    async with talking(asking(LONG_ENOUGH), script=[Fault.BAD_REQUEST]) as talk:
        asker = talk.questions(styles=["terse", "typo"], **UNCHECKED)
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
    unheard = "folks who were about when the wall came down"
    async with talking(asking(unheard, back=back)) as talk:
        asker = talk.questions(attempts=1, stand_in=False)
        [question] = await asker.ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is faithful
    assert question.faithfulness.by is (CheckedBy.PROOF if faithful else None)
    assert reason in question.faithfulness.reason


async def test_what_cannot_be_read_back_is_told_once_and_read_again() -> None:
    backs = itertools.chain(["trait('age') >"], itertools.repeat(REFERENCE))

    def reply(body: Json) -> str:
        if "<<QUERY" in prompt_of(body)[1]:
            return json.dumps({"question": LONG_ENOUGH})
        return json.dumps({"query": next(backs)})

    async with talking(reply) as talk:
        [question] = await talk.questions().ask(CASE, WORKSPACE)
        assert len(talk.asked) == 3
        assert "ends too early" in fenced(talk.prompts()[-1][1], "PROBLEMS")
    assert question.faithfulness is not None
    assert question.faithfulness.by is CheckedBy.PROOF


@pytest.mark.parametrize("back", ["trait('age') >", ""])
async def test_what_is_never_read_back_counts_by_what_it_mentions(back: str) -> None:
    async with talking(asking(LONG_ENOUGH, back=back)) as talk:
        [question] = await talk.questions().ask(CASE, WORKSPACE)
    assert question.text == LONG_ENOUGH
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is True
    assert question.faithfulness.by is CheckedBy.MENTION


async def test_a_checker_that_fails_leaves_what_is_mentioned() -> None:
    script = [None, Fault.BAD_REQUEST]
    async with talking(asking(LONG_ENOUGH), script=script) as talk:
        [question] = await talk.questions().ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert question.faithfulness.by is CheckedBy.MENTION


SHOP = shipped("shop")
GOLD = Case(
    "gold",
    "event('Order Completed').within(30 days).count() >= 2 AND NOT trait('employees') = 'true'",
)
FAITHFUL = "customers with two or more completed orders in the last 30 days, without employees"
EXAMPLE = CQL_WORDS.example_request
UNFAITHFUL = {
    "more is asked for": (FAITHFUL + ", older than 30 and with a phone", "'phone'"),
    "a number is left out": (
        "customers who completed orders in the last 30 days, without employees",
        "does not say 2",
    ),
    "a negation is left out": (
        "employees with two or more completed orders in the last 30 days",
        "leaves out a negation",
    ),
    "a number is another": (FAITHFUL.replace("30", "45"), "says 45"),
    "the example is copied": (EXAMPLE, "example"),
}


@pytest.mark.parametrize("kind", UNFAITHFUL)
async def test_what_is_unfaithful_is_said_to_the_model_and_written_anew(kind: str) -> None:
    text, finding = UNFAITHFUL[kind]
    async with talking(asking(text, FAITHFUL)) as talk:
        [question] = await talk.questions(read_back=False).ask(GOLD, SHOP)
        again = talk.prompts()[-1][1]
    assert question.text == FAITHFUL
    assert question.faithfulness == Faithfulness(
        faithful=True, method="by what it mentions", reason="attempt 2", by=CheckedBy.MENTION
    )
    assert finding in fenced(again, "PROBLEMS")


@pytest.mark.parametrize("kind", UNFAITHFUL)
async def test_after_the_last_attempt_the_realizer_s_sentence_stands_in(kind: str) -> None:
    text, finding = UNFAITHFUL[kind]
    async with talking(asking(text, reworded=text)) as talk:
        asker = talk.questions(name="asker", read_back=False, attempts=2)
        [question] = await asker.ask(GOLD, SHOP)
        assert len(talk.asked) == 3  # two attempts, and the sentence in other words
        sentence = fenced(talk.prompts()[-1][1], "REQUEST")
    assert question.text == sentence
    assert (question.author, question.origin) == ("asker", Origin.SYNTHETIC)
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is True
    assert question.faithfulness.by is CheckedBy.REALIZER
    assert finding in question.faithfulness.reason


async def test_the_sentence_is_reworded_where_the_words_pass() -> None:
    async with talking(asking(UNFAITHFUL["a number is another"][0], reworded=FAITHFUL)) as talk:
        [question] = await talk.questions(read_back=False, attempts=1).ask(GOLD, SHOP)
    assert question.text == FAITHFUL
    assert question.faithfulness is not None
    assert question.faithfulness.by is CheckedBy.MENTION
    assert "the realizer's sentence" in question.faithfulness.reason


async def test_without_a_stand_in_the_last_attempt_is_kept_as_unchecked() -> None:
    text, finding = UNFAITHFUL["a number is another"]
    async with talking(asking(text)) as talk:
        asker = talk.questions(read_back=False, attempts=2, stand_in=False)
        [question] = await asker.ask(GOLD, SHOP)
        assert len(talk.asked) == 2
    assert question.text == text
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is None
    assert finding in question.faithfulness.reason


async def test_a_server_that_fails_midway_leaves_the_stand_in() -> None:
    script = [None, Fault.BAD_REQUEST, Fault.BAD_REQUEST]
    async with talking(asking(EXAMPLE), script=script) as talk:
        [question] = await talk.questions(read_back=False).ask(GOLD, SHOP)
    assert question.faithfulness is not None
    assert question.faithfulness.by is CheckedBy.REALIZER


async def test_spanish_is_checked_by_proof_alone() -> None:
    async with talking(asking("clientes mayores de 30 anos", back="nada")) as talk:
        asker = talk.questions(styles=["spanish"], attempts=1)
        [question] = await asker.ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert question.faithfulness.faithful is None
    assert "English alone" in question.faithfulness.reason


async def test_an_example_of_one_s_own_prompt_is_not_copied_either(tmp_path: Path) -> None:
    shipped = resources.files("jurist.roles").joinpath("prompts/ask.md").read_text()
    own = tmp_path / "own.md"
    own.write_text(shipped.replace("{{words.example}}", '{"question": "pilots of gliders"}'))
    copied = "pilots who are older than thirty"
    async with talking(asking(copied), folder=tmp_path) as talk:
        asker = talk.questions(template="own.md", read_back=False, attempts=1, stand_in=False)
        [question] = await asker.ask(CASE, WORKSPACE)
    assert question.faithfulness is not None
    assert "'pilots' as the prompt's example does" in question.faithfulness.reason


@pytest.mark.parametrize("words", [CQL_WORDS, SQL_WORDS])
def test_the_examples_of_prompts_speak_of_nobody_s_data(words: Words) -> None:
    """No word of an example is one by which people call those that they ask for."""
    shown = set(words.example_request.split())
    assert shown.isdisjoint({"readers", "customers", "users", "accounts", "orders"})


async def test_another_model_may_check() -> None:
    async with talking(asking(LONG_ENOUGH)) as talk:
        checker = talk.model.replace("test-model", "checker")
        await talk.questions(checker=checker).ask(CASE, WORKSPACE)
        assert [body["model"] for body in talk.asked] == ["test-model", "checker"]


async def test_what_cannot_be_seen_is_not_in_a_question() -> None:
    hidden = "everybody\u200b older\x07 than thirty\ud83d"
    reply = "{'question': '" + hidden.encode("unicode_escape").decode() + "'}"
    async with talking(reply) as talk:
        [question] = await talk.questions(**UNCHECKED).ask(CASE, WORKSPACE)
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
