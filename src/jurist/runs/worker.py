"""What a process of the proof bench does. Imports little; the prover comes with the first proof.

Results travel as plain tuples: an exception that cannot be pickled would take the
whole pool down.
"""

from __future__ import annotations

import faulthandler
import functools
import gc
import os
import pickle
import signal
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from typing import Final, NamedTuple

import msgspec

from jurist.errors import InternalContradiction, JuristError
from jurist.languages import get_language
from jurist.languages.base import Schema
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.protocols import Workspace

_YOUNG_OBJECTS: Final = 60_000
"""Objects made before garbage is looked for: a pair makes thousands, hardly any in cycles."""

_NOT_FOR_WORKERS: Final = [
    getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)
]


class Pair(NamedTuple):
    """A reference and a candidate."""

    reference: str
    candidate: str


class Ruled(NamedTuple):
    """What came of a pair: a verdict as JSON, or the two parts of a contradiction."""

    verdict: bytes = b""
    contradiction: tuple[str, str] | None = None


def set_up(lifeline: connection.Connection) -> None:
    """Prepare a process: it ends with its parent, or when told to, and leaves Ctrl-C to it.

    Args:
        lifeline: Its other end is closed when nobody waits for this process any more.
    """
    for ignored in _NOT_FOR_WORKERS:
        signal.signal(ignored, signal.SIG_IGN)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process
    collect_seldom()
    parent = parent_process()
    ends = [lifeline] if parent is None else [lifeline, parent.sentinel]
    threading.Thread(target=_end_with, args=(ends,), daemon=True).start()


def collect_seldom() -> None:
    """Look for garbage seldom, and never in what is there already: modules and tables."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)


def rule_batch(
    pairs: Sequence[Pair], name: str, language: str, schema: bytes, limit_s: float
) -> list[Ruled]:
    """Rule on pairs of one workspace.

    Args:
        pairs: The pairs.
        name: The workspace's name.
        language: The language's name.
        schema: The pickled schema.
        limit_s: A pair that takes longer ends this process, wherever it hangs.
    """
    workspace = Workspace(get_language(language), _schema(schema), name)
    ruled: list[Ruled] = []
    for pair in pairs:
        with _ending_after(limit_s):
            ruled.append(_rule(pair, workspace))
    return ruled


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


def _rule(pair: Pair, workspace: Workspace) -> Ruled:
    from jurist.roles.offline.proof import rule_by_evidence

    try:
        verdict = rule_by_evidence(pair.reference, pair.candidate, workspace)
    except InternalContradiction as error:
        return Ruled(contradiction=(str(error).partition("\n")[0], error.bundle))
    except JuristError as error:
        failure = Failure(FailureKind.ERROR, str(error)[:500])
        verdict = Verdict("proof", None, unscored=failure)
    return Ruled(msgspec.json.encode(verdict))


@functools.lru_cache(maxsize=16)
def _schema(pickled: bytes) -> Schema:
    return pickle.loads(pickled)  # noqa: S301 - our own parent pickled it


def _end_with(ends: list[connection.Connection | int]) -> None:
    connection.wait(ends)
    os._exit(1)
