"""Model roles that talk to a real server: replies as a test wants them, and what was asked."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from fast_clock import FastClock
from jurist.languages import get_language
from jurist.models import Budget, MemoryLedger, Models
from jurist.records import Candidate, Case, Origin, Question
from jurist.roles import Generator, Judge, Means, QuestionGenerator
from jurist.roles.loading import (
    GENERATORS,
    JUDGES,
    QUESTION_GENERATORS,
    load_generator,
    load_judge,
    load_question_generator,
    read_spec,
)
from model_server import Json, ModelServer
from workspaces import small_workspace

WORKSPACE = small_workspace()
REFERENCE = "trait('age') > 30"
CASE = Case("case-1", REFERENCE)
QUESTION = Question("case-1-q", "everybody older than thirty", Origin.AUTHORED)
ANSWER = Candidate(query="trait('age') > 29")


@dataclass(frozen=True)
class Talk:
    """A server, an engine that reaches it, and roles that use both."""

    server: ModelServer
    models: Models
    ledger: MemoryLedger
    folder: Path
    memory: tuple[Case, ...] = ()

    @property
    def model(self) -> str:
        return f"{self.server.url}#test-model"

    @property
    def means(self) -> Means:
        return Means(self.folder, self.memory, models=self.models, language=get_language("cql"))

    def llm(self, **options: object) -> dict[str, object]:
        return {"llm": f"{self.server.url}#{options.pop('model', 'test-model')}", **options}

    def judge(self, **options: object) -> Judge:
        return self.judge_of(self.llm(**options))

    def judge_of(self, spec: object) -> Judge:
        return load_judge(read_spec(spec, JUDGES), self.means)

    def generator(self, **options: object) -> Generator:
        return load_generator(read_spec(self.llm(**options), GENERATORS), self.means)

    def questions(self, **options: object) -> QuestionGenerator:
        spec = read_spec(self.llm(**options), QUESTION_GENERATORS)
        return load_question_generator(spec, self.means)

    @property
    def asked(self) -> list[Json]:
        """The bodies that the server was sent, in order."""
        return self.server.counts.bodies

    def prompts(self) -> list[tuple[str, str]]:
        """The system part and the rest of each request."""
        return [prompt_of(body) for body in self.asked]


@asynccontextmanager
async def talking(
    reply: Callable[[Json], str] | str,
    *,
    folder: Path = Path(),
    memory: tuple[Case, ...] = (),
    budget: Budget | None = None,
    **server: Any,
) -> AsyncGenerator[Talk]:
    """A server that gives one reply, or what a function makes of a body."""
    answer = in_turn(reply) if isinstance(reply, str) else reply
    ledger = MemoryLedger()
    async with (
        ModelServer(reply=answer, **server) as running,
        Models(ledger, clock=FastClock(), rng=random.Random(1), budget=budget) as models,
    ):
        yield Talk(running, models, ledger, folder, memory)


def in_turn(*texts: str) -> Callable[[Json], str]:
    """These replies one after the other, the last one for ever."""
    left: Iterator[str] = itertools.chain(texts, itertools.repeat(texts[-1]))
    return lambda _: next(left)


def ruling(score: object, reasoning: str = "compared them") -> str:
    """A judge's reply."""
    return json.dumps({"reasoning": reasoning, "score": score})


def prompt_of(body: Json) -> tuple[str, str]:
    """The system part and the rest of a request's messages."""
    messages = cast("list[dict[str, str]]", body["messages"])
    system = [message["content"] for message in messages if message["role"] == "system"]
    rest = [message["content"] for message in messages if message["role"] != "system"]
    return "\n".join(system), "\n".join(rest)


FENCE: Final = re.compile(r"<<([A-Z ]+) ([0-9a-f]{8,})>>\n(.*?)\n<</\1 \2>>", re.DOTALL)
"""Found from the prompt's start on: what stands within a fence begins none."""


def fenced(prompt: str, label: str) -> str:
    """What stands in the only fence of this label."""
    found = [each[3] for each in FENCE.finditer(prompt) if each[1] == label]
    assert len(found) == 1, found
    return found[0]
