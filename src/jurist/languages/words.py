"""How people speak of a language's queries: what all that is said or asked above is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_LEVELS = {
    5: "the same result",
    4: "right but for few kinds of inputs",
    3: "the main idea, with a condition wrong or missing",
    2: "shares some conditions",
    1: "another result",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The defaults fit a query that computes a result from an input, and no language in particular.

    `{side}` stands for "reference" or "candidate".
    """

    result: str = "result"
    """What a query gives or selects."""
    results: str = "results"
    input: str = "input"
    """What a witness is: what a query is evaluated on."""
    inputs: str = "inputs"
    asker: str = "a user"
    """Who asks for queries."""
    levels: Mapping[int, str] = field(default_factory=lambda: dict(_LEVELS))
    """What a score from 1 to 5 says of a candidate, as a clause."""
    overlap: str = "each gives what the other does not"
    """Of two queries neither of which contains the other."""
    disjoint: str = "they have nothing in common"
    disjoint_results: str = "the two results have nothing in common"
    empty: str = "it gives nothing on any input"
    """Why a query is empty, where no cause is known."""
    both_empty: str = "neither gives anything on any input"
    full: str = "the {side} gives everything there is"
    both_full: str = "both give everything there is"
    unseen: str = "{which} gives nothing on any input that was made up"
    """Said of `the reference`, `the candidate` or `either query`."""
