"""Two hundred wrong inputs, as people give them: files, options, queries, addresses.

Each has the text that its error must name: what was given, or where it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from studies import SCHEMA

QUERY = "trait('age') > 1"
CASE = {"id": "a", "reference": QUERY}
STUDY: dict[str, object] = {
    "name": "s",
    "datasets": [{"name": "d", "schema": "schema.yaml", "cases": "cases.jsonl"}],
    "questions": {"use": "synthetic"},
    "generators": ["rules"],
}
FILES = {
    "schema.yaml": SCHEMA,
    "cases.jsonl": json.dumps(CASE) + "\n",
    "study.yaml": json.dumps(STUDY),
    "own.py": "number = 3\n\ndef answer(question):\n    return question\n",
}


@dataclass(frozen=True)
class Wrong:
    """A command with a fault, and what its error must name."""

    arguments: tuple[str, ...]
    names: str
    files: dict[str, str] = field(default_factory=dict[str, str])


def wrong_inputs() -> Iterator[Wrong]:
    """All of them."""
    for changed, names in STUDIES:
        text = changed if isinstance(changed, str) else json.dumps({**STUDY, **changed})
        yield Wrong(("run", "study.yaml"), names, {"study.yaml": text})
    for role, names in ROLES:
        text = json.dumps({**STUDY, "generators": [role]})
        yield Wrong(("run", "study.yaml"), names, {"study.yaml": text})
    for judge, names in JUDGES:
        text = json.dumps({**STUDY, "judges": [judge]})
        yield Wrong(("run", "study.yaml"), names, {"study.yaml": text})
    for preset, names in PRESETS:
        models = {"presets": {"mine": preset}}
        text = json.dumps({**STUDY, "models": models, "generators": [{"llm": "mine:m"}]})
        yield Wrong(("run", "study.yaml"), names, {"study.yaml": text})
    for text, names in SCHEMAS:
        yield Wrong(("check", "."), names, {"schema.yaml": text})
    for line, names in CASES:
        text = line if isinstance(line, str) else json.dumps(line)
        cases = {"cases.jsonl": f"{json.dumps(CASE)}\n{text}\n"}
        yield Wrong(("run", "study.yaml"), names, cases)
    for line, names in ANSWERS:
        study = json.dumps({**STUDY, "generators": [{"recorded": "said.jsonl"}]})
        text = line if isinstance(line, str) else json.dumps(line)
        yield Wrong(("run", "study.yaml"), names, {"study.yaml": study, "said.jsonl": text})
    for query, names in QUERIES:
        yield Wrong(("diff", query, QUERY), names)
    for query, names in MISFITS:
        yield Wrong(("diff", QUERY, query, "--schema", "schema.yaml"), names)
    for arguments, names in COMMANDS:
        yield Wrong(tuple(arguments.split(" ")), names)


def _with(**changed: object) -> dict[str, object]:
    entry = cast("list[dict[str, object]]", STUDY["datasets"])[0]
    return {"datasets": [{**entry, **changed}]}


STUDIES: list[tuple[dict[str, object] | str, str]] = [
    ({"nmae": "x"}, "nmae"),
    ({"name": ""}, "name"),
    ({"name": "a\x1bb"}, "name"),
    ({"name": 3}, "name"),
    ({"name": "x" * 300}, "name"),
    ({"datasets": []}, "datasets"),
    ({"datasets": "shop"}, "datasets"),
    ({"datasets": ["shopp"]}, "shopp"),
    ({"datasets": [{"name": "d"}]}, "'d'"),
    ({"datasets": [{"schema": "schema.yaml", "cases": "cases.jsonl"}]}, "name"),
    ({"datasets": ["shop", "shop"]}, "'shop'"),
    (_with(schema=None), "datasets[0]"),
    (_with(schema="no.yaml"), "no.yaml"),
    (_with(cases="no.jsonl"), "no.jsonl"),
    (_with(cases="."), "."),
    (_with(schema="."), "is a folder"),
    (_with(limit=0), "limit"),
    (_with(limit="3"), "limit"),
    (_with(sample=-1), "sample"),
    (_with(tags="x"), "tags"),
    (_with(tags=["none has it"]), "cases.jsonl"),
    (_with(tgas=["x"]), "tgas"),
    ({"questions": {"use": "some"}}, "use"),
    ({"questions": {"use": None}}, "use"),
    ({"questions": {"per_case": 0}}, "per_case"),
    ({"questions": {"per_case": 1000}}, "per_case"),
    ({"questions": {"styles": []}}, "styles"),
    ({"questions": {"styles": ["rude"]}}, "rude"),
    ({"questions": {"generator": "realiser"}}, "realiser"),
    ({"questions": "all"}, "questions"),
    ({"generators": []}, "generators"),
    ({"generators": "rules"}, "generators"),
    ({"generators": ["rules", "rules"]}, "rules"),
    ({"judges": []}, "judges"),
    ({"judges": ["proof", "proof"]}, "proof"),
    ({"store": 3}, "store"),
    ({"store": "mysql://h/d"}, "mysql"),
    ({"store": "."}, "."),
    ({"store": "schema.yaml"}, "schema.yaml"),
    ({"store": "schema.yaml/x.db"}, "schema.yaml"),
    ({"seed": "one"}, "seed"),
    ({"seed": 1.5}, "seed"),
    ({"budget": {"usd": -1}}, "usd"),
    ({"budget": {"usd": "much"}}, "usd"),
    ({"budget": {"calls": 0}}, "calls"),
    ({"budget": {"eur": 1}}, "eur"),
    ({"budget": 3}, "budget"),
    ({"concurrency": 0}, "concurrency"),
    ({"concurrency": 100000}, "concurrency"),
    ({"gate": {"max_drop": 9}}, "max_drop"),
    ({"gate": {"max_dorp": 0.1}}, "max_dorp"),
    ({"models": {"batch": "sometimes"}}, "batch"),
    ({"models": {"prices": {"m": {"input": 1}}}}, "output"),
    ({"models": {"prices": {"m": {"input": -1, "output": 1}}}}, "input"),
    ({"models": {"presets": {"x": 3}}}, "presets"),
    ({"nmae": "x", "seeed": 1, "stoer": 2}, "stoer"),
    ("", "study.yaml"),
    ("[1, 2]", "study.yaml"),
    ("just words", "study.yaml"),
    ("name: [", "line 2"),
    ("name: a\nname: b\n", "line 2"),
    ("a: &a [*b]", "*b"),
    ("name: !!python/object:os.system x", "tag"),
    ("name: x\n---\nname: y\n", "study.yaml"),
    ("{" * 200, "study.yaml"),
    ("name: x\n\tdatasets: []", "line 2"),
    ("name: s\nseed: " + "9" * 40, "line 2"),
]
ROLES: list[tuple[object, str]] = [
    ("rulez", "rulez"),
    (3, "3"),
    ({}, "none"),
    ({"rules": None, "nearest": None}, "2 kinds"),
    ({"rules": None, "speed": 3}, "speed"),
    ({"rules": None, "name": ""}, "name"),
    ({"nearest": None, "k": "many"}, "k"),
    ({"recorded": None}, "recorded"),
    ({"recorded": "none.jsonl"}, "none.jsonl"),
    ({"recorded": "."}, "."),
    ({"callable": "own"}, "own"),
    ({"callable": "own:missing"}, "missing"),
    ({"callable": "own:number"}, "number"),
    ({"callable": "nowhere:answer"}, "nowhere"),
    ("nowhere:answer", "nowhere"),
    ({"callable": "own:answer", "speed": 1}, "speed"),
    ({"command": None}, "command"),
    ({"command": []}, "command"),
    ({"command": ["cat"], "timeout_s": 0}, "timeout_s"),
    ({"http": "ftp://h/x"}, "ftp://h/x"),
    ({"http": "example.org"}, "example.org"),
    ({"http": "http://[::1"}, "http://[::1"),
    ({"http": "http://h:port/"}, "http://h:port/"),
    ({"http": "http://h:99999/"}, "99999"),
    ({"http": "http://u:p@h/"}, "user or password"),
    ({"http": "http://h/", "headers": 3}, "headers"),
    ({"http": "http://h/", "headers": {"A": "${NO_SUCH_VARIABLE}"}}, "NO_SUCH_VARIABLE"),
    ({"http": "http://h/", "timeout_s": 1e9}, "timeout_s"),
    ({"llm": None}, "llm"),
    ({"llm": 3}, "llm"),
    ({"llm": "gpt-5"}, "gpt-5"),
    ({"llm": "opnai:gpt-5"}, "opnai"),
    ({"llm": "openai:"}, "openai:"),
    ({"llm": "http://h/v1"}, "http://h/v1"),
    ({"llm": "http://#m"}, "http:"),
    ({"llm": "http://[::1#m"}, "[::1"),
    ({"llm": "http://h:port/v1#m"}, "h:port"),
    ({"llm": "http://h:99999/v1#m"}, "99999"),
    ({"llm": "http://u:p@h/v1#m"}, "http://h/v1"),
    ({"llm": "http://h/v1?key=1#m"}, "http://h/v1"),
    ({"llm": "replay:none.jsonl"}, "none.jsonl"),
    ({"llm": "replay:cases.jsonl"}, "cases.jsonl"),
    ({"llm": "replay:schema.yaml#m"}, "schema.yaml"),
    ({"llm": "openai:gpt-5", "samples": 0}, "samples"),
    ({"llm": "openai:gpt-5", "temperatur": 0}, "temperatur"),
    ({"llm": "openai:gpt-5", "temperature": "hot"}, "temperature"),
    ({"llm": "http://h/v1#m", "template": "none.md"}, "none.md"),
    ({"llm": "http://h/v1#m", "template": "cases.jsonl"}, "cases.jsonl"),
    ({"llm": "http://h/v1#m", "plan": "yes"}, "plan"),
    ({"file": "none.yaml"}, "none.yaml"),
    ({"file": 3}, "file"),
]
JUDGES: list[tuple[object, str]] = [
    ("prof", "prof"),
    ({"panel": []}, "panel"),
    ({"panel": ["proof"]}, "panel"),
    ({"panel": "proof"}, "panel"),
    ({"cascade": []}, "cascade"),
    ({"cascade": ["nope"]}, "nope"),
    ({"reference": None}, "reference"),
    ({"proof": None, "timeout_s": -1}, "timeout_s"),
    ({"callable": "own:number"}, "number"),
    ({"llm": "http://h/v1#m", "style": "rude"}, "rude"),
    ({"llm": "http://h/v1#m", "samples": "many"}, "samples"),
]
PRESETS: list[tuple[dict[str, object], str]] = [
    ({"base_url": "http://h/v1", "auht": "none"}, "auht"),
    ({"base_url": "http://h/v1", "auth": "password"}, "auth"),
    ({"base_url": "http://h/v1", "protocol": "soap"}, "protocol"),
    ({"base_url": "http://h/v1", "batch": "yes"}, "batch"),
    ({"base_url": "h/v1"}, "h/v1"),
    ({"base_url": "http://[::1/v1"}, "[::1"),
    ({"base_url": "http://h:x/v1"}, "h:x"),
    ({"base_url": 3}, "base_url"),
    ({"base_url": "http://{NO_SUCH_VARIABLE}/v1"}, "NO_SUCH_VARIABLE"),
    ({"base_url": "http://{/v1"}, "{"),
    ({}, "base_url"),
    ({"base_url": "http://h/v1", "concurrency": 0}, "concurrency"),
    ({"base_url": "http://h/v1", "concurrency": "many"}, "concurrency"),
    ({"base_url": "http://h/v1", "max_concurrency": -1}, "max_concurrency"),
    ({"base_url": "http://h/v1", "concurrency": 9, "max_concurrency": 3}, "max_concurrency"),
    ({"base_url": "http://h/v1", "timeout_s": 0}, "timeout_s"),
    ({"base_url": "http://h/v1", "timeout_s": -3}, "timeout_s"),
    ({"base_url": "http://h/v1", "key_variable": "A=B"}, "A=B"),
]
SCHEMAS: list[tuple[str, str]] = [
    ("", "schema.yaml"),
    ("- a\n- b\n", "schema.yaml"),
    ("evnts: {}", "evnts"),
    ("name: [x]", "name"),
    ("language: sql9", "sql9"),
    ("language: 3", "3"),
    ("events: [a]", "events"),
    ("events:\n  A: 3", "line 2"),
    ("events:\n  A: {propertis: {}}", "propertis"),
    ("events:\n  A:\n    properties: {x: {type: txt}}", "txt"),
    ("events:\n  A:\n    properties: {x: 3}", "x"),
    ("events:\n  A:\n    properties: {x: {type: number, minimum: a}}", "minimum"),
    ("events:\n  A:\n    properties: {x: {type: number, minimum: 3, maximum: 1}}", "x"),
    ("events:\n  A:\n    properties: {x: {enum: 3}}", "enum"),
    ("events:\n  A:\n    properties: {x: {enum: []}}", "enum"),
    ("traits: [a]", "traits"),
    ("traits: {propertes: {}}", "propertes"),
    ("assumptions: {weeks: maybe}", "weeks"),
    ("audience_type: crowd", "audience_type"),
    ("now: yesterday", "now"),
    ("entities: {a: 3}", "entities"),
    ("data: {}", "schema.yaml"),
    ("rules: [{type: TRACKS, key: a}]", "TRACKS"),
    ("rules: [{type: TRACK}]", "rules"),
    ("rules: [{key: A, jsonSchema: {}}]\npagination: {next: b}", "pagination"),
    ("events: {A: {}\n", "line"),
    ("events: {A: {}, A: {}}", "'A'"),
    ("1: 2\n? [a]\n: b\n", "line"),
]
CASES: list[tuple[dict[str, object] | str, str]] = [
    ({"id": "b"}, "line 2"),
    ({"reference": QUERY}, "line 2"),
    ({"id": 3, "reference": QUERY}, "line 2"),
    ({"id": "", "reference": QUERY}, "line 2"),
    ({"id": "a\x07", "reference": QUERY}, "line 2"),
    ({"id": "x" * 300, "reference": QUERY}, "line 2"),
    ({"id": "a", "reference": QUERY}, "'a'"),
    ({"id": "b", "referense": QUERY}, "referense"),
    ({"id": "b", "reference": None, "tags": "x"}, "tags"),
    ({"id": "b", "reference": None, "questions": {}}, "questions"),
    ({"id": "b", "reference": None, "questions": [{"id": "q", "text": "t"}]}, "origin"),
    ({"id": "b", "reference": None,
      "questions": [{"id": "q", "text": "t", "origin": "made"}]}, "made"),
    ({"id": "b", "reference": None, "questions": [
        {"id": "q", "text": "t", "origin": "real"}, {"id": "q", "text": "u", "origin": "real"},
    ]}, "'b'"),
    ('{"id": "b", "id": "c", "reference": null}', "'id'"),
    ('{"id": "b", ', "line 2"),
    ("nonsense", "line 2"),
    ("[]", "line 2"),
]  # fmt: skip
ANSWERS: list[tuple[dict[str, object] | str, str]] = [
    ({"query": QUERY}, "case"),
    ({"case": "a"}, "line 1"),
    ({"case": "a", "query": QUERY, "refusal": "no"}, "line 1"),
    ({"case": "a", "qurey": QUERY}, "qurey"),
    ({"case": 3, "query": QUERY}, "line 1"),
    ('{"case": "a", "query": "x"}\n{"case": "a", "query": "y"}', "line 2"),
    ("{", "line 1"),
]
QUERIES: list[tuple[str, str]] = [
    ("", "the reference"),
    ("   ", "the reference"),
    ("trait('age'", "column"),
    ("trait('age') >", "column"),
    ("trait('age') > 1 AND", "column"),
    ("AND trait('age') > 1", "AND"),
    ("trait('age') exists()", "exists"),
    ("event('A') count() >= 1", "count"),
    ("event('A').within(7 days) count() >= 1", "count"),
    ("event('A').count() >= 1 where(trait('x') = 'y')", "where"),
    ("event('A')", "column"),
    ("event('A').cuont() >= 1", "cuont"),
    ("event(A).count() >= 1", "'A'"),
    ("event('A').count() >= one", "one"),
    ("event('A').count() => 1", "=>"),
    ("trait('a') = 'x' && trait('b') = 'y'", "&&"),
    ("trait('a') = “x”", "quote"),
    ("trait('a') = 'x", "closed"),
    ("(trait('a') = 'x'", "parenthesis"),
    ("trait('a') = 'x')", ")"),
    ("trait('a') = 100k", "100"),
    ("SELECT * FROM customers", "SELECT"),
    ("{", "the reference"),
    ('{"type": "nothing"}', "the reference"),
    ("trait('a') = " + "9" * 100, "the reference"),
    ("@none.cql", "none.cql"),
    ("@.", "."),
]
MISFITS: list[tuple[str, str]] = [
    ("trait('agee') > 1", "agee"),
    ("event('Order Complete').count() >= 1", "Order Complete"),
    ("trait('plan') = 'gold'", "gold"),
    ("trait('age') > 'many'", "many"),
    ("event('Order Completed').where(property('totall') > 1).count() >= 1", "totall"),
]
COMMANDS: list[tuple[str, str]] = [
    ("report", "jurist.db"),
    ("report x --store none.db", "none.db"),
    ("report x --store cases.jsonl", "cases.jsonl"),
    ("report x --store postgresql://h:port/d", "URL"),
    ("report x --store postgresql://u:p@127.0.0.1:1/d", "127.0.0.1"),
    ("report x --format pdf", "pdf"),
    ("runs --store none.db", "none.db"),
    ("migrate --store none.db", "none.db"),
    ("runs --delete x --store none.db", "none.db"),
    ("check", "dataset"),
    ("check nope", "nope"),
    ("check --study none.yaml", "none.yaml"),
    ("judge none.jsonl --schema schema.yaml", "none.jsonl"),
    ("judge cases.jsonl --schema none.yaml", "none.yaml"),
    ("judge cases.jsonl", "--schema"),
    ("judge cases.jsonl --schema schema.yaml --judge nope", "nope"),
    ("judge cases.jsonl --schema schema.yaml --judge own:nope", "nope"),
    ("judge cases.jsonl --schema schema.yaml --language latin", "latin"),
    ("judge cases.jsonl --schema schema.yaml --workers 0", "--workers"),
    ("diff a", "candidate"),
    ("mutate @none.cql", "none.cql"),
    ("mutate trait('age')>1 --operator nope", "nope"),
    ("mutate trait('age')>1 --language latin", "latin"),
    ("plan --sd 9", "--sd"),
    ("plan", "spread"),
    ("plan x", "jurist.db"),
    ("init study.yaml", "study.yaml"),
    ("init schema.yaml/x.yaml", "schema.yaml"),
    ("challenge --judge proof", "dataset"),
    ("challenge --judge proof --dataset nope", "nope"),
    ("challenge --judge nope --study study.yaml", "nope"),
    ("challenge --judge {llm: --dataset shop", "--judge"),
    ("gate a --baseline b", "criterion"),
    ("gate a --baseline b --max-drop 1", "jurist.db"),
    ("gate a --baseline b --max-worst-operator 1", "challenge"),
    ("gate a --baseline b --max-worst-operator 1 --challenge schema.yaml", "schema.yaml"),
    ("tune judge --run x --study study.yaml --judge nope --out o.yaml", "nope"),
    ("tune cook --run x --study study.yaml --out o.yaml", "cook"),
    ("disagreements x", "jurist.db"),
    ("ledger", "jurist.db"),
    ("run none.yaml", "none.yaml"),
    ("run .", "."),
    ("run study.yaml --workers many", "--workers"),
    ("run study.yaml extra", "extra"),
    ("run", "study"),
    ("rum study.yaml", "rum"),
    ("--versio", "--versio"),
]
