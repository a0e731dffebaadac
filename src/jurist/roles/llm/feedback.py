"""What a model is told of an answer of its own that was not taken."""

from __future__ import annotations

from dataclasses import replace

from jurist.errors import InputError
from jurist.models.types import Message
from jurist.roles.llm.fence import fence
from jurist.roles.protocols import Workspace


def problems_of(query: str, workspace: Workspace) -> list[str]:
    """What a parser and a checker, which production has too, find wrong with a query."""
    try:
        parsed = workspace.language.parse(query, workspace.schema)
    except InputError as error:
        return [str(error)]
    return [str(each) for each in workspace.language.check(parsed, workspace.schema, text=query)]


def feedback_on(answer: str, problem: str, *, fault: str, wish: str) -> str:
    """The answer, what is wrong with it, and what is wanted now.

    Args:
        answer: The model's text, which is data like any other.
        problem: What was found in it.
        fault: What is wrong with it, in our words.
        wish: What is to be done, in ours.
    """
    return f"{fence('PREVIOUS ANSWER', answer)}\n\n{fault}:\n{fence('PROBLEMS', problem)}\n{wish}"


def followed_by(messages: tuple[Message, ...], feedback: str) -> tuple[Message, ...]:
    """The same request, whose last message ends in the feedback."""
    *before, last = messages
    return (*before, replace(last, content=f"{last.content}\n\n{feedback}"))
