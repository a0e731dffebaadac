"""A generator made with Microsoft Agent Framework, the successor of AutoGen."""

from __future__ import annotations

import uuid
from typing import Any

from agent_framework import Agent, tool
from agent_framework.openai import OpenAIChatCompletionClient
from talking import MODEL, Task, serve


async def answer(task: Task) -> dict[str, Any]:
    client = OpenAIChatCompletionClient(MODEL, base_url=task.base_url, api_key=task.api_key)
    agent = Agent(
        client,
        instructions=task.instructions,
        tools=[tool(each, approval_mode="never_require") for each in task.tools],
    )
    run = await agent.run(task.question)
    usage = run.usage_details or {}
    tokens = (usage.get("input_token_count") or 0, usage.get("output_token_count") or 0)
    calls = sum(message.role == "assistant" for message in run.messages)
    return task.answer(run.text, calls=calls, tokens=tokens, trace=str(uuid.uuid4()))


if __name__ == "__main__":
    serve(answer)
