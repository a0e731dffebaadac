"""Generators that ask back, in each form; users that reply; what is measured of both."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jurist.errors import ModelError
from jurist.languages import get_language
from jurist.records import Candidate, Case, FailureKind, Origin, Question, Speaker
from jurist.roles.conversations import AsksBack, Conversation, Exchange, Reply
from jurist.roles.loading import GENERATORS, USERS, load_generator, load_user, read_spec
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means

CQL = get_language("cql")
REFERENCE = "trait('country') = 'Germany' AND event('Order Completed').count() >= 3"
SCHEMA = CQL.infer_schema(CQL.parse(REFERENCE))
AT = Workspace(CQL, SCHEMA, "d")
QUESTION = Question("q", "customers with orders completed", Origin.AUTHORED)
CASE = Case("c", REFERENCE, (QUESTION,))


class Script:
    """A user that says so, and remembers what it was asked."""

    name, version = "script", "1"

    def __init__(self, *replies: str, turns: int = 3) -> None:
        self.turns = turns
        self.asked: list[str] = []
        self._replies = list(replies)

    async def reply(self, asked: str, exchange: Exchange) -> Reply:  # noqa: ARG002
        self.asked.append(asked)
        return Reply(self._replies.pop(0) if self._replies else "whatever", needed=True)


ENDLESS = """
async def answer(question, workspace, user):
    while True:
        await user.ask("and then?")
"""
SWALLOWS = """
async def answer(question, user):
    try:
        while True:
            await user.ask("and then?")
    except Exception:
        return "trait('country') = 'France'"
"""
ASKS = """
async def answer(question, workspace, user):
    country = await user.ask("Which country?")
    number = await user.ask("How many orders?")
    return {"query": f"{country}|{number}", "cost": {"calls": 2}}
"""
ASKS_PLAINLY = ASKS.replace("async ", "").replace("await ", "")
WARM = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    first = {"ask": "Which country?", "state": 7, "cost": {"calls": 1}}
    print(json.dumps({"id": asked["id"], **first}), flush=True)
    told = json.loads(sys.stdin.readline())
    assert told["state"] == 7 and told["question"] == asked["question"]
    then = {"ask": "How many orders?", "cost": {"calls": 1}}
    print(json.dumps({"id": asked["id"], **then}), flush=True)
    again = json.loads(sys.stdin.readline())
    said = [turn["text"] for turn in again["transcript"] if turn["speaker"] == "user"]
    print(json.dumps({"id": asked["id"], "query": "|".join(said)}), flush=True)
"""
ANEW = """
import json, sys
asked = json.load(sys.stdin)
state = asked.get("state", [])
if len(state) < 2:
    more = [*state, asked["reply"]] if "reply" in asked else state
    if len(more) < 2:
        text = ["Which country?", "How many orders?"][len(more)]
        print(json.dumps({"ask": text, "state": more, "cost": {"calls": 1}}))
        sys.exit()
print(json.dumps({"query": "|".join(more)}))
"""


def _generator(folder: Path, form: str, code: str) -> AsksBack:
    (folder / f"{form}_talker.py").write_text(code)
    given: dict[str, object] = {"callable": f"{form}_talker:answer"}
    if form != "function":
        given = {"command": [sys.executable, f"{form}_talker.py"]}
    if form == "warm":
        given["processes"] = 1
    generator = load_generator(read_spec(given, GENERATORS), Means(folder))
    assert isinstance(generator, AsksBack)
    return generator


FORMS = [("function", ASKS), ("function", ASKS_PLAINLY), ("warm", WARM), ("anew", ANEW)]


@pytest.mark.parametrize(("form", "code"), FORMS)
async def test_each_form_asks_back_and_is_written_down(
    form: str, code: str, tmp_path: Path
) -> None:
    user = Script("Germany", "at least three")
    talk = Conversation(user, QUESTION, CASE, AT)
    generator = _generator(tmp_path, form, code)
    candidate = talk.closed(await generator.converse(QUESTION, AT, talk))
    assert candidate.query == "Germany|at least three"
    assert user.asked == ["Which country?", "How many orders?"]
    assert candidate.cost.calls == 2
    assert candidate.asked_back == 2
    assert [turn.speaker for turn in candidate.transcript] == 2 * [Speaker.GENERATOR, Speaker.USER]
    assert [turn.text for turn in candidate.transcript][1::2] == ["Germany", "at least three"]


async def test_an_endpoint_asks_back(tmp_path: Path) -> None:
    bodies: list[dict[str, object]] = []

    async def handle(request: web.Request) -> web.Response:
        body: dict[str, object] = await request.json()
        bodies.append(body)
        if "reply" not in body:
            return web.json_response({"ask": "Which country?", "state": {"id": 9}})
        return web.json_response({"query": str(body["reply"])})

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        spec = read_spec({"http": str(server.make_url("/"))}, GENERATORS)
        generator = load_generator(spec, Means(tmp_path))
        assert isinstance(generator, AsksBack)
        talk = Conversation(Script("Germany"), QUESTION, CASE, AT)
        candidate = talk.closed(await generator.converse(QUESTION, AT, talk))
    assert candidate.query == "Germany"
    assert bodies[1]["state"] == {"id": 9}
    assert REFERENCE not in json.dumps(bodies)


@pytest.mark.parametrize("code", [ENDLESS, SWALLOWS])
async def test_who_asks_without_end_fails_whatever_it_makes_of_it(
    code: str, tmp_path: Path
) -> None:
    talk = Conversation(Script(turns=3), QUESTION, CASE, AT)
    generator = _generator(tmp_path, "function", code)
    try:
        candidate = await generator.converse(QUESTION, AT, talk)
    except ModelError as error:
        candidate = Candidate(failure=error.failure)
    candidate = talk.closed(candidate)
    assert candidate.failure is not None
    assert candidate.failure.kind is FailureKind.TURNS
    assert candidate.asked_back == 3


