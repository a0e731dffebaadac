"""Judging recorded triples in bulk: a stream in, verdicts out in the same order, memory flat."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from jurist.errors import InputError, InternalContradiction, ModelError
from jurist.event_loops import run_to_end
from jurist.languages.file_kinds import PAIRS, kind_by_line
from jurist.languages.lines import LONGEST_LINE, decode_line, is_blank
from jurist.records import (
    Candidate,
    Case,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
)
from jurist.roles.foreign import outcome_of
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Judge, Workspace

_LONGEST_SKIPPED: Final = 200_000_000
"""Most bytes of a line that is skipped: whatever is longer has no end."""
_EXPECTED: Final = '{"id", "reference", "candidate", "question" (optional)}'
_WINDOW: Final = 256


@dataclass(frozen=True, slots=True)
class Judged:
    """A triple and its verdict."""

    line: int
    """From 1."""
    id: str
    verdict: Verdict
    contradiction: str = ""
    """Where two methods of ours disagree about it, which leaves no verdict: all of the bug."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no triple."""

    line: int
    problem: str
    expected: str = _EXPECTED
    fix: str = "mend this line; the others are judged"
    other_file: bool = False
    """The line is one of another kind of file: then so are all."""


class _Triple(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str | int
    candidate: str | None
    reference: str | None
    question: str = ""


async def judge_pairs(
    lines: Iterable[bytes],
    workspace: Workspace,
    make_judge: Callable[[ProofPool | None], Judge],
    *,
    pool: ProofPool | None = None,
    window: int = _WINDOW,
) -> AsyncGenerator[Judged | BadLine]:
    """Judge triples as they come; what comes out is in their order.

    Args:
        lines: JSONL: `id`, `reference` (null: unbuildable), `candidate` (null: a
            refusal), optionally `question`. Empty lines count, but are left out. Read
            with `read_lines` where a line's length is not known.
        workspace: Where the queries belong.
        make_judge: Makes the judge, given where its proofs are computed.
        pool: Where proofs are computed; `None`: in threads of this process.
        window: Triples under way at once.
    """
    judge = make_judge(pool)
    under_way: deque[Awaitable[Judged | BadLine]] = deque()
    tasks: set[asyncio.Task[Judged]] = set()
    try:
        for number, line in enumerate(lines, 1):
            if is_blank(line):
                continue
            triple = _read(line, number)
            if isinstance(triple, BadLine):
                ready: asyncio.Future[Judged | BadLine] = asyncio.get_running_loop().create_future()
                ready.set_result(triple)
                under_way.append(ready)
            else:
                task = asyncio.create_task(_judge(triple, number, workspace, judge))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                under_way.append(task)
            while len(under_way) >= window:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only its beginning, which is no JSON.

    Raises:
        InputError: A line has no end.
    """
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        first, size = line, len(line)
        while not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            line = file.readline(LONGEST_LINE)
            size += len(line)
            if size > _LONGEST_SKIPPED:
                raise InputError(
                    f"line {number} of the pairs is longer than {_LONGEST_SKIPPED:,} bytes",
                    expected=f"one pair a line, of at most {LONGEST_LINE:,} bytes",
                    fix="name a JSONL file",
                )
        yield first


def judge_all(
    lines: Iterable[bytes],
    workspace: Workspace,
    make_judge: Callable[[ProofPool | None], Judge],
    write: Callable[[Judged | BadLine], None],
    *,
    workers: int | None = None,
) -> None:
    """Judge triples on all cores, calling `write` for each in order; see `judge_pairs`.

    Args:
        lines: See `judge_pairs`.
        workspace: See `judge_pairs`.
        make_judge: See `judge_pairs`.
        write: Is given each outcome.
        workers: Processes for proofs; `None`: one a core.
    """

    async def work() -> None:
        async with ProofPool(workers) as pool:
            stream = judge_pairs(lines, workspace, make_judge, pool=pool, window=pool.window)
            async with aclosing(stream) as outcomes:
                async for outcome in outcomes:
                    write(outcome)

    run_to_end(work)


def as_line(judged: Judged) -> bytes:
    """A verdict as a line of `jurist judge --out`, with its newline."""
    verdict = judged.verdict
    evidence = verdict.evidence
    return (
        _encoder.encode(
            {
                "id": judged.id,
                "score": verdict.score,
                "unscored_reason": verdict.unscored.reason if verdict.unscored else None,
                "relation": evidence.relation if evidence else Relation.UNDECIDED,
                "method": evidence.method if evidence else Method.NONE,
                "witness": evidence.witnesses[0] if evidence and evidence.witnesses else None,
                "reasoning": verdict.reasoning,
                "ms": round(verdict.cost.ms, 3),
            }
        )
        + b"\n"
    )


async def _judge(triple: _Triple, number: int, workspace: Workspace, judge: Judge) -> Judged:
    identity = str(triple.id)
    case = Case(identity, triple.reference)
    question = Question(identity, triple.question, Origin.REAL)
    candidate = (
        Candidate(refusal="recorded as a refusal")
        if triple.candidate is None
        else Candidate(query=triple.candidate)
    )
    try:
        ruled = await outcome_of(judge, judge.judge(question, case, candidate, workspace))
        verdict = Verdict(judge.name, None, unscored=ruled) if isinstance(ruled, Failure) else ruled
    except ModelError as error:
        verdict = Verdict(judge.name, None, unscored=error.failure)
    except InternalContradiction as error:  # ours, and of this line alone: the others go on
        message = str(error)
        reason = f"a bug in Jurist: {message.partition(chr(10))[0]}"[:500]
        verdict = Verdict(judge.name, None, unscored=Failure(FailureKind.ERROR, reason))
        return Judged(number, identity, verdict, message)
    return Judged(number, identity, verdict)


def _read(line: bytes, number: int) -> _Triple | BadLine:
    if len(line) >= LONGEST_LINE:
        return BadLine(number, f"the line is longer than {LONGEST_LINE:,} bytes")
    try:
        return decode_line(line, _decoder, where="", expected=_EXPECTED)
    except InputError as error:
        kind = kind_by_line(line)
        other = kind is not None and kind is not PAIRS
        return BadLine(number, error.problem, error.expected, error.fix, other)


_decoder = msgspec.json.Decoder(_Triple)
_encoder = msgspec.json.Encoder()

__all__ = ["BadLine", "Judged", "as_line", "judge_all", "judge_pairs", "read_lines"]
