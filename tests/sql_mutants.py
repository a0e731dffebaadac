"""Mutants and rewrites of SQL, decided and held against readers that share nothing with Jurist.

    python tests/sql_mutants.py --count 20000 --seed 1 --processes 2

draws pairs of a query and of what one or two edits made of it, from schemas and queries of our
own and, where it is, from the shared data; decides each by all arms; and holds every witness
against a reader of the declared facts and against a SQLite of its own, from its JSON. It prints
each fault with the seed that makes it again (`--only 1-17`), what is undecided, and the figures.
Exit code 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from sql_mutant_judging import Judged, judge

_AT_ONCE = 50
"""Pairs between two reports of progress."""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=2_000, help="pairs")
    parser.add_argument("--start", type=int, default=0, help="the first pair's number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--undecided", type=Path, help="a file for the pairs left undecided")
    parser.add_argument("--only", help="a pair's seed, such as 1-17")
    asked = parser.parse_args()
    if asked.only:
        judged = judge(asked.only)
        print("nothing is drawn by this seed" if judged is None else judged.shown())
        return bool(judged and judged.faults)
    seeds = [f"{asked.seed}-{asked.start + i}" for i in range(asked.count)]
    start, found = time.monotonic(), list[Judged]()
    for done, some in _judged(seeds, asked.processes):
        found += some
        for each in some:
            if each.faults:
                print(f"\nWRONG {each.shown()}", flush=True)
        left = (time.monotonic() - start) / done * (asked.count - done)
        print(f"\r{done}/{asked.count}, {left:.0f} s left", end=" ", file=sys.stderr, flush=True)
    found.sort(key=lambda each: seeds.index(each.seed))
    if asked.undecided:
        lines = (each.shown() for each in found if each.verdict in {"open", "none up to k"})
        asked.undecided.write_text("\n".join(lines), encoding="utf-8")
    print("\n" + summary(found, len(seeds), time.monotonic() - start))
    return any(each.faults for each in found)


def _judged(seeds: Sequence[str], processes: int) -> Iterator[tuple[int, list[Judged]]]:
    """How many are done, and the outcomes that are new."""
    chunks = [seeds[i : i + _AT_ONCE] for i in range(0, len(seeds), _AT_ONCE)]
    done = 0
    if processes == 1:
        for chunk in chunks:
            done += len(chunk)
            yield done, judge_all(chunk)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = {pool.submit(judge_all, chunk): chunk for chunk in chunks}
        for finished in as_completed(waiting):
            done += len(waiting.pop(finished))
            yield done, finished.result()


def judge_all(seeds: Sequence[str]) -> list[Judged]:
    """The outcomes of the seeds that draw a pair."""
    return [judged for seed in seeds if (judged := judge(seed)) is not None]


def summary(found: Sequence[Judged], drawn: int, seconds: float) -> str:
    """The figures of a run, as lines."""
    lines = [f"{len(found)} pairs of {drawn} seeds in {seconds:.0f} s"]
    verdicts = Counter(each.verdict for each in found)
    lines.append(", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common()))
    relations = Counter(each.relation for each in found)
    lines.append(", ".join(f"{number} {relation}" for relation, number in relations.most_common()))
    operators = sorted({operator for each in found for operator in each.operators})
    lines.append(f"{'operator':<28}" + "".join(f"{verdict:>14}" for verdict in sorted(verdicts)))
    for operator in operators:
        own = Counter(each.verdict for each in found if operator in each.operators)
        cells = "".join(f"{own[verdict]:>14}" for verdict in sorted(verdicts))
        lines.append(f"{operator:<28}{cells}")
    reasons = Counter(
        re.sub(r"\d+", "N", each.reason)[:160] for each in found if each.verdict == "open"
    )
    lines += [f"  {number:>6}  {reason}" for reason, number in reasons.most_common(20)]
    times = sorted(each.ms for each in found)
    if times:
        median, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
        lines.append(f"ms a pair: median {median:.1f}, p95 {p95:.1f}, most {times[-1]:.0f}")
    faults = Counter(kind for each in found for kind, _ in each.faults)
    told = ", ".join(f"{number} {kind}" for kind, number in faults.most_common())
    lines.append(f"faults: {told or 'none'}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
