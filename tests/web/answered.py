"""Runs over given pairs of queries, each judged by proof: one case a pair, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

from judged_runs import Folder
from jurist.runs import parse_study, run_study
from studies import write_module

ACCOUNTS: Mapping[str, object] = {
    "name": "Accounts",
    "language": "cql",
    "audience_type": "ACCOUNTS",
    "events": {"Paid": {"properties": {"amount": {"type": "number"}}}, "Opened": {}},
    "traits": {"properties": {"role": {"type": "string"}}},
    "account_traits": {"properties": {"plan": {"type": "string"}, "seats": {"type": "integer"}}},
}
ACCOUNT_PAIRS = {
    "some": ("ANY trait('role') = 'a'", "ALL trait('role') = 'a'"),
    "nested": (
        "(trait('plan') = 'x' OR trait('seats') > 5) AND NOT ANY event('Paid').count() >= 2",
        "trait('plan') = 'x' AND NOT ANY event('Paid').within(30 days).count() >= 2",
    ),
    "funnel": (
        "ANY event('Opened').where(event('Paid').within(parent: 7 days).count() >= 1).count() >= 1",
        "ANY event('Opened').where(event('Paid').within(parent: 2 days).count() >= 1).count() >= 1",
    ),
    "sum": (
        "ANY event('Paid').within(90 days).sum(property('amount')) >= 100",
        "ANY event('Paid').within(90 days).avg(property('amount')) >= 100",
    ),
    "same": (
        "ANY trait('role') = 'a' AND trait('seats') > 5",
        "trait('seats') > 5 AND ANY trait('role') = 'a'",
    ),
}
DATABASE: Mapping[str, object] = {
    "name": "Shop",
    "language": "sql",
    "dialect": "sqlite",
    "ddl": "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);\n"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id));",
}
DATABASE_PAIRS = {
    "join": (
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id",
        "SELECT c.name FROM customer c LEFT JOIN orders o ON o.customer_id = c.id",
    ),
    "order": ("SELECT id FROM customer ORDER BY id", "SELECT id FROM customer ORDER BY id DESC"),
    "ties": (
        "SELECT name FROM customer ORDER BY age, id LIMIT 1",
        "SELECT name FROM customer ORDER BY age LIMIT 1",
    ),
    "duplicates": ("SELECT age FROM customer", "SELECT DISTINCT age FROM customer"),
    "missing": ("SELECT id FROM customer", "SELECT id FROM customer WHERE age > 3 OR age <= 3"),
    "unknown": ("SELECT id FROM customer", "SELECT nme FROM customer"),
}

_ROLES = """
    ANSWERS = {answers!r}

    def answers(question):
        return ANSWERS[question]
"""


def answered_run(
    path: Path, schema: Mapping[str, object], pairs: Mapping[str, tuple[str, str]]
) -> tuple[Folder, str]:
    """A folder with the run, and the run's id; a question is the name of its pair."""
    (path / "schema.yaml").write_text(yaml.safe_dump(dict(schema), allow_unicode=True))
    cases = [
        {
            "id": name,
            "reference": reference,
            "questions": [{"id": name, "text": name, "origin": "authored"}],
        }
        for name, (reference, _) in pairs.items()
    ]
    (path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    answers = {name: answer for name, (_, answer) in pairs.items()}
    module = write_module(path, _ROLES.format(answers=answers))
    folder = Folder(path, module)
    study = parse_study(
        "name: answered\n"
        "datasets: [{name: given, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        f'generators: [{{callable: "{module}:answers", name: g}}]\n'
        "judges: [proof]\n",
        folder=path,
    )
    store = folder.open()
    try:
        return folder, run_study(study, store).run
    finally:
        store.close()
