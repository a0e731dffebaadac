"""What a process of the proof pool does: `python -m jurist.roles.offline.proof_worker`.

It is given batches of pairs on its standard input, and gives verdicts on its standard output,
each message behind its length. It imports little; the prover comes with the first proof. Of
the user's program it knows nothing but where modules are found.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import inf
from typing import BinaryIO, Final, NamedTuple

import msgspec

from jurist.errors import InternalContradiction, JuristError
from jurist.garbage import collected_seldom
from jurist.languages.effort import STEPS, WALL_S, limited
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.protocols import Workspace

READY: Final = b"ready"
"""The first message of a process, once it has imported what it needs."""
LENGTH_BYTES: Final = 4

_GRACE_S: Final = 0.25
"""How much longer than its own seconds a pair may take before its process is ended."""


class Pair(NamedTuple):
    """A reference and a candidate."""

    reference: str
    candidate: str
    wall_s: float | None = None
    """Seconds after which nobody waits any more: it is left undecided by then."""


class Batch(NamedTuple):
    """Pairs of one workspace. Pickled, for a query may hold what no JSON can."""

    pairs: list[Pair]
    workspace: str
    """What it goes by between the two processes."""
    introduced: bytes | None
    """The workspace itself, pickled, with the first batch that belongs to it."""
    forgotten: str | None
    """A workspace that is let go of, for too many are held."""
    limit_s: float
    """A pair that takes longer ends the process, wherever it hangs."""


class Ruled(msgspec.Struct, frozen=True, array_like=True):
    """What came of a pair: a verdict, or the two parts of a contradiction."""

    verdict: Verdict | None = None
    contradiction: tuple[str, str] | None = None


def framed(message: bytes) -> bytes:
    """A message as it goes through a pipe."""
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


@collected_seldom()
def serve() -> None:
    """Rule on batches until nobody asks any more: the other end of the pipe is closed."""
    requests, replies = _take_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent minds it
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, waiting), daemon=True).start()
    workspaces: dict[str, bytes | Workspace] = {}
    reply = READY
    while True:
        replies.write(framed(reply))
        replies.flush()
        batch: Batch = pickle.loads(waiting.get())  # noqa: S301 - our own parent pickled it
        if batch.forgotten is not None:
            del workspaces[batch.forgotten]
        if batch.introduced is not None:
            workspaces[batch.workspace] = batch.introduced
        parts: list[bytes] = []
        for pair in batch.pairs:
            with _ending_after(min(batch.limit_s, _hardest(pair))):
                parts.append(_rule(pair, batch.workspace, workspaces))
        reply = b"[" + b",".join(parts) + b"]"


def _hardest(pair: Pair) -> float:
    """Seconds after which a pair's process is ended, for nothing else ended the work on it."""
    return inf if pair.wall_s is None else max(pair.wall_s, 0) + _GRACE_S


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes; whoever reads or prints from now on finds nothing, and spoils nothing."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return requests, replies


def _receive(requests: BinaryIO, waiting: queue.SimpleQueue[bytes]) -> None:
    """Take messages in at once, so that the end of them ends the process amid a proof."""
    while len(length := requests.read(LENGTH_BYTES)) == LENGTH_BYTES:
        waiting.put(requests.read(int.from_bytes(length, "big")))
    os._exit(0)


@contextmanager
def _ending_after(limit_s: float) -> Generator[None]:
    """End this process, wherever it hangs, where what is done here takes longer.

    The kernel's alarm costs two calls; where there is none, a thread watches, whose start
    and end cost more than many a proof.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        faulthandler.dump_traceback_later(limit_s, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _rule(pair: Pair, name: str, workspaces: dict[str, bytes | Workspace]) -> bytes:
    """What came of a pair, as JSON. Nothing that goes wrong with it touches the others."""
    from jurist.roles.offline.proof import rule_by_evidence

    wall_s = WALL_S if pair.wall_s is None else pair.wall_s
    try:
        workspace = workspaces[name]
        if isinstance(workspace, bytes):
            workspace = workspaces[name] = pickle.loads(workspace)  # noqa: S301 - see above
        with limited(STEPS, wall_s=wall_s):
            verdict = rule_by_evidence(pair.reference, pair.candidate, workspace)
        return msgspec.json.encode(Ruled(verdict))
    except InternalContradiction as error:
        return msgspec.json.encode(
            Ruled(contradiction=(str(error).partition("\n")[0], error.bundle))
        )
    except JuristError as error:
        return _failed(str(error))
    except Exception as error:  # noqa: BLE001 - in this process nobody else hears of it
        return _failed(f"a bug in Jurist: {type(error).__name__}: {error}")


def _failed(reason: str) -> bytes:
    text = reason[:500].encode("utf-8", "backslashreplace").decode()
    failure = Failure(FailureKind.ERROR, text)
    return msgspec.json.encode(Ruled(Verdict("proof", None, unscored=failure)))


if __name__ == "__main__":
    from jurist.roles.offline import proof_worker  # what is pickled names it so

    sys.exit(proof_worker.serve())
