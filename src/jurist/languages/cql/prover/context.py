"""What every step of a proof shares: the moment, the coercion, z3, and the fast paths it may take.

A context of z3 serves one thread at a time, and takes 17 MB and about a millisecond. Each proof
that needs one has its own, so threads prove at once.

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
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from threading import Lock

import z3

from jurist.languages.cql.semantics.values import Coercion

# By itself z3 takes SIGINT for its own while it searches: the pair would be undecided, and
# nobody else would hear that the process is to end.
z3.set_param(ctrl_c=False)


@dataclass(frozen=True, slots=True)
class Session:
    """One problem as z3 has it, in one context."""

    solver: z3.Solver
    literals: dict[tuple[str, bool], z3.BoolRef] = field(
        default_factory=dict[tuple[str, bool], z3.BoolRef]
    )


class SolverContext:
    """z3's context of one proof, made when it is first needed; what is asked in it goes with it.

    Which of several models z3 finds depends on all that its context has seen, and on when it
    let go of that. So a proof's models do not depend on other schemas' proofs, nor on when
    Python collects.
    """

    def __init__(self) -> None:
        self.worked = 0
        """z3's counter of its work, as it was seen last."""
        self.sessions: dict[object, Session] = {}
        """By problem."""

    @cached_property
    def z3(self) -> z3.Context:
        """The context itself."""
        context = z3.Context()
        # what a proof that was broken off leaves behind may be collected in any thread
        z3.Z3_enable_concurrent_dec_ref(context.ref())
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
        self.is_unshown = False
        """Whether a group was left out as nobody would look at so many items."""
        self._in_use = Lock()
        self.context = SolverContext()
        """That of the proof that is run."""

    @contextmanager
    def proof(self) -> Generator[None]:
        """Run a proof when no other one is run with these resources."""
        with self._in_use:
            self.decision += 1
            self.solver_ms = 0.0
            self.is_unshown = False
            try:
                yield
            finally:
                self.context = SolverContext()


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
