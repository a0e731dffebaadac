"""A large store made from the shipped demo's own rows: python -m benchmarks.big_store PLACE.

Its cases are the demo's, again and again under new ids, each with two questions whose words tell
them apart; generators of different quality answer with what the demo's baselines said of the case
or with its reference; `proof` rules as it did in the demo, `grader` as a model might.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import cycle, product
from pathlib import Path
from random import Random

import msgspec

from jurist.records import (
    Candidate,
    Case,
    Cost,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
)
from jurist.runs import Result, results
from jurist.store import Store, open_store, read_store
from jurist.store.engine import now_ms
from jurist.store.runs import (
    DatasetRecord,
    RunRecord,
    RunState,
    add_cases,
    create_run,
    datasets_of,
    list_runs,
    set_state,
)
from jurist.store.tables import TASKS

GENERATORS = {"large": 0.82, "retrieval": 0.74, "small": 0.55, "nearest": 0.3, "rules": 0.15}
"""How often each answers with the reference itself."""
_WORDS = (
    "please",
    "just",
    "only",
    "those",
    "who",
    "also",
    "shop",
    "with",
    "our",
    "wishlist",
    "team",
)
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is."""

    cases: int
    questions: int = 2
    generators: int = 5
    judges: tuple[str, ...] = ("proof", "grader")


def make_big(place: Path | str, sizes: dict[str, Size], *, demo: Path | None = None) -> None:
    """Fill a store with runs.

    Args:
        place: The store, file or URL; it is made.
        sizes: Of each run, by its id.
        demo: A store in which `jurist demo` has run; it is run where none is named.
    """
    with tempfile.TemporaryDirectory() as folder:
        if demo is None:
            command = [sys.executable, "-m", "jurist", "demo", "--folder", folder, "-q"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            demo = Path(folder) / "jurist.db"
        said = read_store(demo)
        record = next(each for each in list_runs(said) if each.name == "demo")
        told = list(results(said, record.id))
        datasets = datasets_of(said, record.id)
        said.close()
    store = open_store(place)
    for number, (run, size) in enumerate(sizes.items()):
        _make_run(store, run, size, record, datasets, told, Random(number))
    store.close()


def _make_run(
    store: Store,
    run: str,
    size: Size,
    record: RunRecord,
    datasets: tuple[DatasetRecord, ...],
    told: list[Result],
    chance: Random,
) -> None:
    names = list(GENERATORS)[: size.generators]
    judges = [_JUDGES[name] for name in size.judges]
    study = {**json.loads(record.study), "name": run, "generators": names, "judges": judges}
    roles = {"generators": {name: name for name in names}}
    roles["judges"] = {name: name for name in size.judges}
    create_run(
        store,
        RunRecord(run, run, 0, json.dumps(study), run, record.jurist),
        [replace(each, roles=roles) for each in datasets],
    )
    base = _by_case(told)
    cases = [
        (number, of_case[0].dataset, replace(of_case[0].case, id=f"{of_case[0].case.id}-{number}"))
        for number, of_case in zip(range(size.cases), cycle(base), strict=False)
    ]
    add_cases(store, run, cases)
    with store.read() as connection:
        now = now_ms(connection)
    rows: list[dict[str, object]] = []
    for (position, dataset, case), of_case in zip(cases, cycle(base), strict=False):
        for ordinal, name in product(range(size.questions), names):
            for row in _tasks(run, case, ordinal, name, of_case, size.judges, chance):
                place = {"run": run, "position": position, "dataset": dataset, "case_id": case.id}
                rows.append({**row, **place, "status": "done", "finished": now + position})
        if len(rows) >= _BATCH:
            _insert(store, rows)
    _insert(store, rows)
    set_state(store, run, RunState.FINISHED)


def _by_case(told: list[Result]) -> list[list[Result]]:
    found: dict[tuple[str, str], list[Result]] = {}
    for result in told:
        found.setdefault((result.dataset, result.case.id), []).append(result)
    return list(found.values())


def _tasks(
    run: str,
    case: Case,
    ordinal: int,
    generator: str,
    base: list[Result],
    judges: tuple[str, ...],
    chance: Random,
) -> Iterator[dict[str, object]]:
    """An answer's task and those of the verdicts on it."""
    draw = Random(f"{case.id} {ordinal}")
    words = " ".join(draw.sample(_WORDS, 5))
    origin = Origin.REAL if ordinal else Origin.AUTHORED
    question = Question(f"q{ordinal}", f"{base[0].question.text}, {words}", origin)
    candidate, verdict = _answered(base, generator, chance)
    cost = Cost(ms=chance.lognormvariate(6, 0.5), calls=1, usd=chance.uniform(1, 9) / 1e4)
    key = _key(run, case.id, ordinal, generator)
    common = {"ordinal": ordinal, "sample": 1, "generator": generator}
    yield {
        **common,
        "key": key,
        "parent": None,
        "stage": "candidates",
        "role": generator,
        "question": msgspec.json.encode(question).decode(),
        "payload": msgspec.json.encode(replace(candidate, cost=cost)).decode(),
    }
    for judge in judges:
        ruled = verdict if judge == "proof" else _graded(verdict, chance)
        yield {
            **common,
            "key": _key(key, judge),
            "parent": key,
            "stage": "verdicts",
            "role": judge,
            "question": None,
            "payload": msgspec.json.encode(ruled).decode(),
        }


def _answered(base: list[Result], generator: str, chance: Random) -> tuple[Candidate, Verdict]:
    reference = base[0].case.reference
    draw = chance.random()
    if draw > 0.995:
        failure = Failure(FailureKind.TIMEOUT, "no answer within 60 s")
        return Candidate(failure=failure), Verdict("proof", 1.0, "There is no answer.")
    if draw < GENERATORS[generator]:
        if reference is None:
            return Candidate(refusal="nothing names that"), Verdict(
                "proof", 5.0, "Rightly refused."
            )
        same = Evidence(Relation.EQUIVALENT, Method.IDENTICAL)
        return Candidate(reference), Verdict("proof", 5.0, "The same query.", evidence=same)
    result = chance.choice(base)
    return replace(result.candidate, notes=()), result.verdict


def _graded(verdict: Verdict, chance: Random) -> Verdict:
    """What a model might say where a proof said something."""
    cost = Cost(ms=chance.lognormvariate(7, 0.4), calls=1, usd=chance.uniform(2, 20) / 1e4)
    if chance.random() < 0.01:
        why = Failure(FailureKind.UNPARSABLE, "no score could be read from the reply")
        return Verdict("grader", None, unscored=why, cost=cost)
    score = (verdict.score or 3.0) + chance.choice((-1, 0, 0, 0, 0, 0, 1, 1))
    said = "The answer asks for what the question asks for, as far as it can be told."
    return Verdict("grader", float(min(5, max(1, score))), said, confidence=0.8, cost=cost)


def _insert(store: Store, rows: list[dict[str, object]]) -> None:
    if rows:
        with store.write() as connection:
            connection.execute(TASKS.insert(), rows)
    rows.clear()


def _key(*parts: object) -> str:
    return blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


_JUDGES: dict[str, object] = {"proof": "proof", "grader": {"llm": "openai:gpt", "name": "grader"}}


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.big_store", description=__doc__)
    parser.add_argument("place", help="the store to make, a file or URL")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--demo", type=Path, help="a store in which the demo has run")
    options = parser.parse_args()
    sizes = {"big-a": Size(options.cases), "big-b": Size(options.cases, judges=("proof",))}
    make_big(options.place, sizes, demo=options.demo)


if __name__ == "__main__":
    main()
