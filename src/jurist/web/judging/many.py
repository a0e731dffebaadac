"""Many triples in one request: read as they come, judged side by side, answered in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import msgspec

from jurist.errors import InputError, JuristError
from jurist.languages.lines import is_blank
from jurist.web.judging.asking import MOST_TRIPLES, Asking, Judged, JudgedLine
from jurist.web.judging.service import Judging
from jurist.web.judging.workspaces import Known
from jurist.web.problems import LengthError, problem_of
from jurist.web.v1.reading import decoded

MOST_BYTES: Final = 16_000_000
LONGEST_LINE: Final = 1_000_000
_MOST_LINES: Final = 10 * MOST_TRIPLES
"""Blank ones among them: a body of nothing else would keep the server busy for a minute."""
LONGEST_PAUSE_S: Final = 60.0
"""Between two lines: who sends none for so long would keep a place from others."""
_SIDE_BY_SIDE: Final = 8
"""Triples of a request that are under way at once: others wait in the same queue."""
_asking: Final = msgspec.json.Decoder(Asking)


class TooManyError(LengthError):
    """More triples than one request may have."""

    def __init__(self) -> None:
        super().__init__(MOST_BYTES)
        self.problem = "there are too many triples"
        self.expected = f"at most {MOST_TRIPLES:,} triples"


class PauseError(InputError):
    """The next line did not come."""

    def __init__(self) -> None:
        super().__init__(
            f"no line came for {LONGEST_PAUSE_S:g} s",
            expected="the next triple, or the body's end",
            fix="send what is there, end the request, and begin another one later",
        )


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A triple that is judged."""

    known: Known | None
    """Its workspace."""
    line: asyncio.Future[JudgedLine]


async def lines_in(parts: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """The lines of a body as they come; blank ones too, so that they count.

    Raises:
        LengthError: A line, or all together, have too many bytes.
    """
    length, begun = 0, bytearray()
    async for part in parts:
        length += len(part)
        if length > MOST_BYTES:
            raise LengthError(MOST_BYTES)
        *ended, rest = part.split(b"\n")
        for piece in ended:
            yield bytes(begun + piece)
            begun.clear()
        begun += rest
        if len(begun) > LONGEST_LINE:
            raise LengthError(LONGEST_LINE)
    if begun:
        yield bytes(begun)


async def judged_lines(judging: Judging, raw: AsyncIterable[bytes]) -> AsyncGenerator[JudgedLine]:
    """What comes of each triple, in their order; what is wrong with one is its own.

    Args:
        judging: The service.
        raw: Triples as JSON; blank ones count, but are left out.
    """
    under_way: asyncio.Queue[_UnderWay | None] = asyncio.Queue(_SIDE_BY_SIDE - 1)
    begun: set[asyncio.Task[JudgedLine]] = set()
    reading = asyncio.create_task(_begin_each(judging, raw, under_way, begun))
    known: Known | None = None
    try:
        while (each := await under_way.get()) is not None:
            line = await each.line
            if line.judged is not None and each.known is known:
                line = _without_workspace(line, line.judged)
            elif line.judged is not None:
                known = each.known
            yield line
        await reading
    finally:
        for task in (reading, *begun):
            task.cancel()
        await asyncio.wait((reading, *begun))


async def _begin_each(
    judging: Judging,
    raw: AsyncIterable[bytes],
    under_way: asyncio.Queue[_UnderWay | None],
    begun: set[asyncio.Task[JudgedLine]],
) -> None:
    """Begin with each triple as it comes; a problem with the body as a whole is the last line."""
    known: Known | None = None
    number = judged = 0
    async for each in _ended_by_problem(raw):
        number += 1
        if isinstance(each, JuristError):
            await under_way.put(_UnderWay(known, _failing(number, each)))
            break
        if is_blank(each) and number <= _MOST_LINES:
            continue
        judged += 1
        if judged > MOST_TRIPLES or number > _MOST_LINES:
            await under_way.put(_UnderWay(known, _failing(number, TooManyError())))
            break
        try:
            asking = decoded(each, _asking, where=f"line {number}")
            known = await judging.workspace_of(asking, known)
        except JuristError as problem:
            await under_way.put(_UnderWay(known, _failing(number, problem)))
        else:
            task = asyncio.create_task(_judged(judging, asking, known, number))
            begun.add(task)
            task.add_done_callback(begun.discard)
            await under_way.put(_UnderWay(known, task))
    await under_way.put(None)


async def _ended_by_problem(
    raw: AsyncIterable[bytes],
) -> AsyncIterator[bytes | JuristError]:
    """The triples, and at the end what ended them before their time."""
    triples = aiter(raw)
    try:
        while True:
            async with asyncio.timeout(LONGEST_PAUSE_S):
                each = await anext(triples, None)
            if each is None:
                return
            yield each
    except TimeoutError:
        yield PauseError()
    except JuristError as error:
        yield error


async def _judged(judging: Judging, asking: Asking, known: Known, number: int) -> JudgedLine:
    try:
        return JudgedLine(number, await judging.judge(asking, known, perf_counter()))
    except JuristError as error:
        return _problem(number, error)


def _failing(number: int, error: JuristError) -> asyncio.Future[JudgedLine]:
    failed: asyncio.Future[JudgedLine] = asyncio.get_running_loop().create_future()
    failed.set_result(_problem(number, error))
    return failed


def _problem(number: int, error: JuristError) -> JudgedLine:
    return JudgedLine(number, problem=problem_of(error).document)


def _without_workspace(line: JudgedLine, judged: Judged) -> JudgedLine:
    return msgspec.structs.replace(line, judged=msgspec.structs.replace(judged, workspace=None))
