"""How far a model judge's scores move when it is told pseudonyms, with a model on this machine.

    python benchmarks/privacy_scores.py http://127.0.0.1:8091/v1#qwen --pairs 24 > scores.json

The same pairs (mutants and rewrites of shipped references, drawn with a seed) are judged at each
level; temperature is 0, so what differs is what the model was told. Reported are the mean of the
differences of scores with a 95 % interval (Student's t over pairs), the share of pairs whose score
is the same, and how often each level's score lies on the side of 3 that proof says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import statistics
import sys
import tempfile
from pathlib import Path

from scipy.stats import t as student

from jurist.languages.capabilities import Mutates, require
from jurist.records import Candidate, Case, Question, Relation
from jurist.roles.loading import load_judge
from jurist.runs import parse_study
from jurist.runs.borders import border_of
from jurist.runs.datasets import load_dataset
from jurist.runs.means import means_of
from jurist.runs.reaching import reach_models
from jurist.runs.study import DatasetEntry
from jurist.store import open_store

LEVELS = ("off", "values", "values and names")
Pair = tuple[Question, Case, Candidate, bool]


def drawn(name: str, pairs: int, seed: int) -> list[Pair]:
    """Pairs of a shipped dataset: a reference with values, and a variant of it."""
    dataset = load_dataset(DatasetEntry(name=name), Path())
    workspace = dataset.workspace
    mutates = require(workspace.language, Mutates, needed_by="this benchmark")
    rng = random.Random(seed)
    cases = [case for case in dataset.cases if case.questions]
    rng.shuffle(cases)
    found: list[Pair] = []
    for case in cases:
        if case.reference is None:
            continue
        query = workspace.language.parse(case.reference, workspace.schema)
        text = workspace.language.format(query)
        if sum(sign in text for sign in "'0123456789") < 2:
            continue
        same = len(found) % 2 == 0
        variants = list(
            mutates.rewrites(query, workspace.schema)
            if same
            else mutates.mutants(query, workspace.schema)
        )
        if not same:
            variants = [v for v in variants if v.evidence.relation is not Relation.EQUIVALENT]
        if not variants:
            continue
        variant = rng.choice(variants)
        answer = Candidate(query=workspace.language.format(variant.query))
        found.append((case.questions[0], case, answer, same))
        if len(found) == pairs:
            break
    return found


async def judged(
    model: str, level: str, name: str, pairs: list[Pair], folder: Path
) -> list[float | None]:
    """The scores of one level."""
    file = parse_study(
        f'name: n\ndatasets: [{name}]\ngenerators: [rules]\njudges: [{{llm: "{model}"}}]\n'
        f"privacy: {{level: {level}}}\n",
        folder=folder,
    )
    dataset = load_dataset(DatasetEntry(name=name), Path())
    store = open_store(folder / "s.db")
    try:
        async with reach_models(file, store) as models:
            border = border_of(
                file.kept_in(store.place), [dataset.workspace], {name: dataset.cases}
            )
            means = means_of(
                file, models=models, language=dataset.workspace.language, border=border
            )
            judge = load_judge(file.roles.judges[0], means)
            scores: list[float | None] = []
            for question, case, candidate, _ in pairs:
                verdict = await judge.judge(question, case, candidate, dataset.workspace)
                scores.append(verdict.score)
                print(level, len(scores), verdict.score, verdict.unscored, file=sys.stderr)
            return scores
    finally:
        store.close()


def shift(base: list[float | None], other: list[float | None]) -> dict[str, object]:
    """How far scores moved over the pairs that have both."""
    both = [(a, b) for a, b in zip(base, other, strict=True) if a is not None and b is not None]
    moves = [b - a for a, b in both]
    n = len(moves)
    mean = statistics.fmean(moves)
    half = float(student.ppf(0.975, n - 1)) * statistics.stdev(moves) / math.sqrt(n)
    return {
        "pairs": n,
        "mean_difference": round(mean, 3),
        "low": round(mean - half, 3),
        "high": round(mean + half, 3),
        "mean_absolute": round(statistics.fmean(map(abs, moves)), 3),
        "same_score": round(sum(m == 0 for m in moves) / n, 3),
    }


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--dataset", default="shop")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pairs = drawn(given.dataset, given.pairs, given.seed)
    result: dict[str, object] = {"model": given.model.rpartition("#")[2], "pairs": len(pairs)}
    with tempfile.TemporaryDirectory() as folder:
        scores = {
            level: await judged(given.model, level, given.dataset, pairs, Path(folder))
            for level in LEVELS
        }
    for level in LEVELS:
        said = [(s >= 3) == same for s, (*_, same) in zip(scores[level], pairs, strict=True) if s]
        result[level] = {
            "scored": sum(s is not None for s in scores[level]),
            "agrees_with_proof": round(sum(said) / len(said), 3),
            "scores": scores[level],
        } | ({} if level == "off" else shift(scores["off"], scores[level]))
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
