"""Hostile texts through all that reads a query, hostile pairs through all arms of the evidence.

    python tests/fuzz.py --count 1000000 --seed 1 --processes 2

Each text is refused with a `QuerySyntaxError` or goes through every walker; each pair ends
in evidence. Anything else is printed with the seed that makes it again (`--only SEED`): an
exception of another kind, something that the clock stopped, too much memory. One pair comes
for every fifty texts. Exit code 1 where something was found. `--start` goes on where a run
was ended, as its progress says.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import msgspec

from hostile_texts import hostile_pair, hostile_text
from jurist.errors import QuerySyntaxError
from jurist.evidence import decide
from jurist.languages.capabilities import Style
from jurist.languages.cql.arms import conditions
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.effort import STEPS, OutOfSteps, limited
from jurist.records import Relation

TEXTS_A_PAIR = 50
MOST_MB = 600
_GROWTH_MB = 100
"""In a process that other tests have filled beyond that already."""
_CHUNK = 500
_LONGEST_ERROR = 1_000
_LANGUAGE = CqlLanguage()
_STYLES = tuple(Style)


@dataclass(frozen=True)
class Looked:
    """What came of some texts and pairs."""

    count: int
    read: int
    """Texts that are queries."""
    undecided: int
    slowest_s: float
    slowest: str
    megabytes: int
    faults: tuple[str, ...]


def look_at(seeds: Iterator[str]) -> Looked:
    """Try each seed: that of a text, or with `pair` in it that of a pair."""
    count = read = undecided = 0
    slowest, slow = 0.0, ""
    before = _most_megabytes()  # of all that this process did so far
    faults: list[str] = []
    for seed in seeds:
        count += 1
        started = time.perf_counter()
        try:
            if "pair" in seed:
                undecided += _decided(seed) is Relation.UNDECIDED
            else:
                read += _is_read(seed)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            faults.append(f"{seed}: {type(error).__name__}: {str(error)[:300]}\n{where}")
        spent = time.perf_counter() - started
        if spent > slowest:
            slowest, slow = spent, seed
    megabytes = _most_megabytes()
    if megabytes > max(MOST_MB, before + _GROWTH_MB):
        faults.append(f"{megabytes} MB, more than {MOST_MB}")
    return Looked(count, read, undecided, slowest, slow, megabytes, tuple(faults))


def _most_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _is_read(seed: str) -> bool:
    """Whether a text is a query; then all that walks a query walks it."""
    rng = random.Random(seed)
    text = hostile_text(rng)
    try:
        query = _LANGUAGE.parse(text)
    except QuerySyntaxError as error:
        if len(str(error)) >= _LONGEST_ERROR:
            raise
        return False
    schema = _LANGUAGE.infer_schema(query)
    written = _LANGUAGE.format(query)
    assert _LANGUAGE.parse(written) == query, "its canonical text is another query"
    assert _LANGUAGE.parse(_LANGUAGE.layout(query)) == query, "its layout is another query"
    assert _LANGUAGE.parse(msgspec.json.encode(query).decode()) == query, (
        "its JSON view is another query"
    )
    _LANGUAGE.outline(query)
    _LANGUAGE.check(query, schema, text=text)
    _LANGUAGE.describe(query, schema, style=rng.choice(_STYLES), rng=rng)
    _LANGUAGE.requote(query, lambda quoted: quoted.text)
    with contextlib.suppress(OutOfSteps), limited(STEPS):
        conditions(query, schema)
    return True


def _decided(seed: str) -> Relation:
    one, other, schema = hostile_pair(random.Random(seed))
    return decide(_LANGUAGE, one, other, schema).relation


# --- runs -------------------------------------------------------------------------------------


def seeds(seed: int, first: int, last: int) -> Iterator[str]:
    """The seeds of so many texts, and of the pairs that come with them."""
    for i in range(first, last):
        yield f"{seed}-{i}"
        if i % TEXTS_A_PAIR == 0:
            yield f"{seed}-pair-{i}"


def _look_at_chunk(task: tuple[int, int, int]) -> Looked:
    return look_at(seeds(*task))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="texts")
    parser.add_argument("--start", type=int, default=0, help="the first text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", help="one seed, such as 1-17 or 1-pair-50")
    asked = parser.parse_args()
    if asked.only:
        looked = look_at(iter([asked.only]))
        print("\n".join(looked.faults) or f"nothing wrong, {looked.slowest_s:.2f} s")
        return bool(looked.faults)
    tasks = [
        (asked.seed, at, min(at + _CHUNK, asked.count))
        for at in range(asked.start, asked.count, _CHUNK)
    ]
    all_of: list[Looked] = []
    started = time.monotonic()
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        for task, looked in zip(tasks, pool.map(_look_at_chunk, tasks), strict=True):
            all_of.append(looked)
            for fault in looked.faults:
                print(f"\nFAULT {fault}\n", flush=True)
            left = (time.monotonic() - started) / len(all_of) * (len(tasks) - len(all_of))
            told = f"\r{task[2]}/{asked.count}, {left:.0f} s left (--start {task[2]} goes on here) "
            print(told, end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(summary(all_of))
    return any(looked.faults for looked in all_of)


def summary(all_of: list[Looked]) -> str:
    """The figures of a run."""
    slowest = max(all_of, key=lambda looked: looked.slowest_s)
    return (
        f"{sum(each.count for each in all_of)} texts and pairs, "
        f"{sum(each.read for each in all_of)} texts are queries, "
        f"{sum(each.undecided for each in all_of)} pairs undecided; "
        f"slowest {slowest.slowest} in {slowest.slowest_s:.2f} s; "
        f"at most {max(each.megabytes for each in all_of)} MB; "
        f"{sum(len(each.faults) for each in all_of)} faults"
    )


if __name__ == "__main__":
    sys.exit(main())
