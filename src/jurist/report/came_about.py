"""How an answer came about, in words: what it cost, by which steps, and what was said before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.plurals import counted
from jurist.records import Candidate, Cost, Speaker, Turn
from jurist.report.queries import bounded

_SPEAKERS: Final = {Speaker.GENERATOR: "asked back", Speaker.USER: "the user said"}


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of the conversation between a question and its answer."""

    who: str
    text: str
    remark: str
    """What was found of it; empty where nothing was."""


@dataclass(frozen=True, slots=True)
class Origins:
    """How an answer came about, beside its notes. Its texts are hostile."""

    spent: str
    """Empty where it called no model: what it took then is nobody's question here."""
    trace_id: str
    steps: tuple[tuple[str, str], ...]
    """Of each step its name and what it cost."""
    transcript: tuple[Said, ...]


UNTOLD: Final = Origins("", "", (), ())


def origins_of(candidate: Candidate) -> Origins:
    """What an answer's record tells of its making."""
    return Origins(
        spent_words(candidate.cost) if candidate.cost != Cost(candidate.cost.ms) else "",
        candidate.trace_id,
        tuple((bounded(step.name), spent_words(step.cost)) for step in candidate.steps),
        tuple(map(_said, candidate.transcript)),
    )


def spent_words(cost: Cost) -> str:
    """A cost in words, such as `1.2 s, 3 calls of models, 1,200 tokens in, 80 out, $0.0125`."""
    calls = counted(cost.calls, "call of a model", "calls of models")
    parts = (
        f"{cost.ms / 1000:.3g} s" if cost.ms else "",
        calls if cost.calls else "",
        f"{cost.cached_calls:,} from the ledger" if cost.cached_calls else "",
        f"{cost.input_tokens:,} tokens in" if cost.input_tokens else "",
        f"{cost.output_tokens:,} tokens out" if cost.output_tokens else "",
        f"${cost.usd:.4g}" if cost.usd else "",
    )
    return ", ".join(filter(None, parts))


def _said(turn: Turn) -> Said:
    remark = ""
    if turn.needed is False:
        remark = "the question had said so"
    elif turn.given_away:
        remark = f"{turn.given_away:.0%} of the reference's words given away"
    return Said(_SPEAKERS[turn.speaker], bounded(turn.text), remark)
