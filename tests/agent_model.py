"""A model that plays agents, generators and a judge: what it gets wrong depends on the question.

Of each ten questions it answers five at once; two with a misspelt name, unless it sees saved
queries or is told of it; one only after a plan; one only after it asked the user; one never.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import cast

from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry
from model_server import Json

AT_ONCE, MISSPELT, PLANNED, ASKED, WRONG = "at once", "misspelt", "planned", "asked", "wrong"
_KINDS = (*5 * (AT_ONCE,), *2 * (MISSPELT,), PLANNED, ASKED, WRONG)
_REFUSE = "REFUSE: the workspace has nothing of the kind"
_TEACHING = ("not accepted", "is not in the schema", "Saved queries that may be similar")


def references_of(dataset: str) -> dict[str, str | None]:
    """The right queries by the questions of a shipped dataset."""
    cases = load_dataset(DatasetEntry(name=dataset), Path()).cases
    return {each.text: case.reference for case in cases for each in case.questions}


class AgentModel:
    """Replies of that model."""

    def __init__(self, references: Mapping[str, str | None]) -> None:
        self._references = references
        drawn = sorted(references, key=lambda text: sha256(text.encode()).hexdigest())
        self.kinds = {text: _KINDS[place % len(_KINDS)] for place, text in enumerate(drawn)}
        """How the model fares with each question."""

    def __call__(self, body: Json) -> str | Json:
        messages = cast("list[Json]", body["messages"])
        texts = [_text(each.get("content")) for each in messages]
        if "<<CANDIDATE" in texts[-1]:
            return self._judged("\n".join(texts[1:]))
        question = _fenced("REQUEST", texts[-1]) or texts[1]
        if '"conditions"' in texts[0] or "First list the request's conditions" in texts[-1]:
            return json.dumps({"conditions": [question], "joined": "all"})
        if body.get("tools"):
            return self._with_tools(question, messages, texts[2:])
        query = self._query(question, texts[1:], can_ask=False)
        refused = query == _REFUSE
        return json.dumps({"query": "" if refused else query, "refusal": query * refused})

    def _with_tools(self, question: str, messages: Sequence[Json], said: list[str]) -> str | Json:
        called = [
            call["function"]["name"]
            for message in messages
            for call in message.get("tool_calls") or ()
        ]
        if self.kinds.get(question) == ASKED and "ask_user" not in called:
            return _call("ask_user", question="Which of them exactly?")
        query = self._query(question, said, can_ask=True)
        drafted = any(query in json.dumps(message.get("tool_calls")) for message in messages)
        if query == _REFUSE or called.count("check") >= 2 or (drafted and "check" in called):
            return query
        if json.dumps(query)[1:-1] in json.dumps([m.get("tool_calls") for m in messages]):
            return query
        return _call("check", query=query)

    def _query(self, question: str, said: Sequence[str], *, can_ask: bool) -> str:
        reference = self._references.get(question)
        if reference is None:
            return _REFUSE
        told = "\n".join(said)
        right = {
            AT_ONCE: True,
            MISSPELT: any(word in told for word in _TEACHING),
            PLANNED: "PLAN" in told or "conditions" in told,
            ASKED: can_ask,
            WRONG: False,
        }[self.kinds[question]]
        if right:
            return reference
        return _misspelt(reference) if self.kinds[question] == MISSPELT else _mutated(reference)

    def _judged(self, told: str) -> str:
        """High where both queries are written alike."""
        reference, candidate = (_fenced(name, told) for name in ("REFERENCE", "CANDIDATE"))
        return json.dumps({"reasoning": "read both", "score": 5 if reference == candidate else 2})


def _fenced(name: str, told: str) -> str:
    found = list(re.finditer(rf"<<{name} (\w+)>>(.*?)<</{name} \1>>", told, re.DOTALL))
    return found[-1][2].strip() if found else ""  # those before are examples


def _text(content: object) -> str:
    """Of a message: its text, or those of its parts."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text")) for part in cast("list[Json]", content))
    return str(content)


def _misspelt(query: str) -> str:
    return re.sub(r"'([a-zA-Z_]{3,})", lambda found: f"'{found[1]}x", query, count=1)


def _mutated(query: str) -> str:
    """Another number, else a negation around the whole."""
    changed = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), query, count=1)
    return changed if changed != query else f"NOT ({query})"


def _call(name: str, **arguments: str) -> Json:
    identity = sha256(json.dumps(arguments).encode()).hexdigest()[:12]
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"tool_calls": [{"id": f"call_{identity}", "type": "function", "function": function}]}
