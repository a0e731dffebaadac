"""A memory of saved queries: the closest known questions and what was saved for them.

A case that is left out is as if it had never been saved: neither its questions nor their
words' frequencies play a part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from jurist.models import Models
from jurist.records import Case, Cost
from jurist.roles.llm.costs import cost_of_embeddings

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

_TINY: Final = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Saved:
    """A question whose query was saved."""

    case: str
    question: str
    query: str


@dataclass(frozen=True)
class Memory:
    """Saved questions in a stable order. One memory serves all questions of a run."""

    saved: tuple[Saved, ...] = ()
    _vectors: dict[str, Floats] = field(
        default_factory=dict[str, Floats], init=False, repr=False, compare=False
    )
    _embedding: asyncio.Lock = field(
        default_factory=asyncio.Lock, init=False, repr=False, compare=False
    )

    @staticmethod
    def of(cases: Iterable[Case]) -> Memory:
        """Every question of every buildable case."""
        return Memory(
            tuple(
                Saved(case.id, question.text, case.reference)
                for case in cases
                if case.reference is not None
                for question in case.questions
            )
        )

    @cached_property
    def _cases(self) -> NDArray[np.str_]:
        return np.array([each.case for each in self.saved])

    @cached_property
    def _index(self) -> tuple[CountVectorizer, csr_matrix]:
        """The vectorizer, and 1 + ln(count) of each word and pair of words in each question."""
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(ngram_range=(1, 2))
        counts = vectorizer.fit_transform([each.question for each in self.saved]).astype(np.float64)
        counts.data = 1.0 + np.log(counts.data)
        return vectorizer, counts

    def nearest(self, text: str, k: int, *, without: str | None = None) -> tuple[Saved, ...]:
        """The k closest by TF-IDF cosine, closest first, those of one case left out."""
        kept = self._kept(without)
        if not kept.any():
            return ()
        try:
            vectorizer, counts = self._index
        except ValueError:  # no question of the memory has a word
            return self._top(np.zeros(len(self.saved)), kept, k)
        documents = np.asarray((counts[kept] > 0).sum(axis=0), dtype=np.float64).ravel()
        known = np.log((1 + kept.sum()) / (1 + documents)) + 1
        weights = np.where(documents > 0, known, 0.0) ** 2
        asked = np.asarray(vectorizer.transform([text]).todense(), dtype=np.float64).ravel()
        asked[asked > 0] = 1.0 + np.log(asked[asked > 0])
        dots = np.asarray(counts @ (asked * weights)).ravel()
        norms = np.sqrt(np.asarray(counts.multiply(counts) @ weights).ravel())
        return self._top(dots / np.maximum(norms, _TINY), kept, k)

    async def nearest_by_meaning(
        self, text: str, k: int, models: Models, embedder: str, *, without: str | None = None
    ) -> tuple[tuple[Saved, ...], Cost]:
        """The k closest by cosine of an embedding model's vectors, and what that cost.

        The memory is embedded once; who asks first pays for it.

        Raises:
            ModelError: The model gave no vectors.
        """
        kept = self._kept(without)
        if not kept.any():
            return (), Cost()
        cost = Cost()
        async with self._embedding:
            if embedder not in self._vectors:
                embedded = await models.embed(embedder, [each.question for each in self.saved])
                self._vectors[embedder] = _unit(embedded.vectors)
                cost = cost_of_embeddings(embedded)
        asked = await models.embed(embedder, (text,))
        likeness = self._vectors[embedder] @ _unit(asked.vectors)[0]
        return self._top(likeness, kept, k), cost + cost_of_embeddings(asked)

    def _kept(self, without: str | None) -> NDArray[np.bool_]:
        everybody = np.ones(len(self.saved), dtype=np.bool_)
        return everybody if without is None or not self.saved else self._cases != without

    def _top(self, likeness: Floats, kept: NDArray[np.bool_], k: int) -> tuple[Saved, ...]:
        order = np.argsort(np.where(kept, -likeness, np.inf), kind="stable")
        return tuple(self.saved[int(i)] for i in order[: min(k, int(kept.sum()))])


def _unit(vectors: tuple[tuple[float, ...], ...]) -> Floats:
    found = np.asarray(vectors, dtype=np.float64)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _TINY)
