"""Judge styles from the literature: what the model is asked for and how a score is read.

plain: score by described levels, with or without reasoning before it.
g-eval: the expected score over the model's own distribution (Liu et al. 2023).
prometheus: rubric, feedback, score (Kim et al. 2024).
sql-solver: look for a counterexample first (Zhao et al. 2023, "Miniature & Mull").
reference-free: does the query answer the question, no reference shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from jurist.models.types import Reply


class Style(StrEnum):
    """How a model is asked to judge."""

    PLAIN = "plain"
    G_EVAL = "g-eval"
    PROMETHEUS = "prometheus"
    SQL_SOLVER = "sql-solver"
    REFERENCE_FREE = "reference-free"


TEMPLATES = {
    Style.PLAIN: "judge-plain",
    Style.G_EVAL: "judge-plain",
    Style.PROMETHEUS: "judge-prometheus",
    Style.SQL_SOLVER: "judge-sql-solver",
    Style.REFERENCE_FREE: "judge-reference-free",
}

ScoreLevel = Annotated[int, msgspec.Meta(ge=1, le=5)]


# Names and docstrings of what is asked for go into the request, and so into its key.
class Reasoned(msgspec.Struct, frozen=True):
    """A ruling with its reasons, which come before the score."""

    reasoning: str
    score: ScoreLevel


class Counterexample(msgspec.Struct, frozen=True):
    """A ruling of a judge that looked for {{words.teller}} the queries apart."""

    differences: str
    counterexample: str
    score: ScoreLevel

    @property
    def reasoning(self) -> str:
        """Both parts as one text."""
        return f"{self.differences}\nCounterexample: {self.counterexample}"


class Feedback(msgspec.Struct, frozen=True):
    """A ruling in the rubric style."""

    feedback: str
    score: ScoreLevel

    @property
    def reasoning(self) -> str:
        """The feedback."""
        return self.feedback


class Bare(msgspec.Struct, frozen=True):
    """A score and nothing else."""

    score: ScoreLevel

    @property
    def reasoning(self) -> str:
        """None was asked for."""
        return ""


Ruling = Reasoned | Counterexample | Feedback | Bare


def ruling_type(style: Style, *, chain_of_thought: bool) -> type[Ruling]:
    """What the model is asked to reply, as a type that validates it."""
    if not chain_of_thought:
        return Bare
    if style is Style.SQL_SOLVER:
        return Counterexample
    if style is Style.PROMETHEUS:
        return Feedback
    return Reasoned


ASKS: dict[type[Ruling], str] = {
    Reasoned: (
        'Reply with one JSON object: {"reasoning": "one to three sentences", "score": a whole '
        "number from 1 to 5}. Reason first, then score."
    ),
    Counterexample: (
        'Reply with one JSON object: {"differences": "...", "counterexample": "{{words.an_input}}, '
        'or none", "score": a whole number from 1 to 5}.'
    ),
    Feedback: (
        'Reply with one JSON object: {"feedback": "...", "score": a whole number from 1 to 5}.'
    ),
    Bare: 'Reply with one JSON object and nothing else: {"score": a whole number from 1 to 5}.',
}


def example_of(shape: type[Ruling], reasoning: str, score: int) -> str:
    """A ruling as JSON, in the shape that the model is asked for."""
    if shape is Bare:
        return msgspec.json.encode(Bare(score)).decode()
    if shape is Feedback:
        return msgspec.json.encode(Feedback(reasoning, score)).decode()
    if shape is Counterexample:
        counterexample = "none" if score == 5 else "see above"
        return msgspec.json.encode(Counterexample(reasoning, counterexample, score)).decode()
    return msgspec.json.encode(Reasoned(reasoning, score)).decode()


@dataclass(frozen=True, slots=True)
class Distribution:
    """Probabilities of the five levels as the model itself gave them; they sum to 1."""

    probabilities: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The expected score."""
        return sum(level * p for level, p in enumerate(self.probabilities, start=1))

    @property
    def confidence(self) -> float:
        """Probability of the likeliest level."""
        return max(self.probabilities)


def score_distribution(reply: Reply, score: int) -> Distribution | None:
    """The distribution over levels at the reply's score token, or `None` where it is not there.

    The score token is the last one with a letter or digit: reasoning stands before it.
    Where it is not the score that was read from the reply, or its own probability vanishes,
    nothing is known. Alternatives that are no level are left out and the rest renormalised.
    """
    for token in reversed(reply.logprobs):
        if any(character.isalnum() for character in token.token):
            if _level(token.token) != score:
                return None
            return _normalised([(token.token, token.logprob), *token.alternatives])
    return None


_LEVELS: Final = {str(level): level for level in range(1, 6)}
_AROUND: Final = " \t\r\n\"'`*:,]}"


def _level(token: str) -> int | None:
    return _LEVELS.get(token.strip(_AROUND))


def _normalised(tokens: Sequence[tuple[str, float]]) -> Distribution | None:
    weights = [0.0] * 5
    for text, logprob in dict(tokens).items():
        level = _level(text)
        if level is not None:
            weights[level - 1] += math.exp(min(0.0, logprob))
    total = sum(weights)
    return Distribution(tuple(weight / total for weight in weights)) if total > 0 else None
