"""The generator `nearest`: the closest known question's query, fitted to what is asked.

Known are the other cases' own questions, and what the realizer makes of their references.
Closeness is the cosine of tf-idf weights over the words and pairs of words of two outlines,
in which what requests name is replaced by its kind, where their language reads English; where
it does not, requests are compared word by word, and nothing is fitted. A case that is
left out is as if it had never been known: neither its questions nor the frequencies of
their words play a part. Where the closest known question is one that cannot be built, so is
this one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from jurist.errors import InputError, UnsupportedError
from jurist.languages.capabilities import ReadsEnglish, RequestOutline, Style
from jurist.records import Candidate, Case, Cost, Question
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import Workspace

CLOSE_ENOUGH: Final = 0.3
"""The least similarity, from 0 to 1, at which a known question is taken for an answer."""
_OTHER_SHAPE: Final = 0.7
"""What similarity is multiplied with where the slots are not as many of each kind."""
_WORD: Final = r"(?u)\b\w+\b"


@dataclass(frozen=True, slots=True)
class Known:
    """A question whose query is known."""

    case: str
    text: str
    query: str | None
    """`None`: what it asks for cannot be built."""
    outline: RequestOutline


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known question and how close it is, from 0 to 1."""

    known: Known
    similarity: float


@dataclass(frozen=True)
class Shelf:
    """All known questions of one workspace, as counts of words."""

    known: tuple[Known, ...]

    @cached_property
    def _vectorizer(self) -> CountVectorizer:
        return CountVectorizer(ngram_range=(1, 2), token_pattern=_WORD)

    @cached_property
    def _counts(self) -> csr_matrix:
        return self._vectorizer.fit_transform([each.outline.masked for each in self.known])

    @cached_property
    def _cases(self) -> NDArray[np.str_]:
        return np.array([each.case for each in self.known])

    @cached_property
    def _shapes(self) -> dict[tuple[str, ...], int]:
        """A number for each shape that an outline has."""
        shapes = dict.fromkeys(each.outline.shape for each in self.known)
        return {shape: number for number, shape in enumerate(shapes)}

    @cached_property
    def _shaped(self) -> NDArray[np.int64]:
        """The number of each question's shape."""
        return np.array([self._shapes[each.outline.shape] for each in self.known], dtype=np.int64)

    def nearest(self, asked: RequestOutline, *, without: str | None) -> Neighbour | None:
        """The closest known question of another case; `None` where no word is shared.

        Args:
            asked: The request's outline; a question with as many slots of each kind is closer.
            without: The case to leave out.
        """
        if not self.known:
            return None
        counts = self._counts
        kept = self._cases != without if without is not None else np.ones(len(self.known), bool)
        total = int(kept.sum())
        if not total:
            return None
        documents = np.asarray((counts[kept] > 0).sum(axis=0)).ravel()
        weights = np.where(documents > 0, np.log((1 + total) / (1 + documents)) + 1, 0.0) ** 2
        words = np.asarray(self._vectorizer.transform([asked.masked]).todense()).ravel()
        norm = float(np.sqrt((words * words * weights).sum()))
        if norm == 0:
            return None
        norms = np.sqrt(np.asarray(counts.multiply(counts) @ weights).ravel())
        dots = np.asarray(counts @ (words * weights)).ravel()
        near = np.where(kept & (norms > 0), dots / np.maximum(norms, 1e-12) / norm, -1.0)
        alike = self._shaped == self._shapes.get(asked.shape, -1)
        near = np.where(alike, near, near * _OTHER_SHAPE)
        best = int(near.argmax())
        return Neighbour(self.known[best], float(near[best])) if near[best] > 0 else None


@dataclass
class Library:
    """The shelves of a memory, made when they are first asked for."""

    memory: Iterable[Case]
    seed: int
    _shelves: dict[tuple[str, str], Shelf] = field(default_factory=dict[tuple[str, str], Shelf])
    _lock: Lock = field(default_factory=Lock)

    def shelf(self, workspace: Workspace) -> Shelf:
        """What is known in a workspace."""
        key = workspace.language.name, workspace.schema.digest
        with self._lock:
            if key not in self._shelves:
                self._shelves[key] = Shelf(tuple(_known(self.memory, workspace, self.seed)))
            return self._shelves[key]


@dataclass(frozen=True, slots=True)
class NearestGenerator:
    """Answers with the query of the closest known question, fitted; refuses where none is close."""

    name: str
    version: str
    library: Library = field(repr=False)
    close_enough: float = CLOSE_ENOUGH
    left_out: str | None = None

    def without(self, case_id: str) -> NearestGenerator:
        """The same with one case left out."""
        return replace(self, left_out=case_id)

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The fitted query, with the neighbour in its notes, or a refusal."""
        started = time.perf_counter()
        asked = _outline(question.text, workspace)
        found = self.library.shelf(workspace).nearest(asked, without=self.left_out)
        if found is None or found.similarity < self.close_enough:
            how_near = f" (similarity {found.similarity:.2f})" if found else ""
            return Candidate(
                refusal=f"no known question is close enough{how_near}", cost=_since(started)
            )
        note = f"from {found.known.case}, similarity {found.similarity:.2f}: {found.known.text}"
        if found.known.query is None:
            refusal = "the closest known question cannot be built"
            return Candidate(refusal=refusal, cost=_since(started), notes=(note,))
        query = _fitted(found.known.query, found.known.outline, asked, workspace)
        return Candidate(query=query, cost=_since(started), notes=(note,))


def _outline(request: str, workspace: Workspace) -> RequestOutline:
    language = workspace.language
    if not isinstance(language, ReadsEnglish):
        return RequestOutline(request)
    return language.outline_request(request, workspace.schema)


def _known(memory: Iterable[Case], workspace: Workspace, seed: int) -> list[Known]:
    known: list[Known] = []
    for case in memory:
        texts = [question.text for question in case.questions]
        if case.reference is not None:
            texts += _realized(case.id, case.reference, workspace, seed)
        known += [
            Known(case.id, text, case.reference, _outline(text, workspace))
            for text in dict.fromkeys(texts)
        ]
    return known


def _realized(case_id: str, reference: str, workspace: Workspace, seed: int) -> list[str]:
    """The realizer's questions; none where the language cannot say the query."""
    try:
        made = realize(
            case_id,
            reference,
            workspace,
            styles=tuple(Style),
            per_case=1,
            seed=seed,
            author="nearest",
        )
    except (InputError, UnsupportedError):
        return []
    return [question.text for question in made]


def _fitted(known: str, before: RequestOutline, after: RequestOutline, workspace: Workspace) -> str:
    """A known query, fitted where its language can do that and the schema allows it."""
    language, schema = workspace.language, workspace.schema
    if not isinstance(language, ReadsEnglish):
        return known
    text = language.format(language.fit_request(language.parse(known, schema), before, after))
    try:
        fitted = language.parse(text, schema)
    except InputError:  # what the request names is beyond what a query may say
        return known
    return known if language.check(fitted, schema, text=text) else text


def _since(started: float) -> Cost:
    return Cost(ms=(time.perf_counter() - started) * 1000)
