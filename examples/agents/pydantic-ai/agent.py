"""A generator made with PydanticAI: an agent with tools, its output checked before it is given."""

from __future__ import annotations

from typing import Any

from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.usage import UsageLimits
from talking import MODEL, Task, serve


async def answer(task: Task) -> dict[str, Any]:
    provider = OpenAIProvider(base_url=task.base_url, api_key=task.api_key)
    agent = Agent(
        OpenAIChatModel(MODEL, provider=provider),
        instructions=task.instructions,
        tools=task.tools,
        retries=2,
    )

    @agent.output_validator
    def accepted(text: str) -> str:
        """A draft that the checker does not take goes back to the model."""
        said = "fine" if text.startswith("REFUSE:") else task.check(text)
        if said != "fine":
            raise ModelRetry(said)
        return text

    run = await agent.run(task.question, usage_limits=UsageLimits(request_limit=8))
    usage = run.usage
    tokens = (usage.input_tokens, usage.output_tokens)
    return task.answer(run.output, calls=usage.requests, tokens=tokens, trace=run.run_id)


if __name__ == "__main__":
    serve(answer)
