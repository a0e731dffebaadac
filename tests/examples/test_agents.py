"""The examples of agents: what they share, run here; the four frameworks, in their environments."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_model import ASKED, AgentModel, references_of
from jurist.records import Speaker
from jurist.runs import Ending, Outcome, Result, read_study, results, run_study
from jurist.runs.study import StudyFile
from jurist.store import open_store
from model_server import ModelServer

EXAMPLES = Path(__file__).parents[2] / "examples" / "agents"
FRAMEWORKS = {
    "microsoft-agent-framework": "agent-framework-core",
    "langgraph": "langgraph",
    "pydantic-ai": "pydantic-ai-slim",
    "openai-agents": "openai-agents",
}

BARE = '''
"""An agent without any framework: the same tools, called by hand."""
import json
import urllib.request

from talking import MODEL, Task, serve


def schema_of(name, parameter):
    parameters = {"type": "object", "properties": {parameter: {"type": "string"}}}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


async def answer(task: Task):
    offered = [("check", "query"), ("names", "about"), ("ask_user", "question")]
    messages = [
        {"role": "system", "content": task.instructions},
        {"role": "user", "content": task.question},
    ]
    calls = tokens_in = tokens_out = 0
    while True:
        tools = [schema_of(*each) for each in offered]
        body = {"model": MODEL, "messages": messages, "tools": tools}
        headers = {"Authorization": f"Bearer {task.api_key}"}
        url = f"{task.base_url}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as reply:
            document = json.load(reply)
        calls += 1
        tokens_in += document["usage"]["prompt_tokens"]
        tokens_out += document["usage"]["completion_tokens"]
        message = document["choices"][0]["message"]
        messages.append(message)
        if not message.get("tool_calls"):
            tokens = (tokens_in, tokens_out)
            return task.answer(message["content"], calls=calls, tokens=tokens, trace="bare")
        for call in message["tool_calls"]:
            given = json.loads(call["function"]["arguments"])
            (value,) = given.values()
            said = getattr(task, call["function"]["name"])(value)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": said})


serve(answer)
'''


async def _run(file: StudyFile, place: Path) -> Outcome:
    """The study beside the server, which this loop serves."""

    def work() -> Outcome:
        store = open_store(place)
        try:
            return run_study(file, store, workers=1)
        finally:
            store.close()

    return await asyncio.to_thread(work)


def _of_proof(place: Path, run: str) -> Iterator[Result]:
    return (row for row in results(open_store(place), run) if row.judge == "proof")


async def test_an_agent_of_the_examples_answers_through_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "agent.py").write_text(BARE)
    (tmp_path / "study.yaml").write_text(
        f"""
name: bare
datasets: [{{name: shop, sample: 24}}]
questions: {{use: authored}}
generators:
  - {{command: [{json.dumps(sys.executable)}, agent.py], name: bare, processes: 1}}
user: simulated
judges: [proof]
proxy: {{models: {{small: "vllm:small"}}}}
models: {{prices: {{"vllm:small": {{input: 1, output: 1}}}}}}
"""
    )
    monkeypatch.setenv("JURIST_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(EXAMPLES), *sys.path]))
    model = AgentModel(references_of("shop"))
    async with ModelServer(reply=model) as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.url)
        outcome = await _run(read_study(tmp_path / "study.yaml"), tmp_path / "s.db")
    rows = list(_of_proof(tmp_path / "s.db", outcome.run))
    assert outcome.ending is Ending.FINISHED
    right = Counter(row.verdict.score == 5.0 for row in rows)
    assert right[True] >= 0.8 * len(rows)
    for row in rows:
        candidate = row.candidate
        assert candidate.failure is None
        assert candidate.trace_id == "bare"
        asks = model.kinds[row.question.text] == ASKED
        assert [turn.speaker for turn in candidate.transcript] == asks * [*Speaker]
        assert ("ask the user" in [step.name for step in candidate.steps]) == asks
    made = sum(row.candidate.cost.calls + row.candidate.cost.cached_calls for row in rows)
    spent = sum(row.candidate.cost.calls for row in rows)
    assert spent == server.counts.requests <= made
    tokens = sum(row.candidate.cost.input_tokens for row in rows)
    assert tokens == server.counts.input_tokens


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_each_example_is_short_pinned_and_names_no_index(name: str) -> None:
    code = (EXAMPLES / name / "agent.py").read_text()
    assert ast.get_docstring(ast.parse(code))
    assert len(code.splitlines()) < 100
    lines = (EXAMPLES / name / "requirements.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[\w.+!]+", line) for line in lines)
    assert any(line.startswith(f"{FRAMEWORKS[name]}==") for line in lines)


def test_the_study_of_the_examples_can_be_read() -> None:
    file = read_study(EXAMPLES / "study.yaml")
    assert len(file.roles.generators) == 8
    assert file.roles.user is not None


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The four environments, made from the registry that pip is set up to use."""
    monkeypatch.setenv("AGENTS_ENVIRONMENTS", os.environ.get("AGENTS_ENVIRONMENTS", str(tmp_path)))
    command = [sys.executable, str(EXAMPLES / "environments.py")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"the environments cannot be made here: {made.stderr[-300:]}")


@pytest.mark.long
@pytest.mark.usefixtures("environments")
async def test_four_frameworks_in_one_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    model = AgentModel(references_of("shop"))
    async with ModelServer(reply=model) as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.url)
        outcome = await _run(read_study(EXAMPLES / "study.yaml"), tmp_path / "s.db")
    assert outcome.ending is Ending.FINISHED
    right: Counter[str] = Counter()
    calls, total, tokens = 0, 0, 0
    for row in results(open_store(tmp_path / "s.db"), outcome.run):
        if row.judge == "proof":
            assert row.candidate.failure is None
            total += row.generator == "langgraph"
            right[row.generator] += row.verdict.score == 5.0
            calls += row.candidate.cost.calls
            tokens += row.candidate.cost.input_tokens
        calls += row.verdict.cost.calls
        tokens += row.verdict.cost.input_tokens
    # The plan and the check each mend what the model gets wrong without them.
    order = ["langgraph", "pydantic-ai", "repair", "plan then write", "one call"]
    shares = [right[name] / total for name in order]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == len(shares)
    assert right["pydantic-ai"] == right["openai-agents"] == right["agent-framework"]
    # Every call that the server saw stands in the record, and no other.
    assert (calls, tokens) == (server.counts.requests, server.counts.input_tokens)
