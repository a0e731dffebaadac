"""What all four agents share: how Jurist talks to them, and the tools that they are given.

Jurist keeps each agent's process (`processes:` in study.yaml) and gives it a line of JSON a
question; the agent writes a line of JSON back. Only the standard library is used here, since each
agent runs in an environment of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

MODEL = os.environ.get("AGENTS_MODEL", "small")
"""As the study's `proxy: {models: ...}` calls it."""
INSTRUCTIONS = """You turn a request into one query in the language below.
Look names up with `names`, try each draft with `check`, and mend what it complains about.
If the request leaves open what you need, ask with `ask_user`, once.
Answer with the query alone. If the names cannot say it, answer REFUSE: and what is missing.

"""
_PROTOCOL = sys.stdout
_LOCK = Lock()


class Task:
    """One question, the tools to answer it with, and what came of them."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.id: str = request["id"]
        self.question: str = request["question"]
        self.base_url: str = request["proxy"]["base_url"]
        self.api_key: str = request["proxy"]["api_key"]
        self._request = request
        self.steps: list[dict[str, Any]] = []

    @property
    def instructions(self) -> str:
        return INSTRUCTIONS + _checker({"workspace": self._request["workspace"]})["primer"]

    def check(self, query: str) -> str:
        """Say what is wrong with a query: its syntax, names that are not there, types."""
        with self._step("check"):
            asked = {"workspace": self._request["workspace"], "query": query}
            return _checker(asked)["verdict"]

    def names(self, about: str) -> str:
        """List the names of events and properties that have to do with some words."""
        with self._step("names"):
            words = {word.lower()[:5] for word in about.split() if len(word) > 2}
            lines = [line for line in self._request["schema"] if _mentions(line, words)]
            return "\n".join(lines[:20]) or "nothing is called so"

    def ask_user(self, question: str) -> str:
        """Ask the person who made the request one short question."""
        with self._step("ask the user"), _LOCK:
            _write({"id": self.id, "ask": question})
            return json.loads(sys.stdin.readline())["reply"]

    @property
    def tools(self) -> list[Callable[[str], str]]:
        return [self.check, self.names, self.ask_user]

    def answer(
        self, text: str, *, calls: int, tokens: tuple[int, int], trace: str
    ) -> dict[str, Any]:
        """What Jurist reads; it measures calls through its proxy itself: these become a note."""
        text = text.strip().removeprefix("```").removesuffix("```").strip()
        refused = text.startswith("REFUSE:")
        given = {"refusal": text[7:].strip() or "no reason"} if refused else {"query": text}
        cost = {"calls": calls, "input_tokens": tokens[0], "output_tokens": tokens[1]}
        return {**given, "cost": cost, "steps": self.steps, "trace_id": trace}

    def _step(self, name: str) -> _Step:
        return _Step(name, self.steps)


class _Step:
    """Measures one use of a tool."""

    def __init__(self, name: str, steps: list[dict[str, Any]]) -> None:
        self._name, self._steps = name, steps

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        ms = (time.perf_counter() - self._started) * 1000
        self._steps.append({"name": self._name, "cost": {"ms": ms}})


def serve(answer: Callable[[Task], Awaitable[dict[str, Any]]]) -> None:
    """Answer questions until there are no more. What libraries print goes to standard error."""
    sys.stdout = sys.stderr
    loop = asyncio.new_event_loop()  # one for all: clients keep their connections
    for line in sys.stdin:
        task = Task(json.loads(line))
        try:
            given = loop.run_until_complete(answer(task))
        except Exception as error:  # a framework may raise anything: it is this answer's failure
            given = {"failure": f"{type(error).__name__}: {error}"[:400], "steps": task.steps}
        _write({"id": task.id, **given})


def _write(document: dict[str, Any], to: TextIO = _PROTOCOL) -> None:
    to.write(json.dumps(document) + "\n")
    to.flush()


def _mentions(line: str, words: set[str]) -> bool:
    low = line.lower()
    return any(word in low for word in words)


_checkers: list[subprocess.Popen[str]] = []


def _checker(asked: dict[str, str]) -> dict[str, str]:
    """Ask Jurist's own checker, which runs in Jurist's environment beside this one."""
    with _LOCK:
        if not _checkers:
            command = [os.environ["JURIST_PYTHON"], str(Path(__file__).with_name("checker.py"))]
            _checkers.append(
                subprocess.Popen(command, stdin=-1, stdout=-1, text=True, encoding="utf-8")
            )
        process = _checkers[0]
        assert process.stdin and process.stdout
        _write(asked, process.stdin)
        return json.loads(process.stdout.readline())
