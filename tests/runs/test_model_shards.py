"""Shares of a run whose roles are models: what they asked, paid and kept adds up to the run's."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from jurist.models import Amount, BatchRecord
from jurist.models.prices import PICO
from jurist.records import Cost
from jurist.runs import Ending, Outcome, StudyFile, read_study, results, run_study
from jurist.runs.reaching import logging_in
from jurist.runs.shards import WHOLE, Shard
from jurist.store import Store, open_store
from jurist.store.accounts import drawn
from jurist.store.counters import audit_counts
from jurist.store.merging import merge_shares
from jurist.store.sent import count_repeats
from model_server import Json, ModelServer, digest
from model_studies import model_study, play, rows_of, told
from studies import write_dataset

PRICES = 'models: {{prices: {{"{url}#test-model": {{input: 1000, output: 5000}}}}}}'


def distinct(body: Json) -> str:
    """As `play`, with no two questions alike: no request of two cases is the same."""
    said = play(body)
    return said.replace("the description number", f"the description {digest(body)}")


def begin(study: StudyFile, place: Path, shard: Shard = WHOLE) -> Outcome:
    store = open_store(place)
    try:
        return run_study(study, store, workers=1, shard=shard)
    finally:
        store.close()


async def run_shares(study: StudyFile, folder: Path, of: int, ending: Ending) -> str:
    """All shares, side by side."""
    shards = [Shard(number, of) for number in range(1, of + 1)]
    outcomes = await asyncio.gather(
        *(
            asyncio.to_thread(begin, study, folder / f"part{shard.number}.db", shard)
            for shard in shards
        )
    )
    assert {outcome.ending for outcome in outcomes} == {ending}
    return outcomes[0].run


def merge(folder: Path, of: int, run: str) -> Store:
    parts = [open_store(folder / f"part{number}.db") for number in range(1, of + 1)]
    whole = open_store(folder / "merged.db")
    merge_shares(parts, whole, run)
    for part in parts:
        part.close()
    audit_counts(whole, run)
    return whole


def paid(store: Store, run: str) -> Cost:
    """What the run's results say that they cost; an answer once, however many judged it."""
    costs = [row.verdict.cost for row in results(store, run)]
    costs += {row.task: row.candidate.cost for row in results(store, run)}.values()
    return replace(sum(costs, Cost()), ms=0, usd=0)


def ledger(store: Store) -> set[tuple[object, ...]]:
    """All of the ledger but when it was and how long it took."""
    columns = "key, kind, model, request, reply, input_tokens, output_tokens, usd, attempts"
    with store.read() as connection:
        return {tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM exchanges"))}  # noqa: S608


async def test_shares_with_models_add_up_to_the_run(tmp_path: Path) -> None:
    async with ModelServer(reply=distinct) as server:
        extra = PRICES.format(url=server.url) + "\nbudget: {usd: 1000, tokens: 900000, calls: 900}"
        study = read_study(model_study(tmp_path, server.url, cases=14, extra=extra))
        whole = await asyncio.to_thread(begin, study, tmp_path / "whole.db")
        assert whole.ending is Ending.FINISHED
        asked = Counter(map(told, server.counts.bodies))
        billed = server.counts.input_tokens, server.counts.output_tokens
        assert set(asked.values()) == {1}
        run = await run_shares(study, tmp_path, 3, Ending.FINISHED)
        assert Counter(map(told, server.counts.bodies)) == Counter(
            dict.fromkeys(asked, 2)
        )  # nothing was asked in two shares
        alone, merged = open_store(tmp_path / "whole.db"), merge(tmp_path, 3, run)
        assert run == whole.run
        assert rows_of(merged, run) == rows_of(alone, run)
        assert ledger(merged) == ledger(alone)
        total = Amount(
            int((Decimal(billed[0]) * 1000 + Decimal(billed[1]) * 5000) / 10**6 * PICO),
            sum(billed),
            asked.total(),
        )
        assert drawn(merged, run) == drawn(alone, run) == total
        assert count_repeats(merged, run) == 0
        assert paid(merged, run) == paid(alone, run)
        calls = len(server.counts.bodies)
        merged.close()
        alone.close()
        again = await asyncio.to_thread(begin, study, tmp_path / "merged.db")
        assert (again.ending, again.done, again.open) == (Ending.FINISHED, 0, 0)
        assert len(server.counts.bodies) == calls


RETRIEVAL = """
name: retrieving
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{llm: "MODEL", name: writer, neighbours: 2, embeddings: "URL#embedder"}]
judges: [{llm: "MODEL", name: strict}]
concurrency: 4
budget: {calls: 900}
"""


async def test_what_several_shares_asked_is_one_exchange_and_a_repeat(tmp_path: Path) -> None:
    """Each share embeds the whole memory, for it knows nothing of the others."""
    async with ModelServer(reply=play) as server:
        write_dataset(tmp_path, cases=12)
        model = f"{server.url}#test-model"
        file = tmp_path / "study.yaml"
        file.write_text(RETRIEVAL.replace("MODEL", model).replace("URL", server.url))
        whole = await asyncio.to_thread(begin, read_study(file), tmp_path / "whole.db")
        sent = bodies(server)
        server.counts.bodies.clear()
        for number in (1, 2, 3):  # a process each: else repeats could be taken for retries
            command = ("run", "study.yaml", "--shard", f"{number}/3", "--store", f"part{number}.db")
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "jurist", *command, "--quiet", cwd=tmp_path
            )
            assert await child.wait() == 0
        alone, merged = open_store(tmp_path / "whole.db"), merge(tmp_path, 3, whole.run)
        again = bodies(server)
        assert rows_of(merged, whole.run) == rows_of(alone, whole.run)
        assert {row[0] for row in ledger(merged)} == {row[0] for row in ledger(alone)}
        assert drawn(merged, whole.run).calls == again.total()
        assert set(again) == set(sent)
        assert count_repeats(merged, whole.run) == again.total() - len(again) >= 2
        assert count_repeats(alone, whole.run) == 0
        merged.close()
        alone.close()


