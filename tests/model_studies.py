"""Studies whose every role is a model, and a server's replies that play all of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

from jurist.run import Outcome, StudyFile, run_study
from jurist.store import open_store
from model_server import Json, digest
from role_talk import prompt_of
from studies import write_dataset


def play(body: Json) -> str:
    """A reply to any role, by the form that is asked for; the same for the same request."""
    system, user = prompt_of(body)
    chance = int(digest(body), 16)
    if '{"question"' in system:
        return json.dumps({"question": f"everybody who fits the description number {chance % 97}"})
    if '{"query": "..."' in system:
        unbuildable = chance % 7 == 0
        query = "" if unbuildable else f"trait('age') > {chance % 5}"
        return json.dumps({"query": query, "refusal": "no such trait" if unbuildable else ""})
    if '{"query"' in system:
        return json.dumps({"query": "trait('age') > 1"})
    score = chance % 5 + 1
    return json.dumps({"reasoning": f"compared {len(user)} characters", "score": score})


def model_study(folder: Path, url: str, *, cases: int, extra: str = "", judges: str = "") -> Path:
    """A study file of a model as question generator, generator and judge."""
    write_dataset(folder, cases=cases)
    model = f"{url}#test-model"
    judging = judges or '[{{llm: "{model}", name: strict, samples: 2}}]'
    (folder / "study.yaml").write_text(
        f"""
name: models
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: all, generator: {{llm: "{model}", check: false}}, styles: [terse]}}
generators: [{{llm: "{model}", name: writer}}]
judges: {judging.format(model=model)}
concurrency: 4
{extra}
"""
    )
    return folder / "study.yaml"


async def run_beside(file: StudyFile, place: Path) -> Outcome:
    """Run a study in a thread, beside the server that the test's own loop serves."""

    def work() -> Outcome:
        store = open_store(str(place))
        try:
            return run_study(file, store, workers=1)
        finally:
            store.close()

    return await asyncio.to_thread(work)


def told(document: Json) -> str:
    """What tells requests apart, of a body that was sent or of a request in the ledger."""
    messages = cast("list[dict[str, str]]", document["messages"])
    plain = [[message["role"], message["content"]] for message in messages]
    return json.dumps([plain, document["seed"] + document.get("sample", 0)])
