"""A query in English: every construct of the language is said, nothing is left out.

In the style `indirect` the names of events and traits that many workspaces have are said in
other words. Which of several wordings is taken is up to `rng` alone.
"""

from __future__ import annotations

import random
from typing import Final

from jurist.languages.capabilities import Style
from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.clauses import Realizer
from jurist.languages.cql.english.writing.items import Place
from jurist.languages.cql.english.writing.wording import wording
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

_CUSTOMERS: Final = {
    Style.CONVERSATIONAL: ("customers", "all customers", "people", "find customers"),
    Style.INDIRECT: ("those", "show me customers", "customers", "people"),
}
_ACCOUNTS: Final = {
    Style.CONVERSATIONAL: ("accounts where", "all accounts where", "find accounts where"),
    Style.INDIRECT: ("companies where", "show me accounts where", "accounts where"),
}


def describe(query: CqlQuery, schema: CqlSchema, *, style: Style, rng: random.Random) -> str:
    """The query in English.

    Args:
        query: An audience or a computed trait.
        schema: Its names are said as words; others as they are, in quotes.
        style: How it is said.
        rng: Chooses among wordings; the same state gives the same text.
    """
    terse = style is Style.TERSE
    accounts = schema.audience_type is AudienceType.ACCOUNTS or _has_quantifier(query)
    words = wording(schema, indirect=style is Style.INDIRECT)
    realizer = Realizer(schema, words, rng, terse=terse, accounts=accounts)
    if isinstance(query, Reduction | Trait | Property | Context):
        return realizer.computed_trait(query, "account" if accounts else "customer")
    if accounts:
        opener = "" if terse else f"{rng.choice(_ACCOUNTS[style])} "
        voice = voices.brief() if terse else voices.account()
        return opener + realizer.condition(query, voice, Place(of_account=True))
    if terse:
        return realizer.condition(query, voices.brief(), Place())
    opener = rng.choice(_CUSTOMERS[style])
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
