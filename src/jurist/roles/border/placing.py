"""Which roles stand behind the border."""

from __future__ import annotations

from typing import Final

from jurist.roles.border.askers import BorderedQuestions
from jurist.roles.border.border import Border
from jurist.roles.border.conversing import BorderedConversant, BorderedUser
from jurist.roles.border.generators import BorderedGenerator
from jurist.roles.border.judges import BorderedJudge, BorderedReferenceJudge
from jurist.roles.conversations import AsksBack, SimulatedUser
from jurist.roles.protocols import Generator, Judge, QuestionGenerator

_STAY: Final = frozenset({"rules", "nearest", "recorded", "proof", "realizer", "simulated"})
"""Kinds that tell nobody anything."""
_OF_OTHERS: Final = frozenset({"panel", "cascade"})
"""Kinds that consist of roles, each of which is placed by itself."""


def leaves(kind: str) -> bool:
    """Whether a role of a kind may tell others what it is told: all but those that cannot."""
    return kind not in _STAY | _OF_OTHERS


def placed_generator(role: Generator, kind: str, border: Border | None) -> Generator:
    """A generator of a kind, behind the border if it leaves."""
    if border is None or not leaves(kind):
        return role
    bordered = BorderedConversant if isinstance(role, AsksBack) else BorderedGenerator
    return bordered(role, border)


def placed_user(role: SimulatedUser, kind: str, border: Border | None) -> SimulatedUser:
    """A simulated user of a kind, behind the border if it leaves."""
    return role if border is None or not leaves(kind) else BorderedUser(role, border)


def placed_judge(role: Judge, kind: str, border: Border | None) -> Judge:
    """A judge of a kind, behind the border if it leaves."""
    if border is None or not leaves(kind):
        return role
    bordered = BorderedReferenceJudge if kind == "reference" else BorderedJudge
    return bordered(role, border)


def placed_questions(
    role: QuestionGenerator, kind: str, border: Border | None
) -> QuestionGenerator:
    """A question generator of a kind, behind the border if it leaves."""
    return role if border is None or not leaves(kind) else BorderedQuestions(role, border)
