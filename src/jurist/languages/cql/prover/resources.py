"""What every step of a proof shares: the moment, the coercion, the solver."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jurist.languages.cql.prover.theories.smt import Solving
from jurist.languages.cql.semantics.values import Coercion


@dataclass(slots=True)
class Resources:
    """Shared by all steps of one proof at one moment `now`, and set anew for the next."""

    now: int
    coercion: Coercion
    decision: int = 0
    """Which decision this is: what one could not find out, the next may."""
    solving: Solving = field(default_factory=Solving)

    @contextmanager
    def proof(self) -> Generator[None]:
        """Begin a decision, and end it."""
        self.decision += 1
        with self.solving.proof():
            yield