def bodies(server: ModelServer) -> Counter[str]:
    return Counter(json.dumps(body, sort_keys=True) for body in server.counts.bodies)


async def test_the_budget_of_all_shares_is_the_run_s(tmp_path: Path) -> None:
    async with ModelServer(reply=distinct) as server:
        extra = PRICES.format(url=server.url) + "\nbudget: {calls: 40}"
        file = model_study(tmp_path, server.url, cases=14, extra=extra)
        run = await run_shares(read_study(file), tmp_path, 3, Ending.OUT_OF_BUDGET)
        assert len(server.counts.bodies) == 40
        merged = merge(tmp_path, 3, run)
        assert drawn(merged, run).calls == 40
        merged.close()
        stuck = await asyncio.to_thread(begin, read_study(file), tmp_path / "merged.db")
        assert stuck.ending is Ending.OUT_OF_BUDGET
        assert len(server.counts.bodies) == 40
        extra = PRICES.format(url=server.url) + "\nbudget: {calls: 400}"
        larger = read_study(model_study(tmp_path, server.url, cases=14, extra=extra))
        last = await asyncio.to_thread(begin, larger, tmp_path / "merged.db")
        assert (last.ending, last.open, last.run) == (Ending.FINISHED, 0, run)
        assert set(Counter(map(told, server.counts.bodies)).values()) == {1}
        whole = await asyncio.to_thread(begin, larger, tmp_path / "whole.db")
        alone, merged = open_store(tmp_path / "whole.db"), open_store(tmp_path / "merged.db")
        assert rows_of(merged, run) == rows_of(alone, whole.run)
        assert ledger(merged) == ledger(alone)
        assert drawn(merged, run) == drawn(alone, run)
        merged.close()
        alone.close()


async def test_a_batch_that_a_share_has_under_way_is_not_lost(tmp_path: Path) -> None:
    async with ModelServer(reply=play) as server:
        file = read_study(model_study(tmp_path, server.url, cases=4))
        run = await run_shares(file, tmp_path, 2, Ending.FINISHED)
    under_way = BatchRecord("tag", "batch-1", "provider:m", ("key",), 1)
    share = open_store(tmp_path / "part2.db")
    async with logging_in(share) as kept:
        await kept.save_batch(under_way)
    share.close()
    merged = merge(tmp_path, 2, run)
    async with logging_in(merged) as kept:
        assert await kept.batches_under_way("provider:m") == (under_way,)
    merged.close()
