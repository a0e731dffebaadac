"""What both queries of a pair make of a witness: worked out when it is shown, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.errors import InputError, StoppedByClock
from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import Explains
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.explanations import Explanation
from jurist.records import Witness

_STEPS: Final = 100_000
"""Of both explanations; those of a usual witness take less than a hundredth."""


@dataclass(frozen=True, slots=True)
class WitnessExplanation:
    """The same input, as the one and as the other query sees it."""

    reference: Explanation
    candidate: Explanation


def explain_witness(
    language: Language, reference: Query, candidate: Query, schema: Schema, witness: Witness
) -> WitnessExplanation | None:
    """Both queries on a witness, node by node.

    Args:
        language: What both are written in.
        reference: The query that is right.
        candidate: The query that is compared with it.
        schema: What they name.
        witness: An input on which they differ, as evidence holds it.

    Returns:
        The two explanations; `None` where the language explains nothing, where the witness is
        too large for it, or where it was stored by a version whose inputs are no longer read.
    """
    if not isinstance(language, Explains):
        return None
    try:
        with limited(_STEPS):
            return WitnessExplanation(
                language.explain(reference, schema, witness.input),
                language.explain(candidate, schema, witness.input),
            )
    except (InputError, OutOfSteps, StoppedByClock):
        return None
