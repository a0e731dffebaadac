"""Who plays in a run: models, families, orders, members; and what makes runs differ."""

from __future__ import annotations

import json

import pytest

from jurist.alignment.casting import families_of, generators_of, judges_of, related
from jurist.alignment.comparison.comparable import RunFacts, differences
from jurist.store.runs import DatasetRecord, RunRecord

JUDGES = [
    "proof",
    {"llm": "openai:gpt-5", "samples": 3, "both_orders": True, "name": "swapper"},
    {"panel": [{"llm": "anthropic:claude-x"}, {"llm": "http://host/v1#Qwen3-8B"}], "name": "p"},
    {"cascade": ["proof", {"llm": "groq:llama-4", "name": "llama"}]},
]
GENERATORS = [{"llm": "openai:gpt-5-mini", "name": "mini"}, "rules", {"llm": "lab:mystery"}]


def _facts(
    judges: object = None, *, versions: str = "1", jurist: str = "0.1", schema: str = "s"
) -> RunFacts:
    study = json.dumps({"judges": judges or JUDGES, "generators": GENERATORS})
    names = ["proof", "swapper", "p", "proof > llama"] if judges is None else ["only"]
    dataset = DatasetRecord(
        "shop",
        "cql",
        {},
        schema,
        "c",
        (),
        {
            "judges": dict.fromkeys(names, versions),
            "generators": {"mini": "1", "rules": "1", "mystery": "1"},
        },
    )
    return RunFacts(RunRecord(f"run-{versions}", "study", 0, study, "d", jurist), (dataset,))


@pytest.mark.parametrize(
    ("model", "families"),
    [
        ("openai:gpt-5", {"openai"}),
        ("openai:o3-mini", {"openai"}),
        ("openrouter:anthropic/claude-opus-5", {"anthropic"}),
        ("http://localhost:8000/v1#Qwen/Qwen3-8B", {"qwen"}),
        ("https://claude.example.org/v1#llama-4", {"meta"}),
        ("ollama:deepseek-r1-distill-llama", {"deepseek", "meta"}),
        ("lab:mystery", set[str]()),
    ],
)
def test_families_are_read_from_the_models_name_alone(model: str, families: set[str]) -> None:
    assert families_of(model) == families


def test_judges_with_their_members_orders_and_relations() -> None:
    facts = _facts()
    judges = judges_of(facts.record, facts.datasets)
    assert (judges["swapper"].orders, judges["swapper"].samples) == (2, 3)
    assert [member.name for member in judges["p"].members] == [
        "claude-x (plain)",
        "Qwen3-8B (plain)",
    ]
    assert judges["proof > llama"].families == {"meta"}
    generators = generators_of(facts.record, facts.datasets)
    assert related(judges["swapper"], generators["mini"]) is True
    assert related(judges["p"], generators["mini"]) is False
    assert related(judges["proof"], generators["mini"]) is False
    assert related(judges["p"], generators["mystery"]) is None


def test_runs_of_one_study_do_not_differ() -> None:
    assert differences(_facts(), _facts()) == ()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (_facts(versions="2"), "the judge 'swapper' differs in its prompt, rubric or code"),
        (_facts(versions="2", jurist="0.2"), "'swapper' differs (Jurist 0.1 against 0.2)"),
        (_facts(schema="t"), "the schema of 'shop' differs"),
        (_facts([{"llm": "openai:gpt-4", "name": "only"}]), "run-1 has the judge 'swapper'"),
    ],
)
def test_what_differs_is_said(other: RunFacts, said: str) -> None:
    assert any(said in sentence for sentence in differences(_facts(), other))


def test_options_that_differ_are_named() -> None:
    one = _facts([{"llm": "openai:gpt-4", "style": "plain", "name": "only"}])
    two = _facts([{"llm": "openai:gpt-4", "style": "g-eval", "name": "only"}], versions="2")
    assert differences(one, two) == (
        'the judge \'only\' differs in style ("plain" against "g-eval")',
    )
