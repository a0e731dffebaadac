"""Many texts in one block of bytes: kept, written and searched without an object for each."""

from __future__ import annotations

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

    def chosen(self, numbers: NDArray[np.int64]) -> Texts:
        """The texts of these numbers, in this order."""
        return Texts.of(self[number] for number in numbers.tolist())

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
        block, ends = self.block, self.ends
        begin = block.find(sought)
        while begin >= 0:
            number = int(np.searchsorted(ends, begin, side="right"))
            end = int(ends[number])
            inside = begin + len(sought) <= end
            there[number] = inside or there[number]
            begin = block.find(sought, end if inside else begin + 1)
        return there
