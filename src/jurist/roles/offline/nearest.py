"""The generator `nearest`: the closest known question's query, fitted to what is asked.

Known are the other cases' own questions, and what the realizer makes of their references.
Closeness is the cosine of tf-idf weights over words and pairs of words; numbers and lengths
of time count as one word each. A case that is left out is as if it had never been known:
neither its questions nor their words' frequencies play a part. Where the closest known
question is one that cannot be built, so is this one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from jurist.errors import InputError, UnsupportedError
from jurist.languages.cql.checker import check
from jurist.languages.cql.parser import parse
from jurist.languages.cql.printer import format_query
from jurist.languages.cql.schema import CqlSchema
from jurist.records import Candidate, Case, Cost, Question
from jurist.roles.offline.adapting import adapt
from jurist.roles.offline.realizer import STYLES, realize
from jurist.roles.offline.slots import Slot, read_slots
from jurist.roles.protocols import Workspace

CLOSE_ENOUGH: Final = 0.3
"""The least similarity, from 0 to 1, at which a known question is taken for an answer."""
_WORD: Final = r"(?u)\b\w+\b"


@dataclass(frozen=True, slots=True)
class Known:
    """A question whose query is known."""

    case: str
    text: str
    query: str | None
    """`None`: what it asks for cannot be built."""
    masked: str
    slots: tuple[Slot, ...]


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
        return self._vectorizer.fit_transform([each.masked for each in self.known])

    @cached_property
    def _cases(self) -> NDArray[np.str_]:
        return np.array([each.case for each in self.known])

    def nearest(self, masked: str, *, without: str | None) -> Neighbour | None:
        """The closest known question of another case; `None` where no word is shared."""
        if not self.known:
            return None
        counts = self._counts
        kept = self._cases != without if without is not None else np.ones(len(self.known), bool)
        total = int(kept.sum())
        if not total:
            return None
        documents = np.asarray((counts[kept] > 0).sum(axis=0)).ravel()
        weights = np.where(documents > 0, np.log((1 + total) / (1 + documents)) + 1, 0.0) ** 2
        asked = np.asarray(self._vectorizer.transform([masked]).todense()).ravel()
        norm = float(np.sqrt((asked * asked * weights).sum()))
        if norm == 0:
            return None
        norms = np.sqrt(np.asarray(counts.multiply(counts) @ weights).ravel())
        dots = np.asarray(counts @ (asked * weights)).ravel()
        near = np.where(kept & (norms > 0), dots / np.maximum(norms, 1e-12) / norm, -1.0)
        best = int(near.argmax())
        return Neighbour(self.known[best], float(near[best])) if near[best] > 0 else None


@dataclass
class Library:
    """The shelves of a memory, made when they are first asked for."""

    memory: tuple[Case, ...]
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
        masked, slots = read_slots(question.text)
        found = self.library.shelf(workspace).nearest(masked, without=self.left_out)
        if found is None or found.similarity < self.close_enough:
            how_near = f" (similarity {found.similarity:.2f})" if found else ""
            return Candidate(
                refusal=f"no known question is close enough{how_near}", cost=_since(started)
            )
        note = f"from {found.known.case}, similarity {found.similarity:.2f}: {found.known.text}"
        if found.known.query is None:
            refusal = "the closest known question cannot be built"
            return Candidate(refusal=refusal, cost=_since(started), notes=(note,))
        query = _fitted(found.known.query, found.known.slots, slots, question.text, workspace)
        return Candidate(query=query, cost=_since(started), notes=(note,))


def _known(memory: Sequence[Case], workspace: Workspace, seed: int) -> list[Known]:
    known: list[Known] = []
    for case in memory:
        texts = [question.text for question in case.questions]
        if case.reference is not None:
            texts += _realized(case.id, case.reference, workspace, seed)
        for text in dict.fromkeys(texts):
            masked, slots = read_slots(text)
            known.append(Known(case.id, text, case.reference, masked, slots))
    return known


def _realized(case_id: str, reference: str, workspace: Workspace, seed: int) -> list[str]:
    """The realizer's questions; none where the language has no realizer."""
    try:
        made = realize(
            case_id, reference, workspace, styles=STYLES, per_case=1, seed=seed, author="nearest"
        )
    except (InputError, UnsupportedError):
        return []
    return [question.text for question in made]


def _fitted(
    known: str,
    before: Sequence[Slot],
    after: Sequence[Slot],
    request: str,
    workspace: Workspace,
) -> str:
    """A known query, fitted where its language is one that we can fit."""
    if not isinstance(workspace.schema, CqlSchema):
        return known
    query = adapt(parse(known), before, after, request, workspace.schema)
    text = format_query(query)
    return known if check(parse(text), workspace.schema, text=text) else text


def _since(started: float) -> Cost:
    return Cost(ms=(time.perf_counter() - started) * 1000)
