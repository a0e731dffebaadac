"""Texts as counts of their words and pairs of words: what TF-IDF begins with.

The counts are those of scikit-learn's `CountVectorizer`, whose import alone takes longer than a
small run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Terms of a collection of texts, and how often each text has each of them."""

    word: re.Pattern[str]
    columns: Mapping[str, int]
    counts: csr_matrix
    """A row a text, a column a term, in the order of the alphabet."""

    @staticmethod
    def of(texts: Sequence[str], word: str) -> TermCounts:
        """The terms of texts, in which a regular expression finds the words."""
        from scipy.sparse import csr_matrix

        pattern = re.compile(word)
        rows = [_terms(text, pattern) for text in texts]
        came: dict[str, int] = {}
        for term in chain.from_iterable(rows):
            came.setdefault(term, len(came))
        columns = {term: place for place, term in enumerate(sorted(came))}
        # Each row as scikit-learn has it, in the order of coming up: sums of weights round alike.
        ordered = [(row, sorted(row, key=came.__getitem__)) for row in rows]
        values = np.array([row[term] for row, terms in ordered for term in terms], dtype=np.int64)
        indices = np.array([columns[term] for _, terms in ordered for term in terms], np.int32)
        ends = np.cumsum([0, *map(len, rows)])
        shape = len(rows), len(columns)
        return TermCounts(pattern, columns, csr_matrix((values, indices, ends), shape=shape))

    def vector(self, text: str) -> NDArray[np.int64]:
        """How often another text has each term."""
        found = np.zeros(len(self.columns), dtype=np.int64)
        for term, count in _terms(text, self.word).items():
            if term in self.columns:
                found[self.columns[term]] = count
        return found


def _terms(text: str, word: re.Pattern[str]) -> Counter[str]:
    words = word.findall(text.lower())
    return Counter([*words, *map(" ".join, pairwise(words))])
