"""The prover, with a solver that leaves Ctrl-C to the process.

By itself the solver takes SIGINT for its own while it searches: the pair would be undecided,
and nobody else would hear that the process is to end. Said once for all solvers.
"""

from __future__ import annotations

import z3

from jurist.languages.cql.prover import decide

z3.set_param(ctrl_c=False)  # pyright: ignore[reportUnknownMemberType] - z3 has no types

__all__ = ["decide"]
