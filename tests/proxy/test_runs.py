"""Runs whose generators call models on their own: led through the run's proxy."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from jurist.records import Candidate, Cost
from jurist.runs import Ending, read_study, results
from jurist.store import open_store
from model_server import Json, ModelServer
from model_studies import run_beside
from studies import write_dataset

COMMAND = """
import json, os, sys, urllib.request
asked = json.load(sys.stdin)
body = {"model": "mini", "temperature": TEMPERATURE,
        "messages": [{"role": "user", "content": asked["question"]}]}
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
for _ in range(TIMES):
    call = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(call) as reply:
        text = json.load(reply)["choices"][0]["message"]["content"]
print(json.dumps({"query": text, "cost": {"calls": 77, "usd": 1.5}}))
"""

CALLABLE = """
import json, urllib.request
import jurist.proxy

def answer(question):
    access = jurist.proxy.current()
    body = {"model": "mini", "messages": [{"role": "user", "content": question}]}
    headers = {"Authorization": "Bearer " + access.api_key}
    url = access.base_url + "/chat/completions"
    call = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(call) as reply:
        return json.load(reply)["choices"][0]["message"]["content"]
"""

ASYNCHRONOUS = """
import aiohttp
import jurist.proxy

async def answer(question):
    access = jurist.proxy.current()
    body = {"model": "mini", "messages": [{"role": "user", "content": question}]}
    headers = {"Authorization": "Bearer " + access.api_key}
    async with aiohttp.ClientSession() as session:
        url = access.base_url + "/chat/completions"
        async with session.post(url, json=body, headers=headers) as reply:
            return (await reply.json())["choices"][0]["message"]["content"]
"""


def query(_: Json) -> str:
    return "trait('age') > 1"


def agent_study(
    folder: Path,
    url: str,
    generators: str,
    *,
    extra: str = "",
    times: int = 2,
    temperature: float = 0.0,
) -> Path:
    write_dataset(folder, cases=4)
    command = COMMAND.replace("TIMES", str(times)).replace("TEMPERATURE", str(temperature))
    (folder / "agent.py").write_text(command)
    (folder / "calling.py").write_text(CALLABLE)
    (folder / "awaiting.py").write_text(ASYNCHRONOUS)
    (folder / "study.yaml").write_text(
        f"""
