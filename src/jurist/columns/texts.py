"""Many texts in one block of bytes: kept, written and searched without an object for each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHORT: Final = 2
"""Bytes up to which a needle is compared everywhere at once: it may be in every text."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by their number."""

    block: bytes
    """All of them, one after the other, in UTF-8; lone surrogates are kept."""
    ends: NDArray[np.int64]
    """Where each ends in the block."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts into one block."""
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.fromiter(accumulate(map(len, parts)), np.int64, len(parts))
        return cls(b"".join(parts), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        begin = int(self.ends[number - 1]) if number else 0
        return self.block[begin : int(self.ends[number])].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        begin = 0
        for end in self.ends.tolist():
            yield self.block[begin:end].decode("utf-8", "surrogatepass")
            begin = end

    def casefolded(self) -> Texts:
        """The same without a difference between capitals and small letters."""
        if self.block.isascii():  # every letter stays where it is
            return Texts(self.block.lower(), self.ends)
        return Texts.of(text.casefold() for text in self)

    def having(self, needle: str) -> NDArray[np.bool_]:
        """Which texts a needle is in, letter by letter."""
        sought = needle.encode("utf-8", "surrogatepass")
        if not sought:
            return np.ones(len(self), dtype=np.bool_)
        return self._everywhere(sought) if len(sought) <= _SHORT else self._one_by_one(sought)

    def _everywhere(self, sought: bytes) -> NDArray[np.bool_]:
        there = np.zeros(len(self), dtype=np.bool_)
        letters = np.frombuffer(self.block, dtype=np.uint8)
        size = len(letters) - len(sought) + 1
        if size <= 0:
            return there
        hits = np.ones(size, dtype=np.bool_)
        for place, letter in enumerate(sought):
            hits &= letters[place : place + size] == letter
        begins = np.flatnonzero(hits)
        numbers = np.searchsorted(self.ends, begins, side="right")
        there[numbers[begins + len(sought) <= self.ends[numbers]]] = True
        return there

    def _one_by_one(self, sought: bytes) -> NDArray[np.bool_]:
        there = np.zeros(len(self), dtype=np.bool_)
        block, ends = self.block, self.ends.tolist()
        hits: list[int] = []
        number, begin = 0, block.find(sought)
        while begin >= 0:
            number = bisect_right(ends, begin, number)
            if begin + len(sought) <= ends[number]:
                hits.append(number)
                begin = block.find(sought, ends[number])
            else:  # it goes over into the next text
                begin = block.find(sought, begin + 1)
        there[hits] = True
        return there
