"""From whose point of view a clause is said."""

from __future__ import annotations

from functools import cache
from typing import Final

from msgspec import Struct


class Voice(Struct, frozen=True):
    """The words of a clause's subject: "who have", "whose plan is"."""

    who: str
    """Before a verb in the past tense; ends in a space where it is not empty."""
    whose: str
    """Before a trait."""
    person: str
    """Before `are`: the customer, even where deeds are told of an item."""
    are: str
    have: str
    about: str = ""
    """Before a value that is not the subject's own, such as a sum over events."""
    theirs: str = "their "
    """Before a trait on a comparison's right."""

    @property
    def have_not(self) -> str:
        """The opposite of `have` that is not of a deed done."""
        return "do not have " if self.have == "have " else "does not have "


RELATIVE: Final = Voice("who ", "whose ", "who ", "are ", "have ", "for whom ")
"""Of "customers who"."""
RELATIVE_ONE: Final = Voice("who ", "whose ", "who ", "is ", "has ", "for whom ")
"""Of "one user who"."""
PLAIN: Final = Voice("they ", "their ", "they ", "are ", "have ")
"""Of a sentence about "they"."""
BRIEF: Final = Voice("", "", "", "", "has ", "", "own ")
"""Of notes, which leave the subject out."""
ACCOUNT: Final = Voice(
    "the account ", "the account's ", "the account ", "is ", "has ", "", "the account's "
)
"""Of "accounts where"."""


@cache  # there are few quantities, and few persons below
def users(quantity: str) -> Voice:
    """Of "accounts where at least one user"."""
    user = f"{quantity} user"
    return Voice(f"{user} ", f"{user}'s ", f"{user} ", "is ", "has ", f"for {user} ")


@cache
def item(person: str) -> Voice:
    """Of one event; what else its person did or has."""
    whose = f"the {person}'s "
    return Voice("they ", whose, f"the {person} ", "is ", "have ", "", whose)


def neuter(name: str) -> Voice:
    """Of an event, a row or an entry."""
    return Voice(f"{name} ", f"{name}'s ", f"{name} ", "is ", "has ")


def going_on(voice: Voice) -> Voice:
    """The voice of a second deed of the same subject, which is not named again."""
    return Voice("", "their ", voice.person, voice.are, voice.have)
