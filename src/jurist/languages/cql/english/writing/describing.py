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
from jurist.languages.cql.english.writing.places import Place
from jurist.languages.cql.english.writing.wording import wording
from jurist.languages.cql.schemas.schema import CqlSchema, subject_type
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.syntax import Condition, CqlQuery

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
    accounts = subject_type(schema, query) is Account
    words = wording(schema, indirect=style is Style.INDIRECT)
    realizer = Realizer(schema, words, rng, terse=terse, accounts=accounts)
    if not isinstance(query, Condition):
        return realizer.computed_trait(query, "account" if accounts else "customer")
    openers = _ACCOUNTS if accounts else _CUSTOMERS
    voice = voices.ACCOUNT if accounts else voices.RELATIVE
    place = Place(of_account=accounts)
    if terse:
        return realizer.condition(query, voices.BRIEF, place)
    opener = rng.choice(openers[style])
    return f"{opener} {realizer.condition(query, voice, place)}"
