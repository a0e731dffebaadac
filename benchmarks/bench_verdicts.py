"""Verdicts in bulk, as `jurist judge` gives them, and the memory of 100,000 of them."""

from __future__ import annotations

import json
import os
import re
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import psutil

from benchmarks.measuring import WORKSPACES, is_quick, peak_mb, shipped
from jurist.records import Case
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.protocols import Workspace
from jurist.runs.bulk import BadLine, Judged, judge_all


def _next(number: re.Match[str]) -> str:
    return str(int(number[1]) + 1)


_CHANGES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![\d.'])(\d+)(?![\d.'])"), _next),
    (re.compile(r">="), ">"),
    (re.compile(r" AND "), " OR "),
    (re.compile(r" OR "), " AND "),
    (re.compile(r"within\((\d+) days\)"), r"within(\1 weeks)"),
    (re.compile(r"\btrue\b"), "false"),
    (re.compile(r"^(.*)$"), r"NOT (\1)"),
    (re.compile(r"^(.*)$"), r"(\1) AND (\1)"),
)
"""One text replacement each, at the first place that fits: simple mutants and one rewrite."""

_WARM = 64
"""Verdicts after which all processes have started and made what is made once."""


def bench() -> dict[str, float]:
    """Verdicts a second on all cores over shipped pairs; memory at a tenth and at the end."""
    pairs = {name: list(pairs_of(shipped(name)[1])) for name in WORKSPACES}
    _judge(shipped("shop")[0], pairs["shop"][:64], Counter())  # a first pool, its imports
    found: Counter[str] = Counter()
    took = steady = 0.0
    for name in WORKSPACES:
        started = time.perf_counter()
        moments = _judge(shipped(name)[0], pairs[name][: 150 if is_quick() else None], found)
        took += time.perf_counter() - started
        steady += (moments[-1] - moments[_WARM]) / (len(moments) - _WARM - 1)
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        "pairs": found.total(),
        "bulk_verdicts_per_s": len(WORKSPACES) / steady,
        "bulk_with_its_start_per_s": found.total() / took,
        "equivalent_percent": 100 * found["equivalent"] / found.total(),
        "undecided_percent": 100 * found["undecided"] / found.total(),
        **_memory(10_000 if is_quick() else 100_000),
    }


def pairs_of(cases: tuple[Case, ...]) -> Iterator[tuple[str, str]]:
    """Each reference against its neighbour and against what one replacement makes of it."""
    for case, other in zip(cases, (*cases[1:], cases[0]), strict=True):
        reference = case.reference or ""
        yield reference, other.reference or ""
        for pattern, replacement in _CHANGES:
            changed = pattern.sub(replacement, reference, count=1)
            if changed != reference:
                yield reference, changed


def _judge(
    workspace: Workspace, pairs: Iterable[tuple[str, str]], found: Counter[str]
) -> array[float]:
    """Judge in a pool of its own; returns the moment of each verdict."""
    moments = array("d")

    def count(outcome: Judged | BadLine) -> None:
        assert isinstance(outcome, Judged)
        evidence = outcome.verdict.evidence
        found[str(evidence.relation) if evidence else "no query"] += 1
        moments.append(time.perf_counter())

    judge_all(_lines(pairs), workspace, lambda pool: ProofJudge(pool=pool), count)
    return moments


def _lines(pairs: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    for number, (reference, candidate) in enumerate(pairs):
        triple = {"id": str(number), "reference": reference, "candidate": candidate}
        yield json.dumps(triple).encode() + b"\n"


def _memory(count: int) -> dict[str, float]:
    """This process's memory while it judges many cheap pairs that are all different."""
    workspace, _ = shipped("shop")
    process = psutil.Process()
    held: dict[int, float] = {}

    def pairs() -> Iterator[tuple[str, str]]:
        for number in range(count):
            if number in (count // 10, count - 1):
                held[number] = process.memory_info().rss / 1e6
            event = f"event('Order Completed').within({number % 300 + 1} days).count()"
            yield f"{event} >= {number + 1}", f"{event} > {number}"

    found: Counter[str] = Counter()
    started = time.perf_counter()
    _judge(workspace, pairs(), found)
    assert found == {"equivalent": count}, found
    return {
        f"held_at_{count // 10}_mb": held[count // 10],
        f"held_at_{count}_mb": held[count - 1],
        f"growth_to_{count}_percent": 100 * (held[count - 1] / held[count // 10] - 1),
        f"judging_{count}_peak_mb": peak_mb(),
        "cheap_verdicts_per_s": count / (time.perf_counter() - started),
    }


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:36} {value:12,.1f}")
