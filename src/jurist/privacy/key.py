"""The key that pseudonyms depend on: a file of its owner's, and nowhere else."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from jurist.errors import InputError
from jurist.languages.texts import explained
from jurist.private_files import OWNER_ONLY, make_private_folder

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Key:
    """32 random bytes, which are never shown."""

    _secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        if len(self._secret) != _BYTES:
            raise InputError(
                "this is no key of pseudonyms", expected=f"{_BYTES} bytes", fix="make another one"
            )

    @classmethod
    def made(cls) -> Self:
        """A new key, kept nowhere."""
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key of a file.

        Raises:
            InputError: There is no such file, it holds no key, or others may read it.
        """
        with explained(path), path.open("rb") as file:
            readable = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & ~OWNER_ONLY
            text = file.read(2 * _BYTES + 2)
        if readable and os.name == "posix":
            raise InputError(
                f"others than its owner may use {path}",
                expected="a key that is its owner's alone",
                fix=f"chmod 600 {path}",
            )
        try:
            return cls(bytes.fromhex(text.decode("ascii").strip()))
        except (ValueError, InputError):
            raise InputError(
                f"{path} holds no key of pseudonyms",
                expected=f"{2 * _BYTES} hexadecimal digits",
                fix="name the file that the run was made with; a new one reveals nothing old",
            ) from None

    @classmethod
    def read_or_make(cls, path: Path) -> Self:
        """The key of a file, which is made for its owner alone where there is none.

        Raises:
            InputError: As `read`, or it cannot be written.
        """
        with explained(path):
            make_private_folder(path.parent)
            beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            try:
                if not path.exists():
                    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
                    with open(os.open(beside, flags, OWNER_ONLY), "w", encoding="ascii") as file:  # noqa: PTH123 - of a descriptor
                        file.write(secrets.token_hex(_BYTES) + "\n")
                    with suppress(FileExistsError):  # another process was first
                        os.link(beside, path)  # whole or not at all
            finally:
                beside.unlink(missing_ok=True)
        return cls.read(path)

    @property
    def mark(self) -> str:
        """What tells keys apart and gives nothing away, for keys of results (16 hex digits)."""
        return self.derived("mark").hex()[:16]

    def derived(self, purpose: str) -> bytes:
        """32 bytes for a purpose of its own (BLAKE2b with the key)."""
        return hashlib.blake2b(purpose.encode(), key=self._secret, digest_size=32).digest()

    def number(self, purpose: str, below: int) -> int:
        """A number from 0 that the key decides, evenly for `below` far under 2**64."""
        return int.from_bytes(self.derived(purpose)[:8]) % below
