"""No marked value is in any request that leaves: all roles, all prompts, failures and repairs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jurist.privacy import Key
from jurist.privacy.cipher import TextCipher
from jurist.records import FailureKind
from jurist.runs import Outcome, parse_study, results
from jurist.runs.results import Result
from jurist.store import open_store
from jurist.store.key_files import key_file_of
from marked import Marked, marked_dataset
from model_server import Fault, Json, ModelServer
from model_studies import run_beside
from role_talk import prompt_of
from studies import write_module

_QUERY = re.compile(r"<<(?:REFERENCE|ANSWER|QUERY|CANDIDATE) ([0-9a-f]+)>>\n(.*?)\n<<", re.DOTALL)


@dataclass
class Player:
    """Replies to any role: some cannot be read, some queries are none, all quote what was told."""

    seen: Counter[str] = field(default_factory=Counter[str])

    def __call__(self, body: Json) -> str:
        system, user = prompt_of(body)
        kind = next(
            (kind for kind in ("conditions", '"question"', '"query"', '"score"') if kind in system),
            "other",
        )
        self.seen[kind] += 1
        number = self.seen[kind]
        told = _QUERY.search(user)
        quoted = " ".join(re.findall(r"'[^'\n]{3,60}'", user)[:3])
        if number % 7 == 0:
            return f"I would say that {quoted} is meant"
        match kind:
            case "conditions":
                return json.dumps({"conditions": [f"it is {quoted}"], "joined": "and"})
            case '"question"':
                return json.dumps({"question": f"please show me all those with {quoted}, thanks"})
            case '"query"':
                words = user.split()[-8:]
                query = told[2] if told and number % 2 else f"trait('citty') = '{' '.join(words)}'"
                refusal = "" if number % 5 else f"nobody is {quoted}"
                return json.dumps({"query": "" if refusal else query, "refusal": refusal})
            case _:
                return json.dumps({"reasoning": f"it says {quoted}", "score": number % 5 + 1})


@dataclass
class Heard:
    """Another server's, a command's and a function's requests."""

    bodies: list[str] = field(default_factory=list[str])

    @asynccontextmanager
    async def served(self) -> AsyncGenerator[str]:
        async def handle(request: web.Request) -> web.Response:
            body = await request.text()
            self.bodies.append(body)
            question = json.loads(body)["question"]
            answer = {"query": f"trait('city') = '{question.split()[-1]}'", "notes": [question]}
            return web.Response(text=json.dumps(answer))

        app = web.Application()
        app.router.add_post("/ask", handle)
        async with TestServer(app) as server:
            yield str(server.make_url("/ask"))


CODE = """
    import json, sys
    from pathlib import Path
    from jurist.languages.capabilities import Teaches

    LOG = Path(__file__).with_name("told.txt")

    def _note(*texts):
        with LOG.open("a") as file:
            file.write("\\n".join(map(str, texts)) + "\\n")

    def answer(question, workspace):
        _note(question, *workspace.language.names(workspace.schema))
        return f"trait('label') = '{question[-30:]}'".replace("\\n", " ")

    def judge(question, reference, candidate, workspace):
        _note(question, reference, candidate, workspace.name)
        return 3, f"{question} is not {candidate}"

    def ask(case, workspace):
        _note(case)
        return [f"what of {case.reference}?"]

    if __name__ == "__main__":
        told = sys.stdin.read()
        _note(told)
        print(json.dumps({"refusal": json.loads(told)["question"]}))
"""

EVERY_ROLE = """
questions:
  use: all
  ask_unchecked: true
  generator: {llm: "$model", attempts: 2}
  styles: [terse, indirect]
generators:
  - {recorded: answers.jsonl, name: saved}
  - {llm: "$model", name: plain, repairs: 2}
  - {llm: "$model", name: planned, plan: true, neighbours: 2}
  - {llm: "$model", name: embedding, neighbours: 2, embeddings: "$model"}
  - {http: "$url", name: served}
  - {command: [python, $module.py], name: program}
  - {callable: "$module:answer", name: function}
judges:
  - proof
  - {$judge, name: alone}
  - {$judge, style: g-eval, name: weighed}
  - {$judge, style: prometheus, name: rubric}
  - {$judge, style: sql-solver, name: solver}
  - {llm: "$model", style: reference-free, name: free}
  - {llm: "$model", shown: everything, name: all}
  - {cascade: [proof, {llm: "$model", name: second}], name: falling}
  - name: both
    panel: [{llm: "$model", name: one}, {callable: "$module:judge", name: two}]
  - {reference: {llm: "$model"}, name: doubter}
  - {callable: "$module:judge", name: coded}
"""
"""All kinds of roles that leave, and all styles of prompts."""

EACH_WAY_OUT = """
questions:
  use: all
  ask_unchecked: false  # a written question would only send its reference again
  generator: {llm: "$model", attempts: 1, read_back: false}
  styles: [terse]
generators:
  - {llm: "$model", name: plain}
  - {http: "$url", name: served}
  - {callable: "$module:answer", name: function}
judges:
  - {llm: "$model", name: alone}
  - {callable: "$module:judge", name: coded}
concurrency: 8
"""
"""Each way on which values leave, once: a few requests a case."""


