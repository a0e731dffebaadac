"""Studies whose every role is a model, and a server's replies that play all of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

from sqlalchemy import text

from jurist.records import Evidence
from jurist.runs import Outcome, StudyFile, results, run_study
from jurist.store import Store, open_store
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
questions:
  use: all
  ask_unchecked: true
  generator: {{llm: "{model}", read_back: false, attempts: 1, stand_in: false}}
  styles: [terse]
generators: [{{llm: "{model}", name: writer}}]
judges: {judging.format(model=model)}
concurrency: 4
{extra}
"""
    )
    return folder / "study.yaml"


async def run_beside(file: StudyFile, place: Path | str) -> Outcome:
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


Rows = list[tuple[object, ...]]


def rows_of(store: Store, run: str) -> Rows:
    """All that a run's result is; what it cost and how long it took is not."""
    return [
        (
            r.case.id, r.question, r.generator, r.judge, r.task,
            replace(r.candidate, cost=None, steps=[step.name for step in r.candidate.steps]),
            replace(r.verdict, cost=None, evidence=_untimed(r.verdict.evidence)),
        )
        for r in results(store, run)
    ]  # fmt: skip


def _untimed(evidence: Evidence | None) -> Evidence | None:
    return None if evidence is None else replace(evidence, timings_ms={})


def read_rows(place: Path | str, run: str) -> Rows:
    store = open_store(str(place))
    rows = rows_of(store, run)
    store.close()
    assert rows
    return rows


def stored_requests(place: Path | str) -> set[str]:
    """The requests whose replies are in the ledger."""
    store = open_store(str(place))
    with store.read() as connection:
        found = connection.execute(text("SELECT request FROM exchanges"))
        requests = {told(json.loads(row[0])) for row in found}
    store.close()
    return requests
