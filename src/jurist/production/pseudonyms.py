"""Names of users and accounts, replaced on the way in: nobody's name is ever stored."""

from __future__ import annotations

import hmac
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from jurist.privacy import Key
from jurist.store.key_files import key_file_of

_BYTES: Final = 8
"""Of a pseudonym: two of a million users share one with a chance of 1 in 30 million."""


class KeyedNames:
    """Pseudonyms by HMAC-SHA-256: without the key a name can neither be read nor tried.

    Args:
        key: Secret; the same key gives the same pseudonyms in every log.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._kept = lru_cache(maxsize=100_000)(self._made)

    @classmethod
    def of_key(cls, key: Key) -> Self:
        """Names by a store's key."""
        return cls(key.derived("names in production"))

    @classmethod
    def of_store(cls, where: str | Path) -> Self:
        """Names by the key of a store, which is made if there is none.

        Args:
            where: The store's path or URL.

        Raises:
            InputError: The key's file cannot be read or made.
        """
        return cls.of_key(Key.read_or_make(key_file_of(where)))

    def pseudonym(self, kind: str, name: str) -> str:
        """What takes the place of a name; of a user and an account of one name it is not the same.

        Args:
            kind: `user` or `account`.
            name: As the log has it.
        """
        return self._kept(kind, name)

    def _made(self, kind: str, name: str) -> str:
        message = f"production {kind} {name}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256")[:_BYTES].hex()


def unchanged(_kind: str, name: str) -> str:
    """Of a log whose names are pseudonyms already."""
    return name
