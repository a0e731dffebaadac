"""A generator made with the OpenAI Agents SDK: one agent, three function tools."""

from __future__ import annotations

from typing import Any

from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from agents.tracing.util import gen_trace_id
from openai import AsyncOpenAI
from talking import MODEL, Task, serve

set_tracing_disabled(True)  # or traces would be sent to OpenAI


async def answer(task: Task) -> dict[str, Any]:
    client = AsyncOpenAI(base_url=task.base_url, api_key=task.api_key)
    agent = Agent(
        name="query writer",
        instructions=task.instructions,
        model=OpenAIChatCompletionsModel(MODEL, client),
        tools=[function_tool(tool) for tool in task.tools],
    )
    run = await Runner.run(agent, task.question, max_turns=8)
    usage = run.context_wrapper.usage
    tokens = (usage.input_tokens, usage.output_tokens)
    return task.answer(
        str(run.final_output), calls=usage.requests, tokens=tokens, trace=gen_trace_id()
    )


if __name__ == "__main__":
    serve(answer)
