"""The adversarial set: texts that give orders move no prompt's frame, no parser, no proof."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from injections import INJECTIONS
from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.cql.syntax import CqlQuery
from jurist.records import Candidate, Case, Origin, Question
from jurist.roles import Workspace
from jurist.roles.llm.fence import LIMIT, visible
from model_server import Json
from role_talk import ANSWER, CASE, FENCE, QUESTION, WORKSPACE, fenced, in_turn, prompt_of, talking

STYLES = ("plain", "g-eval", "prometheus", "sql-solver", "reference-free")
each_injection = pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS.keys())


def shown(text: str) -> str:
    """What a fence shows of a text."""
    kept = visible(text)
    return kept if len(kept) <= LIMIT else kept[:LIMIT]


def outside(prompt: str) -> str:
    """A prompt with what stands in fences taken out; each fence's marks must be its own."""
    for found in FENCE.finditer(prompt):
        assert prompt.count(f"<</{found[1]} {found[2]}>>") == 1
    return FENCE.sub("<fence>", prompt)


def giving(score: int) -> str:
    parts = {"reasoning": "r", "feedback": "r", "differences": "d", "counterexample": "c"}
    return json.dumps({**parts, "score": score})


def quoted(text: str) -> str:
    """A query with the text as a literal."""
    language = get_language("cql")
    plain = text.replace("\x00", "")  # no value can hold it
    escaped = json.dumps(plain)  # CQL's escapes are among JSON's, but for a few
    escaped = escaped.replace("\\b", "\\u0008").replace("\\f", "\\u000c").replace("\\r", "\\u000d")
    escaped = re.sub(r"\\u(d[89ab]..)\\u(d[c-f]..)", _astral, escaped)
    query = language.parse(f"trait('plan') = {escaped}")
    assert isinstance(query, CqlQuery)
    return language.format(query)


def _astral(found: re.Match[str]) -> str:
    return json.loads(f'"{found[0]}"')


@pytest.mark.parametrize("style", STYLES)
async def test_a_judge_keeps_its_frame_and_takes_the_score_from_the_reply_alone(style: str) -> None:
    label = {"reference-free": "QUERY", "prometheus": "RESPONSE"}.get(style, "CANDIDATE")
    async with talking(giving(2)) as talk:
        judge = talk.judge(style=style)
        await judge.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        usual_system, usual = talk.prompts()[-1]
        for name, text in INJECTIONS.items():
            hostile = replace(QUESTION, text=text), Case("c", text), Candidate(query=text)
            verdict = await judge.judge(*hostile, WORKSPACE)
            system, user = talk.prompts()[-1]
            assert verdict.score == 2, name
            assert system == usual_system, name
            assert outside(user) == outside(usual), name
            assert fenced(user, "QUESTION").startswith(shown(text)), name
            assert fenced(user, label).startswith(shown(text)), name
            assert len(user) < 4 * LIMIT, name


async def test_a_generator_and_its_repair_keep_their_frames() -> None:
    asked = [("usual", QUESTION.text), *INJECTIONS.items()]
    texts = dict(asked)

    def reply(body: Json) -> str:
        return json.dumps({"query": f"nonsense {texts[body['model']]}", "refusal": ""})

    frames: dict[str, list[tuple[str, str]]] = {}
    async with talking(reply) as talk:
        for name, text in asked:
            memory = (Case("m", text, (Question("m-q", f"older {text}", Origin.AUTHORED),)),)
            shelf = replace(talk, memory=memory)
            generator = shelf.generator(model=name, neighbours=1, repairs=1)
            await generator.answer(replace(QUESTION, text=text), WORKSPACE)
            (system, user), (system_again, user_again) = talk.prompts()[-2:]
            frames[name] = [(system, outside(user)), (system_again, outside(user_again))]
            told = fenced(user_again, "PREVIOUS ANSWER")
            assert told.startswith(shown(f"nonsense {text}".strip())), name
    for name, frame in frames.items():
        assert frame == frames["usual"], name


async def test_a_question_s_writer_and_its_checker_keep_their_frames() -> None:
    asked = {"usual": "x" * 30} | INJECTIONS

    def reply(body: Json) -> str:
        text = asked[body["model"]]
        writes = "<<QUERY" in prompt_of(body)[1]
        return json.dumps({"question": f"{text} {'x' * 30}"[:300]} if writes else {"query": text})

    frames: dict[str, list[tuple[str, str]]] = {}
    async with talking(reply) as talk:
        for name, text in asked.items():
            await talk.questions(model=name).ask(Case("c", text), WORKSPACE)
            frames[name] = [(system, outside(user)) for system, user in talk.prompts()[-2:]]
    for name, frame in frames.items():
        assert frame == frames["usual"], name


