"""A query in English: every construct of the language is said, nothing is left out.

Three styles: `terse` as people note it down, `conversational` in whole sentences, and
`indirect`, which has other words for the names of events and traits that many workspaces
have. Which of several wordings is taken is up to `rng` alone.
"""

from __future__ import annotations

import random
from enum import StrEnum
from typing import Final

from jurist.errors import InputError
from jurist.languages.cql.realizing import voices
from jurist.languages.cql.realizing.clauses import Realizer
from jurist.languages.cql.realizing.items import Place
from jurist.languages.cql.realizing.wording import wording
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Context,
    CqlQuery,
    Not,
    Or,
    Property,
    Reduction,
    Trait,
)


class Style(StrEnum):
    """How it is said."""

    TERSE = "terse"
    CONVERSATIONAL = "conversational"
    INDIRECT = "indirect"


_CUSTOMERS: Final = {
    Style.CONVERSATIONAL: ("customers", "all customers", "people", "find customers"),
    Style.INDIRECT: ("those", "show me customers", "customers", "people"),
}
_ACCOUNTS: Final = {
    Style.CONVERSATIONAL: ("accounts where", "all accounts where", "find accounts where"),
    Style.INDIRECT: ("companies where", "show me accounts where", "accounts where"),
}


def describe(query: CqlQuery, schema: CqlSchema, *, style: str, rng: random.Random) -> str:
    """The query in English.

    Args:
        query: An audience or a computed trait.
        schema: Its names are said as words; others as they are, in quotes.
        style: One of `Style`.
        rng: Chooses among wordings; the same state gives the same text.

    Raises:
        InputError: There is no such style.
    """
    if style not in {*Style}:
        raise InputError(
            f"there is no style {style!r}"[:200], expected=f"one of {', '.join(Style)}"
        )
    terse = style == Style.TERSE
    accounts = schema.audience_type is AudienceType.ACCOUNTS or _has_quantifier(query)
    words = wording(schema, indirect=style == Style.INDIRECT)
    realizer = Realizer(schema, words, rng, terse=terse, accounts=accounts)
    if isinstance(query, Reduction | Trait | Property | Context):
        return realizer.computed_trait(query, "account" if accounts else "customer")
    if accounts:
        opener = "" if terse else f"{rng.choice(_ACCOUNTS[Style(style)])} "
        voice = voices.brief() if terse else voices.account()
        return opener + realizer.condition(query, voice, Place(of_account=True))
    if terse:
        return realizer.condition(query, voices.brief(), Place())
    opener = rng.choice(_CUSTOMERS[Style(style)])
    return f"{opener} {realizer.condition(query, voices.relative(), Place())}"


def _has_quantifier(query: CqlQuery) -> bool:
    waiting: list[CqlQuery] = [query]
    while waiting:
        match waiting.pop():
            case AnyUser() | AllUsers():
                return True
            case Not(operand=operand):
                waiting.append(operand)
            case And(operands=operands) | Or(operands=operands):
                waiting.extend(operands)
            case _:
                pass
    return False
