"""What a generator tells beside its answer is kept in every form, and refused where absurd."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jurist.errors import DatasetError
from jurist.records import Candidate, Cost, FailureKind, Origin, Question, Speaker, Step, Turn
from jurist.roles.answers import read_answer, read_output
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.recorded import read_recording
from jurist.roles.spec import Means
from workspaces import small_workspace

COST = {
    "calls": 3,
    "cached_calls": 1,
    "input_tokens": 1200,
    "output_tokens": 80,
    "usd": 0.0125,
}
TOLD = {
    "query": "FROM USERS",
    "cost": COST,
    "notes": ["planned", "wrote"],
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "steps": [{"name": "plan", "cost": {"calls": 1, "usd": 0.01}}, {"name": "write"}],
    "transcript": [
        {"speaker": "generator", "text": "Which country?"},
        {"speaker": "user", "text": "Germany."},
    ],
}
STEPS = (Step("plan", Cost(calls=1, usd=0.01)), Step("write"))
TRANSCRIPT = (Turn(Speaker.GENERATOR, "Which country?"), Turn(Speaker.USER, "Germany."))
QUESTION = Question("q", "everybody?", Origin.AUTHORED)


def _is_whole(candidate: Candidate) -> None:
    """Everything of `TOLD` but its time, which is measured, or nothing, is there."""
    assert candidate.query == "FROM USERS"
    assert candidate.notes == ("planned", "wrote")
    assert candidate.trace_id == TOLD["trace_id"]
    assert candidate.steps == STEPS
    assert candidate.transcript == TRANSCRIPT
    assert candidate.cost == Cost(candidate.cost.ms, 3, 1, 1200, 80, 0.0125)


def _candidate(cost: Cost) -> Candidate:
    identity = str(TOLD["trace_id"])
    notes = ("planned", "wrote")
    return Candidate(
        "FROM USERS",
        cost=cost,
        notes=notes,
        trace_id=identity,
        steps=STEPS,
        transcript=TRANSCRIPT,
    )


def test_a_candidate_without_a_time_keeps_all_else_and_gets_the_measured_one() -> None:
    candidate = read_answer(_candidate(Cost(0.0, 3, 1, 1200, 80, 0.0125)), ms=40.0)
    _is_whole(candidate)
    assert candidate.cost.ms == 40.0


def _from_mapping(told: object) -> Candidate:
    answer = read_answer(told, ms=40.0)
    assert isinstance(answer, Candidate)
    return answer


def _from_json(told: object) -> Candidate:
    answer = read_output(json.dumps(told).encode(), ms=40.0)
    assert isinstance(answer, Candidate)
    return answer


@pytest.mark.parametrize("reads", [_from_mapping, _from_json])
def test_mappings_and_json_keep_all_and_their_own_time_goes_first(
    reads: Callable[[object], Candidate],
) -> None:
    _is_whole(reads(TOLD))
    assert reads(TOLD).cost.ms == 40.0
    assert reads(TOLD | {"cost": COST | {"ms": 7}}).cost.ms == 7.0
    assert reads({"refusal": "no", "cost": COST}).cost.usd == 0.0125
    failure = reads({"failure": "it was down", "cost": COST, "trace_id": "t"})
    assert (failure.cost.calls, failure.trace_id) == (3, "t")


def _command(_folder: Path) -> object:
    program = f"import json; print(json.dumps({TOLD!r}))"
    return {"command": [sys.executable, "-c", program]}


def _callable(folder: Path) -> object:
    (folder / "told_module.py").write_text(f"def answer(question):\n    return {TOLD!r}\n")
    return {"callable": "told_module:answer"}


def _object(folder: Path) -> object:
    (folder / "whole_module.py").write_text(
        "from jurist.records import Candidate, Cost\n"
        "async def answer(question):\n"
        "    return Candidate('FROM USERS', cost=Cost(calls=3, usd=0.5), trace_id='t')\n"
    )
    return {"callable": "whole_module:answer"}


@pytest.mark.parametrize("made", [_command, _callable])
async def test_roles_keep_it_all(made: Callable[[Path], object], tmp_path: Path) -> None:
    generator = load_generator(read_spec(made(tmp_path), GENERATORS), Means(tmp_path))
    candidate = await generator.answer(QUESTION, small_workspace())
    _is_whole(candidate)
    assert candidate.cost.ms > 0


async def test_a_candidate_of_a_function_keeps_its_bill(tmp_path: Path) -> None:
    generator = load_generator(read_spec(_object(tmp_path), GENERATORS), Means(tmp_path))
    candidate = await generator.answer(QUESTION, small_workspace())
    assert (candidate.cost.calls, candidate.cost.usd, candidate.trace_id) == (3, 0.5, "t")
    assert candidate.cost.ms > 0


async def test_an_endpoint_keeps_it_all() -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.json_response(TOLD)

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        spec = read_spec({"http": str(server.make_url("/"))}, GENERATORS)
        generator = load_generator(spec, Means(Path()))
        _is_whole(await generator.answer(QUESTION, small_workspace()))


async def test_a_recording_keeps_it_all_and_its_own_time_alone(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    timed = TOLD | {"case": "b", "cost": COST | {"ms": 7}}
    path.write_text(json.dumps({"case": "a", **TOLD}) + "\n" + json.dumps(timed) + "\n")
    recording = read_recording(path, name="theirs")

    async def answer(case: str) -> Candidate:
        return await recording.of_case(case).answer(QUESTION, small_workspace())

    _is_whole(await answer("a"))
    assert [(await answer(case)).cost.ms for case in ("a", "b")] == [0.0, 7.0]


ABSURD = [
    ({"cost": {"usd": -0.1}}, "usd is -0.1"),
    ({"cost": {"usd": 1e30}}, "usd is 1e+30"),
    ({"cost": {"ms": -1}}, "ms is -1"),
    ({"cost": {"calls": 1.5}}, "calls"),
    ({"cost": {"calls": True}}, "calls"),
    ({"cost": {"output_tokens": -3}}, "output_tokens is -3"),
    ({"cost": {"dollars": 1}}, "dollars"),
    ({"cost": 3}, "cost"),
    ({"notes": 3}, "notes"),
    ({"trace_id": "x" * 201}, "trace id"),
    ({"trace_id": "a\u202eb"}, "trace id"),
    ({"steps": [{"name": ""}]}, "step"),
    ({"steps": [{"name": "plan", "cost": {"usd": -1}}]}, "'plan': usd is -1"),
    ({"transcript": [{"speaker": "judge", "text": "x"}]}, "judge"),
]


@pytest.mark.parametrize(("told", "reason"), ABSURD)
def test_what_is_absurd_is_refused_with_its_reason(
    told: dict[str, object], reason: str, tmp_path: Path
) -> None:
    candidate = read_answer({"query": "FROM USERS", **told}, ms=4.0)
    assert candidate.failure is not None
    assert candidate.failure.kind is FailureKind.ERROR
    assert reason in candidate.failure.reason
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"case": "a", "query": "FROM USERS", **told}) + "\n")
    with pytest.raises(DatasetError, match="line 1"):
        read_recording(path, name="theirs")


@pytest.mark.parametrize("usd", [math.nan, math.inf, -1.0, "3", None])
def test_a_candidate_with_an_absurd_cost_is_a_failure(usd: object) -> None:
    cost = Cost(usd=usd)  # pyright: ignore[reportArgumentType]
    candidate = read_answer(Candidate("FROM USERS", cost=cost))
    assert candidate.failure is not None
    assert "usd" in candidate.failure.reason


def test_notes_are_kept_to_a_number_and_a_length() -> None:
    candidate = read_answer({"query": "x", "notes": ["n" * 5_000] * 80})
    assert len(candidate.notes) == 50
    assert candidate.notes[-1] == "31 further notes left out"
    assert len(candidate.notes[0]) == 2_000
    assert read_answer({"query": "x", "notes": "alone"}).notes == ("alone",)
