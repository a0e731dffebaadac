"""Many texts in one block of bytes: kept, written and searched without an object for each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
        growing = GrowingTexts()
        for text in texts:
            growing.add(text)
        return cls(bytes(growing.block), np.array(growing.ends, dtype=np.int64))

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


@dataclass(slots=True)
class GrowingTexts:
    """Texts to which others come, in one block: as objects they would take ten times the room."""

    block: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("q"))

    def add(self, text: str) -> None:
        """Add a text; its number is how many there were."""
        self.block += text.encode("utf-8", "surrogatepass")
        self.ends.append(len(self.block))

    def in_order(self, order: NDArray[np.int64]) -> Texts:
        """The texts of these numbers, one after the other."""
        ends = np.array(self.ends, dtype=np.int64)
        begins = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        block = bytearray()
        for number in order.tolist():
            block += self.block[begins[number] : ends[number]]
        return Texts(bytes(block), np.cumsum((ends - begins)[order], dtype=np.int64))

    def keys(self) -> NDArray[np.bytes_]:
        """All of them, which are keys: about as long as each other."""
        ends = np.array(self.ends, dtype=np.int64)
        longest = int(np.diff(ends, prepend=0).max(initial=1))
        texts = Texts(bytes(self.block), ends)
        return np.fromiter((text.encode() for text in texts), f"S{longest}", len(ends))
