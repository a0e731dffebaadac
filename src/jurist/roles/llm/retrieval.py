"""A memory of saved queries: the closest known questions and what was saved for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jurist.models import Models
from jurist.records import Case

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer


@dataclass(frozen=True)
class Memory:
    """Questions with their saved queries, in a stable order."""

    questions: tuple[str, ...]
    queries: tuple[str, ...]

    @staticmethod
    def of(cases: Iterable[Case]) -> Memory:
        """Every question of every buildable case."""
        pairs = [
            (question.text, case.reference)
            for case in cases
            if case.reference is not None
            for question in case.questions
        ]
        return Memory(tuple(text for text, _ in pairs), tuple(query for _, query in pairs))

    @cached_property
    def _index(self) -> tuple[TfidfVectorizer, csr_matrix]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        return vectorizer, vectorizer.fit_transform(self.questions)

    def nearest(self, text: str, k: int) -> list[tuple[str, str]]:
        """The k closest (question, query) by TF-IDF cosine, closest first."""
        if not self.questions:
            return []
        vectorizer, index = self._index
        likeness = (index @ vectorizer.transform([text]).T).toarray()[:, 0]
        return self._top(likeness, k)

    async def nearest_by_meaning(
        self, text: str, k: int, models: Models, embedder: str
    ) -> list[tuple[str, str]]:
        """The k closest by cosine of an embedding model's vectors."""
        if not self.questions:
            return []
        embedded = await models.embed(embedder, (*self.questions, text))
        vectors = np.asarray(embedded.vectors)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return self._top(vectors[:-1] @ vectors[-1], k)

    def _top(self, likeness: np.ndarray[tuple[int], np.dtype[np.float64]], k: int) -> list[
        tuple[str, str]
    ]:  # fmt: skip
        order = np.argsort(-likeness, kind="stable")[:k]
        return [(self.questions[int(i)], self.queries[int(i)]) for i in order]
