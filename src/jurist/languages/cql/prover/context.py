"""What every step of a proof shares: the moment, the coercion, z3, and the fast paths it may take.

A context of z3 serves one thread at a time, and takes 17 MB and up to 20 ms to make. So there
are as many as there were proofs at once, and a proof is run in one that is idle.

A fast path saves time: left out, no relation changes that the prover decides. A proof must not
rest on any, so each can be switched off, alone or with others; the tests do so, and hold the
relations against one another. What a path saves is printed by
`python -m benchmarks.bench_fast_paths`.
"""
# z3's own types are incomplete
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from threading import Lock, active_count

import z3

from jurist.languages.cql.semantics.values import Coercion

# By itself z3 takes SIGINT for its own while it searches: the pair would be undecided, and
# nobody else would hear that the process is to end.
z3.set_param(ctrl_c=False)


class SolverContext:
    """One of z3's contexts, made when it is first needed."""

    def __init__(self) -> None:
        self.in_use = Lock()
        self.worked = 0
        """z3's counter of its work, as it was seen last."""
        self._z3: z3.Context | None = None

    @property
    def z3(self) -> z3.Context:
        """The context itself."""
        if self._z3 is None:
            self._z3 = z3.Context()
            self.share()
        return self._z3

    def share(self) -> None:
        """Let other threads, where there are any, let go of what was made here.

        Python collects in any thread. Not where there is none: it changes when z3 lets go, and
        which of several models z3 finds depends on that too.
        """
        if self._z3 is not None and active_count() > 1:
            z3.Z3_enable_concurrent_dec_ref(self._z3.ref())


_contexts: list[SolverContext] = []


def _idle_context(last: SolverContext | None) -> SolverContext:
    """A context for this thread alone: the last one, if no other thread has taken it since."""
    for context in (last, *_contexts):
        if context is not None and context.in_use.acquire(blocking=False):
            return context
    context = SolverContext()
    context.in_use.acquire()
    _contexts.append(context)
    return context


class Resources:
    """Shared by all steps of one proof; under one schema, proofs are run one after another.

    Args:
        coercion: How texts are compared.
    """

    def __init__(self, coercion: Coercion) -> None:
        self.coercion = coercion
        self.now = 0
        """The moment that is looked at."""
        self.decision = 0
        """Which decision this is: what one could not find out, the next may."""
        self.solver_ms = 0.0
        """Time spent inside z3's check."""
        self._in_use = Lock()
        self._context: SolverContext | None = None

    @contextmanager
    def proof(self) -> Generator[None]:
        """Run a proof when no other one is run with these resources."""
        with self._in_use:
            self.decision += 1
            self.solver_ms = 0.0
            self._context = _idle_context(self._context)
            self._context.share()
            try:
                yield
            finally:
                self._context.in_use.release()

    @property
    def context(self) -> SolverContext:
        """That in which the proof is run; outside any, one is taken for good."""
        if self._context is None:
            self._context = SolverContext()
        return self._context


# --- fast paths ---------------------------------------------------------------------------------


class FastPath(StrEnum):
    """The paths by name; each says what is done where it is switched off."""

    NORMAL_FORM = "normal form"
    """The queries are proved as they are written."""
    KNOWN_VERDICTS = "known verdicts"
    """A pair is proved anew each time."""
    SHARED_TABLES = "shared tables"
    """Every pair begins with tables of its own."""
    KNOWN_FORMULAS = "known formulas"
    """A comparison is translated wherever it stands."""
    KNOWN_GROUPS = "known groups"
    """What can go together in a group is found anew for every analysis of it."""
    UNASKED_PARTS = "unasked parts"
    """Members of all four parts are looked for, whether or not the relation depends on them."""
    ONE_MOMENT = "one moment"
    """The moments are listed even where nothing is fixed."""
    QUICK_LOOK = "quick look"
    """What is tied is analysed as such at once, not first as if it were independent."""
    PLAIN_TEXTS = "plain texts"
    """Texts go through automata, also where no part of a text is asked for."""
    CONSTRUCTED_TEXTS = "constructed texts"
    """Texts go through automata, also where they can simply be put together."""
    EXISTENCE = "existence"
    """The kinds of a group's members are listed where only their existence is asked for."""
    LISTED_GROUPS = "listed groups"
    """The solver decides which counts can go together, however few."""
    SMALL_GROUPS = "small groups"
    """The solver makes up every group with sums, means or different values."""
    LISTED_POINTS = "listed points"
    """Points are found by branching, however few there are."""
    BRANCHING = "branching"
    """Points are listed, until they are too many for that."""
    SHARED_REFUTATIONS = "shared refutations"
    """What the solver refutes is that one combination, not all that share its reason."""
    SMALL_HISTORIES = "small histories"
    """Histories of the size that is always enough are asked for at once."""


_off: ContextVar[frozenset[FastPath]] = ContextVar("off", default=frozenset())


def is_on(path: FastPath) -> bool:
    """Whether a path may be taken."""
    return path not in _off.get()


def switched_off() -> frozenset[FastPath]:
    """The paths that may not be taken, as part of a cache's key."""
    return _off.get()


@contextmanager
def without(*paths: FastPath) -> Generator[None]:
    """Leave some more paths out of the proofs inside.

    What earlier proofs under a schema found by them is kept with it: take a schema anew.
    """
    token = _off.set(_off.get().union(paths))
    try:
        yield
    finally:
        _off.reset(token)
