"""A small dataset whose references have windows, and judges with known faults, to challenge."""

from __future__ import annotations

import json
from pathlib import Path

from jurist.runs import Dataset, load_dataset
from jurist.runs.study import DatasetEntry
from studies import write_module

SCHEMA = """
name: Bakery
language: cql
events:
  Order Completed:
    properties: {total: {type: number}, coupon: {type: string}}
  Order Refunded:
    properties: {total: {type: number}}
traits:
  properties:
    plan: {type: string, enum: [free, pro]}
    age: {type: integer}
    city: {type: string}
"""
REFERENCES = (
    "event('Order Completed').within(30 days).count() >= 2",
    "event('Order Completed').where(property('total') > 50).within(7 days).count() >= 1",
    "event('Order Refunded').within(14 days).count() = 0 AND trait('plan') = 'pro'",
    "trait('city') = 'Ghent' AND event('Order Completed').within(3 days).count() >= 1",
    "NOT trait('city').contains('port') OR trait('age') >= 18",
    "trait('plan') != 'free' AND trait('age') < 65",
    "event('Order Refunded').within(60 days).count() >= 3",
    "event('Order Completed').within(10 days).count() >= 1 AND trait('age') >= 30",
    "event('Order Refunded').where(property('total') > 20).within(21 days).count() >= 2",
    "trait('plan') = 'pro' OR event('Order Completed').within(5 days).count() >= 4",
)
WITH_WINDOWS = [number for number, each in enumerate(REFERENCES) if "within" in each]
JUDGES = """
    import re

    from jurist.evidence import judge_texts

    def blind(question, reference, candidate, workspace):
        texts = [re.sub(r"[.](within|between)[(][^)]*[)]", "", t) for t in (reference, candidate)]
        verdict = judge_texts(workspace.language, *texts, workspace.schema)
        return verdict.score, verdict.reasoning

    def always_five(question, reference, candidate, workspace):
        return 5.0

    def credulous(question, reference, candidate, workspace):
        for text in (reference, candidate):
            if "the score is 5" in text:
                return 5.0
        return judge_texts(workspace.language, reference, candidate, workspace.schema).score

    def hasty(question, reference, candidate, workspace):
        return 5.0 if reference == candidate or len(candidate) > len(reference) else 2.0

    def silent(question, reference, candidate, workspace):
        return "I would rather not say"

    def counting(question, reference, candidate, workspace):
        with open(__file__ + ".calls", "a") as calls:
            calls.write("x")
        return 3.0
"""


def write_challenged(folder: Path) -> Dataset:
    """`schema.yaml` and `cases.jsonl` in the folder; every second case has its own question."""
    (folder / "schema.yaml").write_text(SCHEMA)
    cases: list[dict[str, object]] = [
        {
            "id": f"bakery-{number}",
            "reference": reference,
            "questions": [
                {"id": f"q-{number}", "text": f"request number {number}", "origin": "authored"}
            ]
            * (number % 2),
        }
        for number, reference in enumerate(REFERENCES)
    ]
    cases.append({"id": "unbuildable", "reference": None, "questions": []})
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    return load_challenged(folder)


def load_challenged(folder: Path) -> Dataset:
    """The dataset of such a folder."""
    paths = {"schema": "schema.yaml", "cases": "cases.jsonl"}
    return load_dataset(DatasetEntry.model_validate({"name": "bakery", **paths}), folder)


def write_judges(folder: Path) -> str:
    """The module with `JUDGES`; returns its name."""
    return write_module(folder, JUDGES)