name: agents
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: {generators}
judges: [proof]
concurrency: 3
proxy: {{models: {{mini: "{url}#test-model"}}}}
models: {{prices: {{"{url}#test-model": {{input: 1, output: 2}}}}}}
{extra}
"""
    )
    return folder / "study.yaml"


def commanding(**options: object) -> str:
    return json.dumps([{"command": [sys.executable, "agent.py"], "name": "agent", **options}])


def costs_of(place: Path, run: str) -> list[tuple[Cost, tuple[str, ...]]]:
    store = open_store(str(place))
    try:
        return [(row.candidate.cost, row.candidate.notes) for row in results(store, run)]
    finally:
        store.close()


async def test_what_a_commands_calls_cost_stands_in_its_answer(tmp_path: Path) -> None:
    async with ModelServer(reply=query) as server:
        study = agent_study(tmp_path, server.url, commanding())
        outcome = await run_beside(read_study(study), tmp_path / "s.db")
    assert outcome.ending is Ending.FINISHED
    costs = costs_of(tmp_path / "s.db", outcome.run)
    assert costs
    assert {(cost.calls, cost.cached_calls) for cost, _ in costs} == {(1, 1)}
    assert server.counts.requests == len(costs)
    assert sum(cost.input_tokens for cost, _ in costs) == server.counts.input_tokens
    assert sum(cost.output_tokens for cost, _ in costs) == server.counts.output_tokens
    dollars = (server.counts.input_tokens + 2 * server.counts.output_tokens) / 1e6
    assert abs(sum(cost.usd for cost, _ in costs) - dollars) < 1e-12
    assert all(cost.ms > 0 for cost, _ in costs)
    assert all("77 calls" in note for _, notes in costs for note in notes)
    assert all(notes for _, notes in costs)


@pytest.mark.parametrize("module", ["calling", "awaiting"])
async def test_a_callable_finds_the_proxy_of_its_answer(tmp_path: Path, module: str) -> None:
    async with ModelServer(reply=query) as server:
        study = agent_study(tmp_path, server.url, f"[{{callable: '{module}:answer'}}]")
        outcome = await run_beside(read_study(study), tmp_path / "s.db")
    costs = costs_of(tmp_path / "s.db", outcome.run)
    assert outcome.ending is Ending.FINISHED
    assert {(cost.calls, cost.cached_calls) for cost, _ in costs} == {(1, 0)}
    assert server.counts.requests == len(costs)


async def test_agents_end_with_the_runs_budget_and_go_on_with_a_larger_one(tmp_path: Path) -> None:
    async with ModelServer(reply=query) as server:
        small = agent_study(tmp_path, server.url, commanding(), extra="budget: {calls: 3}")
        first = await run_beside(read_study(small), tmp_path / "s.db")
        assert first.ending is Ending.OUT_OF_BUDGET
        assert server.counts.requests == 3
        larger = agent_study(tmp_path, server.url, commanding(), extra="budget: {calls: 99}")
        last = await run_beside(read_study(larger), tmp_path / "s.db")
    assert (last.ending, last.run) == (Ending.FINISHED, first.run)
    assert set(server.counts.by_body.values()) == {1}


async def test_a_sample_of_an_answer_and_a_draw_within_it_have_replies_of_their_own(
    tmp_path: Path,
) -> None:
    async def requests(name: str, times: int, temperature: float, samples: int) -> int:
        async with ModelServer(reply=query) as server:
            folder = tmp_path / name
            folder.mkdir()
            study = agent_study(
                folder,
                server.url,
                commanding(samples=samples),
                times=times,
                temperature=temperature,
            )
            outcome = await run_beside(read_study(study), folder / "s.db")
            assert outcome.ending is Ending.FINISHED
            return server.counts.requests

    asked = await requests("once", 1, 0.0, 1)
    assert await requests("again", 3, 0.0, 1) == asked
    assert await requests("drawn", 3, 0.7, 1) == 3 * asked
    assert await requests("sampled", 1, 0.0, 2) == 2 * asked


async def test_a_study_without_a_proxy_leaves_the_environment_alone(tmp_path: Path) -> None:
    async with ModelServer(reply=query) as server:
        study = agent_study(tmp_path, server.url, commanding())
        lines = study.read_text().splitlines()
        study.write_text("\n".join(line for line in lines if not line.startswith("proxy:")))
        outcome = await run_beside(read_study(study), tmp_path / "s.db")
    assert server.counts.requests == 0
    store = open_store(str(tmp_path / "s.db"))
    failures = [row.candidate.failure for row in results(store, outcome.run)]
    store.close()
    assert all(failure and "OPENAI_API_KEY" in failure.reason for failure in failures)


HOSTILE = """
import threading
import calling

def answer(question):
    calling.answer(question)
    return {"query": "trait('age') > 1", "notes": [chr(0xD800)]}

def threaded(question):
    import jurist.proxy
    raised = []
    def work():
        try:
            jurist.proxy.current()
        except Exception as error:
            raised.append(str(error))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return {"failure": raised[0]}
"""


async def test_an_answer_that_cannot_be_kept_was_paid_for_all_the_same(tmp_path: Path) -> None:
    found = await _answers(tmp_path, "hostile:answer")
    assert all(each.failure is not None for each in found)
    assert {each.cost.calls for each in found} == {1}


async def test_a_thread_of_its_own_is_told_where_to_ask(tmp_path: Path) -> None:
    found = await _answers(tmp_path, "hostile:threaded")
    assert all("ask before it is started" in str(each.failure) for each in found)


async def _answers(folder: Path, target: str) -> list[Candidate]:
    async with ModelServer(reply=query) as server:
        study = agent_study(folder, server.url, f"[{{callable: '{target}'}}]")
        (folder / "hostile.py").write_text(HOSTILE)
        outcome = await run_beside(read_study(study), folder / "s.db")
    store = open_store(str(folder / "s.db"))
    try:
        found = [row.candidate for row in results(store, outcome.run)]
    finally:
        store.close()
    assert found
    return found
