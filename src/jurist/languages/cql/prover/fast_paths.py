"""What the prover does only to be quick: left out, no relation changes that it decides.

A proof must not rest on any of these, so each can be switched off, alone or with others;
the tests do so, and hold the relations against one another. What a path saves is printed
by `python -m benchmarks.bench_fast_paths`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


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
