"""What a generator tells beside its answer: cost, notes, trace id, steps, transcript.

It is the same in every form of answer (a mapping, a `Candidate`, JSON of a command or a server,
a line of a recording). What is absurd is refused with its reason, and the answer with it: a bill
that is wrong would be added to others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import Final, NamedTuple

import msgspec

from jurist.plurals import counted
from jurist.records import Candidate, Cost, Step, Turn
from jurist.shortening import shortened

_MOST_MS: Final = 7 * 24 * 3600 * 1000
_MOST_COUNTED: Final = 10**12
_MOST_USD: Final = 10**6
_MOST: Final = {"ms": _MOST_MS, "usd": _MOST_USD}
"""By part of a cost; of all others `_MOST_COUNTED`."""
_OF_COST: Final = tuple(field.name for field in fields(Cost))
_costs: Final = attrgetter(*_OF_COST)
_MOST_NOTES: Final = 50
_LONGEST_NOTE: Final = 2_000
_LONGEST_ID: Final = 200
_MOST_STEPS: Final = 100
_MOST_TURNS: Final = 200
_LONGEST_TURN: Final = 10_000
_PARTS: Final = ("cost", "notes", "trace_id", "steps", "transcript")


class _GivenCost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ms: float = 0.0
    calls: int = 0
    cached_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0


class Particulars(msgspec.Struct, frozen=True, kw_only=True):
    """What is told beside an answer; each part may be left out."""

    cost: _GivenCost = _GivenCost()
    notes: tuple[str, ...] | str = ()
    trace_id: str = ""
    steps: tuple[Step, ...] = ()
    transcript: tuple[Turn, ...] = ()


class Told(NamedTuple):
    """The parts that can be used, or why they cannot."""

    particulars: Particulars
    problem: str = ""


def read_particulars(answer: Mapping[object, object]) -> Told:
    """What a mapping tells beside its query, refusal or failure; its other keys are let be."""
    given = {part: answer[part] for part in _PARTS if answer.get(part) is not None}
    try:
        return Told(msgspec.convert(given, Particulars, from_attributes=True))
    except (msgspec.ValidationError, TypeError) as error:
        return Told(Particulars(), f"what it tells beside its answer: {error}"[:300])


def with_particulars(candidate: Candidate, told: Particulars, *, ms: float) -> Candidate:
    """The candidate with all that was told.

    Args:
        candidate: The answer itself.
        told: What was told beside it.
        ms: How long it took as measured here, which counts where it tells no time of its own.
    """
    cost = Cost(**msgspec.structs.asdict(told.cost))
    notes = (told.notes,) if isinstance(told.notes, str) else told.notes
    return replace(
        candidate,
        cost=cost if cost.ms else replace(cost, ms=ms),
        notes=notes,
        trace_id=told.trace_id,
        steps=told.steps,
        transcript=told.transcript,
    )


def bounded(candidate: Candidate) -> Candidate:
    """The candidate with no more and no longer notes than are kept."""
    notes = candidate.notes
    if len(notes) > _MOST_NOTES:
        left_out = len(notes) - _MOST_NOTES + 1
        notes = (*notes[: _MOST_NOTES - 1], f"{counted(left_out, 'further note')} left out")
    if any(len(note) > _LONGEST_NOTE for note in notes):
        notes = tuple(shortened(note, _LONGEST_NOTE) for note in notes)
    return candidate if notes is candidate.notes else replace(candidate, notes=notes)


def unsound(candidate: Candidate) -> str:
    """Why what a candidate tells beside its answer cannot be used; empty where it can."""
    try:  # whoever makes a Candidate may put anything into it
        msgspec.convert(msgspec.to_builtins(candidate), Candidate)
    except (msgspec.ValidationError, TypeError) as error:
        return f"its Candidate cannot be kept: {error}"[:300]
    return find_fault(candidate)


def find_fault(told: Candidate | Particulars) -> str:
    """What of a cost, a trace id, steps and a transcript cannot be kept; empty where all can."""
    problem = _unsound_cost(told.cost, "its cost")
    if problem:
        return problem
    identity = told.trace_id
    if len(identity) > _LONGEST_ID or not identity.isprintable():
        return f"its trace id has {len(identity):,} characters, at most {_LONGEST_ID}, printable"
    if len(told.steps) > _MOST_STEPS:
        return f"it tells of {len(told.steps):,} steps, at most {_MOST_STEPS} are kept"
    for step in told.steps:
        if not 0 < len(step.name.strip()) <= _LONGEST_ID:
            return f"a step's name has {len(step.name):,} characters, expected 1 to {_LONGEST_ID}"
        problem = _unsound_cost(step.cost, f"its step {step.name!r}")
        if problem:
            return problem
    turns = told.transcript
    if len(turns) > _MOST_TURNS or any(len(turn.text) > _LONGEST_TURN for turn in turns):
        most = f"{_MOST_TURNS} turns of {_LONGEST_TURN:,} characters"
        return f"its transcript is too long, at most {most} are kept"
    return next(filter(None, (_unsound_cost(turn.cost, "a turn") for turn in turns)), "")


def _unsound_cost(cost: Cost | _GivenCost, whose: str) -> str:
    values = _costs(cost)
    if min(values) >= 0 and sum(values) <= _MOST_USD:  # NaN is at most nothing: the sum has it
        return ""  # as nearly always, and each answer is looked at twice
    for name in _OF_COST:
        value: float = getattr(cost, name)
        most = _MOST.get(name, _MOST_COUNTED)
        if not (math.isfinite(value) and 0 <= value <= most):
            return f"{whose}: {name} is {value}, expected a number from 0 to {most:,}"
    return ""
