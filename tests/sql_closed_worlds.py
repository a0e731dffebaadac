"""Verdicts on SQL held against all databases of small worlds.

    python tests/sql_closed_worlds.py --count 20000 --seed 1 --processes 2

draws schemas and queries, most of them near to each other, has each pair decided, and holds the
relation, what is said of databases up to a size, and each witness against an oracle that shares
nothing with the project. It prints progress, each wrong verdict with the seed that makes it
again (`--only 1-17` for a world, `--only 1-17/4` for one of its pairs), and a summary. Exit code 1
where anything is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.records import Evidence
from sql_closed_judging import PAIRS, Decides, Tally, judge_world, summary


def decided(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
    """What all arms say of a pair."""
    language = get_language("sql")
    return decide(language, parse(reference, schema), parse(candidate, schema), schema)


def run(seeds: Iterable[str], decides: Decides = decided, *, pairs: int = PAIRS) -> Tally:
    """Judge many worlds in this process."""
    tally = Tally()
    for seed in seeds:
        tally.add(judge_world(seed, decides, pairs=pairs))
    return tally


def _judged(worlds: list[str], processes: int) -> Iterator[Tally]:
    """The outcomes of each world, as they come."""
    judge = partial(judge_world, decides=decided)
    if processes == 1:
        yield from map(judge, worlds)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for finished in as_completed([pool.submit(judge, name) for name in worlds]):
            yield finished.result()


def run_many(
    seed: int, count: int, *, processes: int, progress: Callable[[int, int, Tally], None]
) -> Tally:
    """Judge many pairs, in whole worlds; `progress` hears how many are done, and the latest."""
    worlds = [f"{seed}-{i}" for i in range(-(-count // PAIRS))]
    whole = Tally()
    for done, tally in enumerate(_judged(worlds, processes), 1):
        whole.add(tally)
        progress(done, len(worlds), tally)
    return whole


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=2_000, help="pairs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", help="a world's seed, such as 1-17, or a pair's: 1-17/4")
    asked = parser.parse_args()
    if asked.only:
        name, _, number = asked.only.partition("/")
        tally = judge_world(name, decided, only=int(number) if number else None)
        for one in tally.outcomes:
            print(one.seed, one.truth, one.relation, one.method, one.reason, one.wrong, sep="\n  ")
        return bool(tally.wrong)
    start = time.monotonic()

    def progress(done: int, of: int, tally: Tally) -> None:
        left = (time.monotonic() - start) / done * (of - done)
        print(f"\r{done}/{of} worlds, {left:.0f} s left", end=" ", file=sys.stderr, flush=True)
        for outcome in tally.wrong:
            print(f"\nWRONG {outcome.fault} {outcome.seed} {outcome.wrong}\n", flush=True)

    tally = run_many(asked.seed, asked.count, processes=asked.processes, progress=progress)
    print(file=sys.stderr)
    print(summary(tally))
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
