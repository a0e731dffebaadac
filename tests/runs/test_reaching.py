"""Reaching a study's models: presets, prices, keys, budget and batches, before anything runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jurist.errors import InputError, StudyError
from jurist.models import Models
from jurist.models.types import Message, Request
from jurist.runs import StudyFile, parse_study, plan, results, run_study
from jurist.runs.reaching import expected_calls, needs_models, reach_models
from jurist.store import open_store
from model_server import ModelServer
from model_studies import model_study, play, run_beside
from studies import write_dataset


def study(folder: Path, *, roles: str, extra: str = "", use: str = "authored") -> StudyFile:
    write_dataset(folder, cases=10)
    return parse_study(
        f"""
name: n
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: {use}}}
{roles}
{extra}
""",
        folder=folder,
    )


OFFLINE = "generators: [rules]\njudges: [proof]"
HOUSE = 'generators: [{llm: "house:big", name: g}]\njudges: [proof]'


async def test_a_study_without_models_reaches_none(tmp_path: Path) -> None:
    file = study(tmp_path, roles=OFFLINE)
    store = open_store(str(tmp_path / "s.db"))
    assert not needs_models(file)
    async with reach_models(file, store) as models:
        assert models is None
    store.close()


async def test_a_preset_and_a_price_of_the_study_are_used(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.db"))
    async with ModelServer(reply=play) as server:
        file = study(
            tmp_path,
            roles=HOUSE,
            extra=f"""
models:
  presets: {{house: {{base_url: "{server.url}"}}}}
  prices: {{"house:big": {{input: 1000000, output: 0}}}}
budget: {{usd: 100000}}
""",
        )
        async with reach_models(file, store) as models:
            assert models is not None
            reply = await models.call(Request("house:big", (Message("user", "hello"),), seed=1))
            assert reply.usd == server.counts.input_tokens
            assert server.counts.bodies[0]["model"] == "big"
    store.close()


def run_here(file: StudyFile) -> None:
    store = open_store(str(file.folder / "s.db"))
    try:
        run_study(file, store, workers=1)
    finally:
        store.close()


def stored(file: StudyFile) -> bool:
    """Whether a run of the study was begun."""
    from jurist.store.runs import list_runs

    store = open_store(str(file.folder / "s.db"))
    begun = bool(list_runs(store))
    store.close()
    return begun


NOWHERE = (
    'models: {presets: {house: {base_url: "http://127.0.0.1:9/v1", key_variable: HOUSE_KEY}}}\n'
    "environment: [HOUSE_KEY]"
)


@pytest.mark.parametrize(
    ("roles", "extra", "parts"),
    [
        (HOUSE, NOWHERE, ["generator 'g'", "#big' needs a key", "HOUSE_KEY"]),
        (
            'generators: [rules]\njudges: [{cascade: [proof, {llm: "house:big"}]}]',
            NOWHERE,
            ["judge 'cascade'", "HOUSE_KEY"],
        ),
        (
            'generators: [rules]\njudges: [{reference: {llm: "house:big"}}]',
            NOWHERE,
            ["judge 'reference'", "HOUSE_KEY"],
        ),
        (
            'generators: [{llm: "ollama:a", neighbours: 2, embeddings: "house:e"}]\n'
            "judges: [proof]",
            NOWHERE,
            ["generator 'llm'", "#e' needs a key", "HOUSE_KEY"],
        ),
        (HOUSE, "", ["generator 'g'", "house"]),
        (
            HOUSE,
            'models: {presets: {house: {base_url: "http://127.0.0.1:9/v1"}}}\nbudget: {usd: 1}',
            ["generator 'g'", "the model 'house:big': no price", "tokens or calls"],
        ),
        (
            HOUSE,
            "models: {presets: {house: {base_uri: x}}}",
            ["models.presets.house", "unknown key 'base_uri'", "'base_url'"],
        ),
        (HOUSE, "models: {presets: {house: {base_url: 3}}}", ["models.presets.house", "str"]),
    ],
)
def test_what_cannot_be_called_is_named_before_anything_runs(
    tmp_path: Path, roles: str, extra: str, parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOUSE_KEY", raising=False)
    file = study(tmp_path, roles=roles, extra=extra)
    with pytest.raises(InputError) as caught:
        run_here(file)
    for part in parts:
        assert part in str(caught.value)
    assert not stored(file)


def test_an_unpriced_model_may_run_under_a_budget_of_calls(tmp_path: Path) -> None:
    extra = 'models: {presets: {house: {base_url: "http://127.0.0.1:9/v1"}}}\nbudget: {calls: 9}'
    file = study(tmp_path, roles=HOUSE, extra=extra)

    async def reach() -> None:
        store = open_store(str(tmp_path / "s.db"))
        async with reach_models(file, store) as models:
            plan(file, models=models)
        store.close()

    asyncio.run(reach())


M = '{llm: "ollama:m"}'


@pytest.mark.parametrize(
    ("roles", "use", "calls"),
    [
        (f"generators: [{M}]\njudges: [proof]", "authored", 10),
        (f"generators: [rules, {M}]\njudges: [proof]", "authored", 10),
        ('generators: [{llm: "ollama:m", plan: true}]\njudges: [proof]', "authored", 20),
        (f"generators: [rules]\njudges: [{M}, proof]", "authored", 10),
        (
            'generators: [rules]\njudges: [{llm: "ollama:m", samples: 3, both_orders: true}]',
            "authored",
            60,
        ),
        (
            f"generators: [rules, {M}]\n"
            f'judges: [{{panel: [{M}, {{llm: "ollama:m", name: b, samples: 2}}]}}]',
            "authored",
            10 * (1 + 2 * 3),
        ),
        (
            f"generators: [rules, nearest]\njudges: [{{cascade: [proof, {M}]}}, "
            f"{{reference: {M}}}]",
            "authored",
            40,
        ),
        (
            f"generators: [{M}]\njudges: [proof]",
            "synthetic, generator: {llm: 'ollama:m'}, per_case: 2",
            9 * 2 * (2 + 1),
        ),
        (
            f"generators: [{M}]\njudges: [proof]",
            "all, generator: {llm: 'ollama:m', read_back: false}, styles: [terse, typo]",
            10 + 9 * 2 * (1 + 1),
        ),
    ],
)
def test_expected_calls_are_counted_from_the_roles(
    tmp_path: Path, roles: str, use: str, calls: int
) -> None:
    file = study(tmp_path, roles=roles, use=use)
    assert expected_calls(file, plan(file, models=Models())) == calls


@pytest.mark.parametrize(("cases", "batched"), [(10, False), (1000, True)])
async def test_batches_are_used_where_the_run_is_large(
    tmp_path: Path, cases: int, batched: bool
) -> None:
    async with ModelServer() as server:
        file = study(
            tmp_path,
            roles=HOUSE,
            extra=f"""
