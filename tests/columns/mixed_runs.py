"""A small run with all that a verdict may lack or have: two datasets, several kinds of
answers (right, wrong, refused, failed, no query at all), several samples, judges without a score
or evidence, a panel, real and authored questions, hostile texts."""

from __future__ import annotations

import json
from pathlib import Path

from jurist.runs import parse_study, run_study
from jurist.store import Store
from studies import SCHEMA, write_module

_ROLES = """
    from hashlib import sha256
    from jurist.records import Candidate, Cost, Failure, FailureKind

    def _chance(*parts):
        return int(sha256("/".join(map(str, parts)).encode()).hexdigest()[:8], 16) / 2**32

    _TURNS = {}

    def shaky(question):
        turn = _TURNS[question] = _TURNS.get(question, 0) + 1
        number = int(question.split()[1])
        kind = int(7 * _chance(question, turn))
        cost = Cost(ms=1000 * _chance("ms", question, turn), usd=_chance("usd", question))
        query = [
            f"trait('age') > {number}",
            f"trait('age') >= {number}",
            f"NOT trait('age') > {number}",
            f"trait('age') > {number} AND trait('plan') = 'pro'",
            "no query (",
        ]
        if kind < len(query):
            return Candidate(query=query[kind], cost=cost)
        if kind == 5:
            return Candidate(refusal="Straße ÇA <b>no</b>\\x00", cost=cost)
        return Candidate(failure=Failure(FailureKind.REFUSED, "TIME is up \\U0001f600"), cost=cost)

    def sure(question):
        return f"trait('age') > {question.split()[1]}"

    def silent(question, reference, candidate, workspace):
        return "no idea" if _chance(question, candidate) < 0.4 else 1 + 4 * _chance(candidate)

    def kind(question, reference, candidate, workspace):
        return 4.6
"""


def write_mixed(folder: Path, *, cases: int) -> str:
    """A study's text, its data beside it."""
    (folder / "schema.yaml").write_text(SCHEMA)
    for dataset in ("zebra", "ape"):
        lines = [
            {
                "id": f"{dataset}-{'É' if number % 3 else 'x'}{number * 7 % 10}{number}",
                "reference": None if number % 5 == 4 else f"trait('age') > {number}",
                "questions": [
                    {
                        "id": f"q{ordinal}",
                        "text": f"older {number} {'ÄRGER' * ordinal}\n{{{{ 7*7 }}}} ﬁ {dataset}",
                        "origin": ("real", "authored")[(number + ordinal) % 2],
                    }
                    for ordinal in range(1 + number % 2)
                ],
                "tags": [f"t{each}" for each in (2, 3, 5) if number % each == 0],
            }
            for number in range(cases)
        ]
        path = folder / f"{dataset}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    module = write_module(folder, _ROLES)
    return f"""
name: mixed
datasets:
  - {{name: zebra, schema: schema.yaml, cases: zebra.jsonl}}
  - {{name: ape, schema: schema.yaml, cases: ape.jsonl}}
questions: {{use: all}}
generators:
  - {{callable: "{module}:shaky", name: shaky, samples: 3}}
  - {{callable: "{module}:sure", name: sure}}
judges:
  - proof
  - {{callable: "{module}:silent", name: silent}}
  - {{panel: [{{callable: "{module}:kind", name: k}}, proof], name: both}}
"""


def run_mixed(folder: Path, store: Store, *, cases: int = 6) -> str:
    """Run such a study to its end; returns the run's id."""
    (folder / "mixed.yaml").write_text(write_mixed(folder, cases=cases))
    return run_again(folder, store)


def run_again(folder: Path, store: Store) -> str:
    """Run the study of a folder."""
    text = (folder / "mixed.yaml").read_text()
    return run_study(parse_study(text, folder=folder), store).run
