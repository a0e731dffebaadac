"""What stands for a value in a store, and is led back to it by the store's key."""

from __future__ import annotations

import unicodedata
from typing import Final

from jurist.privacy import Key
from jurist.privacy.cipher import TextCipher
from jurist.production.pseudonyms import KeyedNames
from jurist.store import Store
from jurist.store.key_files import key_file_of

_SHORT: Final = 6
"""Letters; what stands for fewer in what was sent is a word, or part of words, of others."""


def stand_ins(store: Store, value: str) -> frozenset[str]:
    """The pseudonyms of a value: as a name in production, and as a text that was sent.

    Numbers have theirs by class, which other numbers have too: those of a value of digits alone
    are not told.

    Args:
        store: Whose key is used, where it has one.
        value: As a log or a query had it; as a name also in the usual cases.

    Raises:
        InputError: The key's file cannot be read.
    """
    file = key_file_of(store.place)
    if not file.exists():
        return frozenset()
    key = Key.read(file)
    spellings = {value, value.strip(), value.lower(), value.upper(), value.title()}
    spellings |= {
        unicodedata.normalize(form, each) for each in spellings for form in ("NFC", "NFD")
    }
    names = KeyedNames.of_key(key)
    told = {names.pseudonym(kind, each) for each in spellings for kind in ("user", "account")}
    if sum(map(str.isalpha, value)) >= _SHORT:
        told.add(TextCipher(key).put(value))
    return frozenset(told)