@dataclass(frozen=True)
class Finished:
    """What left, and what came of it."""

    marked: Marked
    sent: list[str]
    server: ModelServer
    outcome: Outcome
    folder: Path

    def rows(self) -> Iterator[Result]:
        store = open_store(self.folder / "s.db")
        yield from results(store, self.outcome.run)
        store.close()


async def finished(
    folder: Path,
    *,
    cases: int,
    each: int,
    extra: str = "",
    roles: str = EVERY_ROLE,
    batched: bool = False,
) -> Finished:
    """A run of roles that leave, over a dataset of marked values."""
    marked, heard = Marked(), Heard()
    marked_dataset(folder, marked, cases=cases, each=each, person_asks=roles is not EACH_WAY_OUT)
    module = write_module(folder, CODE)
    script = (Fault.ERROR, Fault.EMPTY, Fault.MALFORMED, Fault.CUT, None, Fault.REFUSAL)
    player = Player()
    async with ModelServer(reply=player, script=script, polls=0) as server, heard.served() as url:
        model = "batched:m" if batched else f"{server.url}#m"
        name, other = marked.name(), marked.name()
        examples = json.dumps(
            [
                {
                    "question": f"who is {name.lower()}, not {other}",
                    "reference": f"trait('label') = '{name}'",
                    "candidate": f"trait('city') = '{other}'",
                    "reasoning": "not the same trait",
                    "score": 1,
                }
            ]
        )
        judge = f'llm: "{model}", examples: {examples}, both_orders: true'
        told = Template(roles).substitute(model=model, url=url, module=module, judge=judge)
        text = f"""
name: marked
datasets: [{{name: m, schema: schema.yaml, cases: cases.jsonl}}]
{told}
{extra}
models:
  batch: {"always" if batched else "never"}
  presets: {{batched: {{base_url: "{server.url}", batch: openai}}}}
"""
        outcome = await run_beside(parse_study(text, folder=folder), folder / "s.db")
        sent = [json.dumps(body, ensure_ascii=False) for body in server.counts.bodies]
        sent += [file.decode() for file in server.uploads]
    sent += heard.bodies
    sent += (folder / "told.txt").read_text(encoding="utf-8").splitlines()
    return Finished(marked, sent, server, outcome, folder)


def seen(run: Finished) -> set[str]:
    """The marked values in anything that left."""
    return {value for text in run.sent for value in run.marked.seen_in(text)}


def words_sent(run: Finished) -> set[str]:
    """All words of all that left, in small letters."""
    return {word for text in run.sent for word in re.findall(r"[a-z]+", text.lower())}


async def test_without_a_level_all_of_it_leaves(tmp_path: Path) -> None:
    """So that the search that finds nothing below is known to find what is there."""
    run = await finished(tmp_path, cases=4, each=3)
    assert len(seen(run)) > 0.6 * len(run.marked)


@pytest.mark.parametrize("level", ["values", "values and names"])
async def test_no_marked_value_leaves(tmp_path: Path, level: str) -> None:
    run = await finished(tmp_path, cases=4, each=3, extra=f"privacy: {level}")
    assert run.outcome.ending == "finished"
    assert len(run.sent) > 100
    assert seen(run) == set()
    rows = list(run.rows())
    failures = Counter(
        failure.kind
        for row in rows
        for failure in (row.candidate.failure, row.verdict.unscored)
        if failure is not None
    )
    assert failures[FailureKind.PRIVATE] < len(rows) / 10


async def test_no_marked_value_leaves_in_a_batch(tmp_path: Path) -> None:
    run = await finished(
        tmp_path, cases=3, each=3, extra="privacy: values", roles=EACH_WAY_OUT, batched=True
    )
    assert run.outcome.ending == "finished"
    assert len(run.server.uploads) >= 2  # what writes and what rules
    assert seen(run) == set()
    cipher = TextCipher(Key.read(key_file_of(tmp_path / "s.db")))
    in_files = b" ".join(run.server.uploads).decode().lower()
    assert in_files.count("custom_id") > 10
    assert sum(cipher.put(word) in in_files for word in run.marked.words) > 10


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_none_of_100_000_marked_values_leaves(tmp_path: Path) -> None:
    run = await finished(tmp_path, cases=570, each=200, extra="privacy: values", roles=EACH_WAY_OUT)
    assert run.outcome.ending == "finished"
    assert len(run.marked) > 100_000
    assert len(run.sent) > 5_000
    assert seen(run) == set()
    words = words_sent(run)
    cipher = TextCipher(Key.read(key_file_of(tmp_path / "s.db")))
    stood_for = sum(cipher.put(word) in words for word in run.marked.words)
    assert stood_for > 100_000  # the others are in cases and answers that no role of it is told