async def test_the_planner_s_words_are_data_to_the_writer() -> None:
    def reply(body: Json) -> str:
        if "<<PLAN" in prompt_of(body)[1]:
            return json.dumps({"query": "trait('age') > 30", "refusal": ""})
        text = INJECTIONS[body["model"]][:9_000]
        return json.dumps({"conditions": [text], "joined": text})

    async with talking(reply) as talk:
        for name, text in INJECTIONS.items():
            candidate = await talk.generator(model=name, plan=True).answer(QUESTION, WORKSPACE)
            assert candidate.query == "trait('age') > 30", name
            told = fenced(talk.prompts()[-1][1], "PLAN")
            assert told.startswith(f"- {visible(text)}"[:LIMIT]), name


def hostile_workspace(name: str) -> Workspace:
    """A workspace whose every name and description is the text."""
    field = {"type": "string", "description": name, "enum": [name, "pro"]}
    document: Mapping[str, object] = {
        "name": "Hostile",
        "language": "cql",
        "events": {name: {"description": name, "properties": {name: field}}},
        "traits": {"properties": {name: field, "age": {"type": "integer"}}},
    }
    language = get_language("cql")
    return Workspace(language, language.load_schema(document, where="test"), "hostile")


async def test_names_stay_one_line_each_and_no_judge_sees_them() -> None:
    names = [text for text in INJECTIONS.values() if text.strip() and "." not in text]
    names = [text for text in names if len(text) < 200]
    assert len(names) > 15
    parts = {"query": "trait('age') > 30", "refusal": "", "conditions": ["c"], "joined": "j"}
    async with talking(json.dumps(parts)) as talk:
        for text in names:
            workspace = hostile_workspace(text)
            lines = workspace.language.names(workspace.schema)
            assert len(lines) == 4, text
            assert all("\n" not in line and line.isprintable() for line in lines)
            await talk.generator(plan=True).answer(QUESTION, workspace)
            (planning, _), (writing, _) = talk.prompts()[-2:]
            assert fenced(planning, "NAMES").splitlines() == list(lines)
            assert all(line in writing.splitlines() for line in lines)
    async with talking(giving(2)) as talk:
        for text in names:
            await talk.judge().judge(QUESTION, CASE, ANSWER, hostile_workspace(text))
        assert talk.server.counts.requests == 1  # all were the same request


@each_injection
def test_proof_does_not_move(text: str) -> None:
    """An order in a literal is a literal; an order for an answer is no query."""
    open_schema = WORKSPACE.language.infer_schema(WORKSPACE.language.parse("trait('plan') = 'x'"))

    def score(reference: str, candidate: str) -> float | None:
        return judge_texts(WORKSPACE.language, reference, candidate, open_schema).score

    if len(text) < 5_000:
        same, other = quoted(text), quoted(f"{text} ")
        assert score(same, same) == score("trait('plan') = 'a'", "trait('plan') = 'a'") == 5
        assert score(same, other) == score("trait('plan') = 'a'", "trait('plan') = 'b'")
        assert score(same, f"NOT {same}") == score("trait('plan') = 'a'", "NOT trait('plan') = 'a'")
    assert score("trait('plan') = 'a'", text) == 1


async def test_a_reply_that_quotes_an_order_is_read_by_its_own_score() -> None:
    wraps = ["{}", "Let me think.\n{}", "```json\n{}\n```", "{}\nThat is all."]
    replies = [
        wrap.replace("{}", json.dumps({"reasoning": f"the data says: {text[:500]}", "score": 2}))
        for wrap in wraps
        for text in INJECTIONS.values()
    ]
    async with talking(in_turn(*replies)) as talk:
        judge = talk.judge()
        for number, reply in enumerate(replies):
            asked = replace(QUESTION, text=f"question {number}")
            verdict = await judge.judge(asked, CASE, ANSWER, WORKSPACE)
            assert verdict.score == 2, reply
            assert verdict.reasoning.startswith("the data says: ")
        assert talk.server.counts.requests == len(replies)
