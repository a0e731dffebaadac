"""Small studies written into a folder: a schema, cases, and generators as users write them."""

from __future__ import annotations

import json
import os
import textwrap
from collections import Counter
from hashlib import sha256
from pathlib import Path

from jurist.runs import StudyFile, parse_study

_MODULES: Counter[str] = Counter()

SCHEMA = """
name: Small
language: cql
events:
  Order Completed:
    properties: {total: {type: number}}
traits:
  properties: {plan: {type: string, enum: [free, pro]}, age: {type: integer}}
"""


def write_dataset(folder: Path, *, cases: int) -> None:
    """`schema.yaml` and `cases.jsonl`: every tenth case is unbuildable, one question each."""
    (folder / "schema.yaml").write_text(SCHEMA)
    lines = [
        {
            "id": f"case-{number}",
            "reference": None if number % 10 == 9 else f"trait('age') > {number}",
            "questions": [
                {"id": f"case-{number}-q", "text": f"older than {number}", "origin": "authored"}
            ],
            "tags": ["even" if number % 2 == 0 else "odd"],
        }
        for number in range(cases)
    ]
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def write_module(folder: Path, source: str) -> str:
    """A module that no other test has; returns its name.

    Roles' names are in the keys of tasks and so in every draw: the name follows from the test
    alone, whichever tests ran before it.
    """
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    number = _MODULES[test] = _MODULES[test] + 1
    name = f"plugin_{sha256(test.encode()).hexdigest()[:12]}_{number}"
    (folder / f"{name}.py").write_text(textwrap.dedent(source))
    return name


def small_study(folder: Path, *, cases: int, source: str, extra: str = "") -> StudyFile:
    """A study over `write_dataset` with the functions `answer` and `judge` of a source."""
    write_dataset(folder, cases=cases)
    module = write_module(folder, source)
    return parse_study(
        f"""
name: small
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [{{callable: "{module}:answer", name: g}}]
judges: [{{callable: "{module}:judge", name: j}}]
{extra}
""",
        folder=folder,
    )
