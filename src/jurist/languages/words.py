"""How people speak of a language's queries: what all that is said or asked above is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

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
    source: str = "source"
    """What items come from, and the kind of its name."""
    asker: str = "a user"
    """Who asks for queries."""
    feature: str = "a box that writes queries"
    """Where requests are typed."""
    purpose: str = "getting data"
    """What requests are about."""
    give: str = "give"
    gives: str = "gives"
    """What queries do with `given`."""
    given: str = "results"
    asked_for: str = "what"
    """Exactly this is given where a query is right: what, or whom, the request asks for."""
    requested: str = "what is to be shown or counted, of what, in which time, with which values"
    """What a request may ask for, for who lists it."""
    spellings: str = "Order of conditions, `>= 1` for `> 0`, other names for the same"
    """Differences that change nothing."""
    small_differences: str = "a threshold, a source, a column, AND for OR, a NOT, a missing value"
    telling_input: str = "an input on which the two give different results"
    """What shows that two queries differ."""
    relative: str = "that"
    """Stands for the input in `an input that tells the queries apart`."""
    built_input: str = "input on which the two give different results"
    """The same with what it consists of, without the article."""
    hints: str = ""
    """What who writes a query should mind, in sentences."""
    example_query: str = ""
    example_request: str = ""
    """An example of a query and of what was typed for it."""
    jargon: str = "the jargon of the trade"
    exact: str = "The same result: it gives exactly what the request and the reference ask for"
    """What people are told of a 5; the other levels they are told in words of `result`."""
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

    @property
    def same(self) -> str:
        """That two queries mean the same."""
        return self.levels[5]

    @property
    def example(self) -> str:
        """The example as a prompt has it; empty where there is none."""
        if not self.example_query:
            return ""
        return f'Example:\n{self.example_query}\n{{"question": "{self.example_request}"}}'

    @property
    def an_input(self) -> str:
        """A witness, with its article."""
        return f"{'an' if self.input[0] in 'aeiou' else 'a'} {self.input}"

    @property
    def teller(self) -> str:
        """A witness, as what does something to two queries: `... the queries apart`."""
        return f"{self.an_input} {self.relative} tells"

    @property
    def askers_name(self) -> str:
        """Who asks, without an article."""
        return self.asker.split(maxsplit=1)[-1]


NEUTRAL: Final = Words()
"""Of no language in particular."""