class Slow(Script):
    """One that takes its time, as a model does."""

    async def reply(self, asked: str, exchange: Exchange) -> Reply:
        await asyncio.sleep(0.001)
        self.asked.append(f"{asked} after {len(exchange.transcript)}")
        return Reply("whatever")


async def test_many_questions_at_once_are_as_many_turns() -> None:
    user = Slow(turns=3)
    talk = Conversation(user, QUESTION, CASE, AT)
    replies = await asyncio.gather(*map(talk.ask, "abcdefgh"), return_exceptions=True)
    assert user.asked == ["a after 0", "b after 2", "c after 4"]
    assert sum(isinstance(reply, ModelError) for reply in replies) == 5
    candidate = talk.closed(Candidate(query=REFERENCE))
    assert candidate.asked_back == 3
    assert candidate.failure is not None
    assert candidate.failure.kind is FailureKind.TURNS


async def test_who_asks_after_the_answer_is_told_nothing() -> None:
    user = Script("Germany")
    talk = Conversation(user, QUESTION, CASE, AT)
    assert talk.closed(Candidate(query=REFERENCE)).query == REFERENCE
    with pytest.raises(ModelError, match="after it had answered"):
        await talk.ask("Which country?")
    assert not user.asked


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("warm", [True, False])
async def test_what_is_told_beside_a_question_is_kept_whether_it_answers_or_not(
    tmp_path: Path, *, answers: bool, warm: bool
) -> None:
    (tmp_path / "telling.py").write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    told = json.loads(line)\n"
        "    number = told.get('state') or 0\n"
        "    given = {'ask': 'which?', 'state': number + 1, 'trace_id': 'abc'}\n"
        f"    if number == 2 and {answers}:\n"
        "        given = {'query': 'x'}\n"
        "    given |= {'cost': {'calls': 2, 'usd': 0.25}, 'notes': [f'note {number}']}\n"
        "    given |= {'steps': [{'name': f'step {number}'}], 'id': told.get('id')}\n"
        "    print(json.dumps(given), flush=True)\n"
    )
    given = {"command": [sys.executable, "telling.py"], "processes": int(warm)}
    generator = load_generator(read_spec(given, GENERATORS), Means(tmp_path))
    assert isinstance(generator, AsksBack)
    talk = Conversation(Script(turns=2), QUESTION, CASE, AT)
    candidate = talk.closed(await generator.converse(QUESTION, AT, talk))
    assert (candidate.query == "x") is answers
    assert (candidate.cost.calls, candidate.cost.usd) == (6, 0.75)
    assert candidate.notes == ("note 0", "note 1", "note 2")
    assert [step.name for step in candidate.steps] == ["step 0", "step 1", "step 2"]
    assert candidate.trace_id == "abc"


async def test_where_nobody_replies_to_ask_is_a_failure_that_says_what_to_do(
    tmp_path: Path,
) -> None:
    generator = load_generator(
        read_spec({"command": [sys.executable, "-c", 'print(\'{"ask": "who?"}\')']}, GENERATORS),
        Means(tmp_path),
    )
    candidate = await generator.answer(QUESTION, AT)
    assert candidate.failure is not None
    assert "user: simulated" in candidate.failure.reason


async def test_a_process_that_stays_answers_many_and_is_replaced_where_it_dies(
    tmp_path: Path,
) -> None:
    (tmp_path / "counting.py").write_text(
        "import json, os, sys\n"
        "for number, line in enumerate(sys.stdin):\n"
        "    asked = json.loads(line)\n"
        "    if 'die' in asked['question']:\n"
        "        sys.exit('out of luck')\n"
        "    answer = {'id': asked['id'], 'query': f'{os.getpid()} {number}'}\n"
        "    print(json.dumps(answer), flush=True)\n"
    )
    given = {"command": [sys.executable, "counting.py"], "processes": 1}
    generator = load_generator(read_spec(given, GENERATORS), Means(tmp_path))
    dying = Question("d", "die", Origin.AUTHORED)
    async with generator:  # pyright: ignore[reportGeneralTypeIssues]
        answers = [await generator.answer(each, AT) for each in (QUESTION, QUESTION, dying)]
        last = await generator.answer(QUESTION, AT)
    first, second = ((answer.query or "").split() for answer in answers[:2])
    assert (first[1], second[1]) == ("0", "1")
    assert first[0] == second[0]
    assert answers[2].failure is not None
    assert "ended with code 1 before it answered: out of luck" in answers[2].failure.reason
    assert (last.query or "").split()[1] == "0"
    assert (last.query or "").split()[0] != first[0]


async def _told(asked: str, question: Question = QUESTION, case: Case = CASE) -> Reply:
    user = load_user(read_spec("simulated", USERS), Means(Path(), language=CQL))
    return await user.reply(asked, Exchange(question, case, AT))


async def test_the_offline_user_says_what_was_asked_and_nothing_else() -> None:
    country = await _told("Which country should they be from?")
    assert (country.text, country.needed) == ("Germany.", True)
    number = await _told("How many do you mean?")
    assert (number.text, number.needed) == ("At least 3.", True)
    assert (await _told("Do you like tea?")).text == "That makes no difference to me."


async def test_the_offline_user_knows_what_the_question_said() -> None:
    whole = Question("q", "customers from Germany with at least 3 orders completed", Origin.REAL)
    again = await _told("Which country?", whole)
    assert (again.text, again.needed) == ("As I said: Germany.", False)
    assert (await _told("Which country?", case=Case("u", None))).needed is None
