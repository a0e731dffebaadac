"""The same judged sample through other tools, on the same server, in the same minutes.

None of them is a dependency of Jurist: run this file with the Python of an environment of
its own, and name the Python that has Jurist, so that both are measured in turns:

    python3 -m venv ../peers && ../peers/bin/pip install openai aiohttp autoevals openevals \\
        pydantic-evals 'pydantic-ai-slim[openai]' inspect-ai deepeval ragas
    ../peers/bin/python benchmarks/peers.py --jurist .venv/bin/python

What is measured is CPU time of the client's process, all threads, a sample, 50 in flight,
after a warm-up. What is not importable is left out. A tool does here what it does by itself:
only some of them validate the reply, and none but Jurist's makes it durable before it is used.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.metadata
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

from canned_server import serving

IN_FLIGHT = 50
QUESTION = "customers who bought at least twice in the last month"
REFERENCE = "event('Order Completed').within(30 days).count() >= 2"
CANDIDATE = "event('Order Completed').count() >= 2"
RUBRIC = (
    "You compare a candidate query with a reference query that answers the question rightly. "
    "Score from 1 (another audience) to 5 (the same audience), with your reasons first."
)
MODEL = "canned"

Work = Callable[[int], Awaitable[object]]


def task(number: int) -> str:
    return f"Question {number}: {QUESTION}\nReference: {REFERENCE}\nCandidate: {CANDIDATE}"


async def in_flight(work: Work, count: int) -> None:
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await work(number)

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


def measured(work: Work, count: int) -> float:
    """CPU milliseconds a sample of something that judges one sample a call."""

    async def run() -> float:
        await in_flight(work, IN_FLIGHT * 2)
        started = time.process_time()
        await in_flight(work, count)
        return 1000 * (time.process_time() - started) / count

    return asyncio.run(run())


def measured_whole(run: Callable[[int], object], count: int) -> float:
    """The same of something that takes all samples at once."""
    run(IN_FLIGHT)
    started = time.process_time()
    run(count)
    return 1000 * (time.process_time() - started) / count


def messages(number: int) -> list[Any]:
    return [{"role": "system", "content": RUBRIC}, {"role": "user", "content": task(number)}]


def schema() -> dict[str, Any]:
    properties = {
        "reasoning": {"type": "string"},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
    }
    return {"type": "object", "properties": properties, "required": ["reasoning", "score"]}


def with_aiohttp(url: str, count: int) -> float:
    import aiohttp

    async def run() -> float:
        async with aiohttp.ClientSession() as session:

            async def work(number: int) -> None:
                body = {"model": MODEL, "messages": messages(number)}
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    reply = await response.json()
                    json.loads(reply["choices"][0]["message"]["content"])["score"]

            await in_flight(work, IN_FLIGHT * 2)
            started = time.process_time()
            await in_flight(work, count)
            return 1000 * (time.process_time() - started) / count

    return asyncio.run(run())


def with_openai(url: str, count: int) -> float:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=url, api_key="none")

    async def work(number: int) -> None:
        reply = await client.chat.completions.create(
            model=MODEL,
            messages=messages(number),
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": schema(), "strict": True},
            },
        )
        json.loads(reply.choices[0].message.content or "")["score"]

    return measured(work, count)


def with_autoevals(url: str, count: int) -> float:
    from autoevals import LLMClassifier
    from openai import AsyncOpenAI

    judge = LLMClassifier(
        "judge",
        RUBRIC + "\n{{input}}\nReference: {{expected}}\nCandidate: {{output}}",
        {str(level): (level - 1) / 4 for level in range(1, 6)},
        model=MODEL,
        use_cot=True,
        use_responses_api=False,
        client=AsyncOpenAI(base_url=url, api_key="none"),
    )

    async def work(number: int) -> None:
        found = await judge.eval_async(CANDIDATE, REFERENCE, input=f"{QUESTION} {number}")
        assert found.score is not None

    return measured(work, count)


def with_openevals(url: str, count: int) -> float:
    from openai import AsyncOpenAI
    from openevals.llm import create_async_llm_as_judge

    judge = create_async_llm_as_judge(
        prompt=RUBRIC + "\n{inputs}\nReference: {reference_outputs}\nCandidate: {outputs}",
        judge=AsyncOpenAI(base_url=url, api_key="none"),
        model=MODEL,
        choices=[1.0, 2.0, 3.0, 4.0, 5.0],
    )

    async def work(number: int) -> None:
        found = await judge(
            inputs=f"{QUESTION} {number}", outputs=CANDIDATE, reference_outputs=REFERENCE
        )
        assert found["score"] is not None

    return measured(work, count)


def with_pydantic_evals(url: str, count: int) -> float:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_evals import Case, Dataset
    from pydantic_evals.evaluators import LLMJudge

    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(base_url=url, api_key="none"))
    judge = LLMJudge(
        RUBRIC, model, include_input=True, include_expected_output=True, score={}, assertion=False
    )

    async def answer(_: str) -> str:
        return CANDIDATE

    def run(size: int) -> None:
        cases = [
            Case(name=str(n), inputs=f"{QUESTION} {n}", expected_output=REFERENCE)
            for n in range(size)
        ]
        report = Dataset(name="bench", cases=cases, evaluators=[judge]).evaluate_sync(
            answer, max_concurrency=IN_FLIGHT, progress=False
        )
        assert all(case.scores for case in report.cases), report.failures

    return measured_whole(run, count)


def with_inspect(url: str, count: int) -> float:
    import inspect_ai
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, get_model
    from inspect_ai.scorer import model_graded_qa
    from inspect_ai.solver import Generate, TaskState, solver

    @solver
    def recorded():
        async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
            state.output = ModelOutput.from_content(MODEL, CANDIDATE)
            return state

        return solve

    grade = r'"score": (\d)'
    model = get_model(f"openai-api/local/{MODEL}", base_url=url, api_key="none")

    def run(size: int) -> None:
        graded = inspect_ai.Task(
            dataset=[Sample(input=f"{QUESTION} {n}", target=REFERENCE) for n in range(size)],
            solver=recorded(),
            scorer=model_graded_qa(instructions=RUBRIC, grade_pattern=grade, model=model),
        )
        with tempfile.TemporaryDirectory() as folder:
            logs = inspect_ai.eval(
                graded,
                model=model,
                log_dir=folder,
                display="none",
                max_connections=IN_FLIGHT,
                max_samples=IN_FLIGHT,
            )
        assert logs[0].status == "success", logs[0].error

    return measured_whole(run, count)


def with_deepeval(url: str, count: int) -> float:
    os.environ |= {"DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "OPENAI_API_KEY": "none"}
    from deepeval.metrics import GEval
    from deepeval.models import LocalModel
    from deepeval.test_case import LLMTestCase, SingleTurnParams

    async def work(number: int) -> None:
        metric = GEval(
            name="judge",
            evaluation_steps=[RUBRIC],
            evaluation_params=[
                SingleTurnParams.INPUT,
                SingleTurnParams.ACTUAL_OUTPUT,
                SingleTurnParams.EXPECTED_OUTPUT,
            ],
            model=LocalModel(model=MODEL, base_url=url, api_key="none"),
        )
        case = LLMTestCase(
            input=f"{QUESTION} {number}", actual_output=CANDIDATE, expected_output=REFERENCE
        )
        await metric.a_measure(case, _show_indicator=False)

    return measured(work, count)


def with_ragas(url: str, count: int) -> float:
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    from openai import AsyncOpenAI
    from ragas.llms import llm_factory
    from ragas.metrics import DiscreteMetric

    llm = llm_factory(MODEL, client=AsyncOpenAI(base_url=url, api_key="none"))
    metric = DiscreteMetric(
        name="judge",
        prompt=RUBRIC + "\n{question}\nReference: {reference}\nCandidate: {candidate}",
        allowed_values=["1", "2", "3", "4", "5"],
    )

    async def work(number: int) -> None:
        found = await metric.ascore(
            llm=llm, question=f"{QUESTION} {number}", reference=REFERENCE, candidate=CANDIDATE
        )
        assert found.value is not None

    return measured(work, count)


PEERS: dict[str, tuple[str, Callable[[str, int], float], int]] = {
    "aiohttp": ("aiohttp", with_aiohttp, 2000),
    "openai": ("openai", with_openai, 1000),
    "autoevals": ("autoevals", with_autoevals, 500),
    "openevals": ("openevals", with_openevals, 500),
    "pydantic-evals": ("pydantic_evals", with_pydantic_evals, 500),
    "inspect-ai": ("inspect_ai", with_inspect, 200),
    "deepeval": ("deepeval", with_deepeval, 200),
    "ragas": ("ragas", with_ragas, 500),
}
"""By distribution: its module, its measurement, its samples."""


def of_jurist(python: str) -> float:
    """Jurist's own figure, from the same benchmark that `make bench` runs."""
    environment = {**os.environ, "JURIST_BENCH_QUICK": "1"}
    command = [python, "-m", "benchmarks.bench_models", "--part", "cpu"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(done.stdout)["judged_cpu_ms"]


def of_peer(name: str) -> float | None:
    """A peer's figure, from a process of its own; `None` where it fails."""
    done = subprocess.run(
        [sys.executable, __file__, "--peer", name], check=False, stdout=subprocess.PIPE
    )
    return None if done.returncode else float(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jurist", metavar="PYTHON", help="a Python that can import jurist")
    parser.add_argument("--only", action="append", choices=list(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", choices=list(PEERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        _, work, count = PEERS[options.peer]
        with serving() as url, contextlib.redirect_stdout(io.StringIO()):
            found = work(url, count)
        print(found)
        return
    here = {name: each for name, each in PEERS.items() if find_spec(each[0])}
    figures: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        if options.jurist:
            figures.setdefault("jurist", []).append(of_jurist(options.jurist))
        for name in options.only or here:
            found = of_peer(name)
            if found is not None:
                figures.setdefault(name, []).append(found)
    own = median(figures["jurist"]) if "jurist" in figures else None
    print(f"{'CPU a judged sample':32} {'ms':>8} {'to jurist':>10}")
    for name, found in sorted(figures.items(), key=lambda item: median(item[1])):
        version = "" if name == "jurist" else importlib.metadata.version(name)
        ratio = f"{median(found) / own:10.1f}" if own else ""
        print(f"{f'{name} {version}':32} {median(found):8.2f} {ratio}")
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
