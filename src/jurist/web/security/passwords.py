"""Passwords: argon2, a hash at a time, the same work for names that nobody has."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from jurist.errors import InputError

SHORTEST: Final = 12
"""Characters of a password: length is what counts."""
LONGEST: Final = 500
_WAITING: Final = 8
"""How many may wait for their turn: a hash takes 64 MiB and a third of a second."""


class TooBusy(Exception):  # noqa: N818 - says what happened
    """More passwords are to be checked than can be in a few seconds."""


class Passwords:
    """Makes and checks hashes, at most one at a time.

    Args:
        hasher: With which parameters; argon2's own by default.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = Lock()
        self._places = BoundedSemaphore(_WAITING)

    def hash(self, password: str) -> str:
        """What the store keeps of a password.

        Raises:
            InputError: It is too short or too long.
            TooBusy: See there.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError(
                f"the password has {len(password)} characters",
                expected=f"{SHORTEST} to {LONGEST}: a few words that you remember",
                fix="choose another one",
            )
        with self._in_turn():
            return self._hasher.hash(password)

    def agrees(self, known: str | None, given: str) -> bool:
        """Whether a password is the one behind a hash.

        Where there is no hash, the same work is done, so that time does not say who exists.

        Raises:
            TooBusy: See there.
        """
        with self._in_turn():
            if known is None:
                self._hasher.hash(given[:LONGEST])
                return False
            try:
                return self._hasher.verify(known, given[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _in_turn(self) -> Generator[None]:
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            with self._turn:
                yield
        finally:
            self._places.release()