models:
  batch: auto
  presets: {{house: {{base_url: "{server.url}", batch: openai}}}}
""",
        )
        write_dataset(tmp_path, cases=cases)
        store = open_store(str(tmp_path / "s.db"))
        async with reach_models(file, store) as models:
            assert models is not None
            call = asyncio.create_task(
                models.call(Request("house:big", (Message("user", "hello"),), seed=1))
            )
            await asyncio.wait([call], timeout=None if not batched else 0.3)
            assert call.done() is not batched  # a batch is still being gathered
            assert server.counts.requests == (0 if batched else 1)
            call.cancel()
        store.close()


async def test_a_study_s_models_play_all_roles_and_a_rerun_asks_nothing(tmp_path: Path) -> None:
    from jurist.runs import read_study

    async with ModelServer(reply=play) as server:
        file = read_study(model_study(tmp_path, server.url, cases=10))
        first = await run_beside(file, tmp_path / "s.db")
        asked = server.counts.requests
        again = await run_beside(file, tmp_path / "s.db")
        assert server.counts.requests == asked
    assert (first.ending, again.ending, again.done) == ("finished", "finished", 0)
    store = open_store(str(tmp_path / "s.db"))
    rows = list(results(store, first.run))
    store.close()
    assert len(rows) == 10 + 9
    assert {row.question.origin for row in rows} == {"authored", "synthetic"}
    assert all(row.verdict.score is not None for row in rows)


# --- who judges where no judge is named ---


@pytest.mark.parametrize(
    ("roles", "judge"),
    [
        ('generators: [{llm: "ollama:m"}]', "proof > m (plain)"),
        ('generators: [rules, {llm: "ollama:a"}, {llm: "ollama:b"}]', "proof > a (plain)"),
        ('generators: [{llm: "ollama:m"}]\nmodel: "ollama:other"', "proof > other (plain)"),
        ('generators: [rules]\nmodel: "ollama:m"', "proof > m (plain)"),
        ("generators: [rules]", "proof"),
        ('generators: [{llm: "ollama:m"}]\njudges: [proof]', "proof"),
        ('generators: [rules]\nmodel: "ollama:m"\njudges: [proof]', "proof"),
    ],
)
def test_where_a_model_is_named_and_no_judge_it_rules_beyond_proof(
    tmp_path: Path, roles: str, judge: str
) -> None:
    file = study(tmp_path, roles=roles)
    made = plan(file, models=Models())
    assert list(made.casts["small"].judges) == [judge]
    assert ('"cascade"' in file.study.work()) is (judge != "proof")


def test_a_model_that_only_asks_rules_beyond_proof_too(tmp_path: Path) -> None:
    file = study(tmp_path, roles="generators: [rules]", use="all, generator: {llm: 'ollama:q'}")
    assert list(plan(file, models=Models()).casts["small"].judges) == ["proof > q (plain)"]


def test_a_model_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="model"):
        study(tmp_path, roles="generators: [rules]\nmodel: [a]")
