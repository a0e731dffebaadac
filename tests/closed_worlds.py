"""Verdicts on small worlds, held against every customer there is.

    python tests/closed_worlds.py --count 200000 --seed 1 --processes 2

draws schemas and queries, enumerates the customers of each, and holds every relation, every
claim that nobody or everybody is in an audience, and every witness against them. It prints
progress, each wrong verdict with the seed that makes it again (`--only SEED`, such as
`1-17` for a world or `1-17/4` for one of its pairs: where that alone is right, an earlier
pair of the world matters, which is a fault too), and a summary. What is done is kept in
a file, so that a run can be stopped and resumed. Exit code 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from closed_judging import PAIRS, Outcome, Tally, judge_world
from jurist.records import Relation


@dataclass(frozen=True)
class Step:
    """How far a run is, after one more world."""

    done: int
    kept: int
    """Of those done, what an earlier run did."""
    worlds: int
    tally: Tally
    """Of the one world."""


def run(seeds: Iterable[str], *, pairs: int = PAIRS) -> Tally:
    """Judge many worlds in this process."""
    tally = Tally()
    for seed in seeds:
        tally.add(judge_world(seed, pairs=pairs))
    return tally


def run_resumed(
    seed: int,
    count: int,
    *,
    processes: int,
    state: Path,
    progress: Callable[[Step], None],
    pairs: int = PAIRS,
) -> Tally:
    """Judge many worlds in several processes, without those that the state file has.

    The outcomes do not depend on how many processes there are, nor on interruptions: the
    file is started anew where the code that they come from is no longer the same.

    Args:
        seed: Of all that is drawn.
        count: How many pairs, in whole worlds.
        processes: How many at once.
        state: The file.
        progress: Is called with each world's outcomes, first with those that were kept.
        pairs: Of one world.
    """
    worlds = [f"{seed}-{i}" for i in range(-(-count // pairs))]
    done = _read_state(state, pairs)
    tallies = {name: done[name] for name in worlds if name in done}
    kept = len(tallies)
    for i, tally in enumerate(tallies.values()):
        progress(Step(i + 1, i + 1, len(worlds), tally))
    left = [name for name in worlds if name not in done]
    with state.open("a", encoding="utf-8") as file:
        for name, tally in _judged(left, processes, pairs):
            tallies[name] = tally
            print(json.dumps({"world": name, **asdict(tally)}), file=file, flush=True)
            progress(Step(len(tallies), kept, len(worlds), tally))
    ordered = Tally()
    for name in worlds:
        ordered.add(tallies[name])
    return ordered


def _judged(worlds: list[str], processes: int, pairs: int) -> Iterator[tuple[str, Tally]]:
    """Each world with its outcomes, as they come."""
    if processes == 1:
        for name in worlds:
            yield name, judge_world(name, pairs=pairs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = {pool.submit(judge_world, name, pairs=pairs): name for name in worlds}
        for finished in as_completed(waiting):
            yield waiting.pop(finished), finished.result()


def _read_state(state: Path, pairs: int) -> dict[str, Tally]:
    """What a state file holds, if this code wrote it; else it is started anew."""
    head = json.dumps({"code": code_digest(), "pairs": pairs})
    lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
    if not lines or lines[0] != head:
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(head + "\n", encoding="utf-8")
        return {}
    done: dict[str, Tally] = {}
    for i, line in enumerate(lines[1:]):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:  # cut off when the run was stopped
            whole = lines[: i + 1]
            state.write_text("".join(f"{each}\n" for each in whole), encoding="utf-8")
            break
        outcomes = [Outcome(**each) for each in record["outcomes"]]
        done[record["world"]] = Tally(outcomes, record["refused"], record["drawn"])
    return done


def code_digest() -> str:
    """Hash of the language and of these tests: other code may find otherwise."""
    tests = Path(__file__).parent
    package = tests.parent / "src" / "jurist"
    sources = sorted([*package.glob("languages/**/*.py"), *package.glob("evidence/*.py")])
    names = (
        "closed_*.py",
        "cql_oracle.py",
        "json_documents.py",
        "oracle_*.py",
        "legal_subjects.py",
        "verdict_checks.py",
    )
    mine = sorted(path for name in names for path in tests.glob(name))
    digest = hashlib.sha256()
    for path in (*sources, *mine):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def summary(tally: Tally) -> str:
    """The figures of a run, as lines."""
    heads = [*(str(relation) for relation in Relation), "raised"]
    lines = [f"{'':<34}" + "".join(f"{head:>12}" for head in heads)]
    groups = Counter((each.world, each.complete, each.relation) for each in tally.outcomes)
    for world, complete in sorted({(world, complete) for world, complete, _ in groups}):
        name = f"{world}, {'complete' if complete else 'to refute'}"
        cells = "".join(f"{groups[world, complete, head]:>12}" for head in heads)
        lines.append(f"{name:<34}{cells}")
    kinds = Counter(each.kind for each in tally.outcomes)
    lines.append("pairs by kind: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))
    whole = len(tally.outcomes)
    for relation in (Relation.UNDECIDED, Relation.DIFFERENT):
        number = sum(each.relation == relation for each in tally.outcomes)
        lines.append(f"{relation}: {number} of {whole} ({number / (whole or 1):.3%})")
    reasons = Counter(
        re.sub(r"\d+", "N", f"{each.relation}: {each.reason}")
        for each in tally.outcomes
        if each.reason
    )
    lines += [f"  {number:>6}  {reason[:160]}" for reason, number in reasons.most_common(20)]
    times = sorted(each.ms for each in tally.outcomes if each.arms == "proof")
    if times:
        median, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
        lines.append(f"ms a proof: median {median:.1f}, p99 {p99:.1f}, most {times[-1]:.1f}")
    lines.append(f"{tally.refused} of {tally.drawn} drawn conditions were refused by the check")
    of = Counter(each.fault for each in tally.wrong)
    lines.append(
        f"{whole} pairs: {of['relation']} wrong relations, {of['witness']} with illegal or "
        f"false witnesses, {of['raised']} exceptions"
    )
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=2_000, help="pairs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--state", type=Path, help="where what is done is kept")
    parser.add_argument("--only", help="a world's seed, such as 1-17, or a pair's: 1-17/4")
    asked = parser.parse_args()
    if asked.only:
        name, _, number = asked.only.partition("/")
        only = int(number) if number.isdigit() else None
        tally = judge_world(name, only=only)
        for outcome in tally.outcomes:
            if outcome.wrong or (only is not None):
                print(outcome.wrong or f"right: {outcome.relation} {outcome.reason}")
        return bool(tally.wrong)
    start = time.monotonic()

    def progress(step: Step) -> None:
        fresh = step.done - step.kept
        left = (time.monotonic() - start) / max(fresh, 1) * (step.worlds - step.done)
        shown = f"{left:.0f} s left" if fresh else "kept"
        print(f"\r{step.done}/{step.worlds} worlds, {shown}", end=" ", file=sys.stderr, flush=True)
        for outcome in step.tally.wrong:
            print(f"\nWRONG {outcome.wrong}\n", flush=True)

    state = asked.state or Path(".closed-worlds") / f"seed-{asked.seed}.jsonl"
    tally = run_resumed(
        asked.seed, asked.count, processes=asked.processes, state=state, progress=progress
    )
    print(file=sys.stderr)
    print(summary(tally))
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
