"""Whether two sets of questions come from one mix, at a level that holds for many looks.

The classifier two-sample test of `shift` (Lopez-Paz & Oquab 2017) made exact: its p-value
permutes the labels and fits the classifier anew for each permutation, so where questions are
exchangeable, p <= a happens with a chance of at most a (Phipson & Smyth 2010), whatever the
classifier. That is affordable for kernel ridge regression on TF-IDF vectors: its held-out scores
are linear in the labels, and one inverse a fold serves all permutations. Pairs are counted within
folds only: scores of different folds come of different fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.shift import Profile, profile, vectorizer_of, words_of
from jurist.analysis.tables import Floats

LEAST: Final = 20
"""Questions of each side below which nothing is tested."""
MOST: Final = 500
"""Questions of each side that are compared: of more, so many are drawn."""
_FOLDS: Final = 5
_RIDGE: Final = 0.3
_FIRST: Final = 999
"""Permutations of a first try."""
_ALL: Final = 19_999
"""And of the one that counts where that gave `_NEAR` or less."""
_NEAR: Final = 0.02
_ANY_WORD: Final = "word"
"""Learnt too, for there may be questions without a word."""
_AT_ONCE: Final = 1_000
_MOST_SHOWN: Final = 8
METHOD: Final = "held-out ridge classifier, Hanley & McNeil"


@dataclass(frozen=True, slots=True)
class MovedWord:
    """A word with the shares of questions that it stands in."""

    word: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the questions that are asked now are from those that a system was evaluated on.

    `auroc` is how well a held-out classifier tells them apart (0.5: not at all), `p_value` that
    of both being one mix, of this look alone.
    """

    auroc: Estimate
    p_value: float
    before: Profile
    now: Profile
    words: tuple[MovedWord, ...]
    """Whose share moved most."""
    examples: tuple[str, ...]
    """Questions that are least like those before."""


def drift(before: Sequence[str], now: Sequence[str], *, seed: int = 0) -> Drift:
    """Compare two sets of questions that do not hang together: one a person, one a case.

    Args:
        before: What a system was evaluated on.
        now: What is asked.
        seed: Of draws, folds and permutations.

    Raises:
        ValueError: Either set has fewer than `LEAST` questions.
    """
    if min(len(before), len(now)) < LEAST:
        msg = f"{len(before)} and {len(now)} questions: at least {LEAST} of each are needed"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    old, new = (_drawn(texts, rng) for texts in (before, now))
    texts = [*old, *new]
    labels = np.r_[np.zeros(len(old)), np.ones(len(new))]
    held_out = _HeldOut(texts, rng.integers(0, _FOLDS, len(texts)))
    auroc = held_out.auroc(labels[:, None])[0]
    p_value = held_out.p_value(labels, auroc, _FIRST, rng)
    if p_value <= _NEAR:
        # What was near by chance is tried anew, and that alone counts: p <= a for a below
        # `_NEAR` then still has a chance of at most a.
        p_value = held_out.p_value(labels, auroc, _ALL, rng)
    scores = held_out.scores(labels)
    unlike = sorted(zip(scores[len(old) :], new, strict=True), key=lambda each: (-each[0], each[1]))
    return Drift(
        _with_interval(float(auroc), len(old), len(new)),
        p_value,
        profile(old),
        profile(new),
        _moved_words(old, new),
        tuple(dict.fromkeys(text for _, text in unlike[:_MOST_SHOWN])),
    )


class _HeldOut:
    """Scores of each question by a classifier that was fitted without its fold."""

    def __init__(self, texts: Sequence[str], fold: np.ndarray[tuple[int], np.dtype[np.int64]]):
        vectors = vectorizer_of().fit([*texts, _ANY_WORD]).transform(texts)
        kernel = np.asarray((vectors @ vectors.T).todense(), dtype=np.float64)
        self._parts: list[tuple[np.ndarray, np.ndarray, Floats]] = []
        for number in range(_FOLDS):
            inside, outside = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
            gram = kernel[np.ix_(outside, outside)] + _RIDGE * np.eye(len(outside))
            weights = np.linalg.solve(gram, kernel[np.ix_(outside, inside)]).T.astype(np.float64)
            self._parts.append((inside, outside, weights))

    def auroc(self, labels: Floats) -> Floats:
        """Of each column of labels: the share of pairs within folds in their right order."""
        right, pairs = np.zeros(labels.shape[1]), np.zeros(labels.shape[1])
        for inside, outside, weights in self._parts:
            fitted = labels[outside]
            scores = weights @ (fitted - fitted.mean(axis=0))
            ranks = _mid_ranks(scores)
            ours = labels[inside]
            positives = ours.sum(axis=0)
            right += (ranks * ours).sum(axis=0) - positives * (positives + 1) / 2
            pairs += positives * (len(inside) - positives)
        return right / np.maximum(pairs, 1)

    def p_value(
        self, labels: Floats, auroc: float, permutations: int, rng: np.random.Generator
    ) -> float:
        """The share of permutations that tell the two apart as well, this one among them."""
        as_large = 0
        for begin in range(0, permutations, _AT_ONCE):
            some = np.tile(labels[:, None], (1, min(_AT_ONCE, permutations - begin)))
            as_large += int((self.auroc(rng.permuted(some, axis=0)) >= auroc - 1e-12).sum())
        return (as_large + 1) / (permutations + 1)

    def scores(self, labels: Floats) -> Floats:
        """How much each question looks like the second set."""
        scores = np.zeros(len(labels))
        for inside, outside, weights in self._parts:
            scores[inside] = weights @ (labels[outside] - labels[outside].mean())
        return scores


def _mid_ranks(scores: Floats) -> Floats:
    """Ranks from 1 in each column, equal ones their mean."""
    from scipy import stats

    return np.asarray(stats.rankdata(scores, axis=0), dtype=np.float64)


def _drawn(texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    if len(texts) <= MOST:
        return list(texts)
    return [texts[int(place)] for place in np.sort(rng.permutation(len(texts))[:MOST])]


def _with_interval(auroc: float, negatives: int, positives: int) -> Estimate:
    """Hanley & McNeil 1982; Jurist's own p-value does not rest on it."""
    one, two = auroc / (2 - auroc), 2 * auroc**2 / (1 + auroc)
    variance = (
        auroc * (1 - auroc)
        + (positives - 1) * (one - auroc**2)
        + (negatives - 1) * (two - auroc**2)
    ) / (positives * negatives)
    reach = float(special.ndtri((1 + CONFIDENCE) / 2)) * float(np.sqrt(max(variance, 0.0)))
    number = positives + negatives
    low, high = max(0.0, auroc - reach), min(1.0, auroc + reach)
    return Estimate(auroc, low, high, number, number, METHOD)


def _moved_words(before: Sequence[str], now: Sequence[str]) -> tuple[MovedWord, ...]:
    old, new = (
        Counter(word for text in texts for word in set(words_of(text))) for texts in (before, now)
    )
    moved = (
        MovedWord(word, old[word] / len(before), new[word] / len(now)) for word in old.keys() | new
    )
    ordered = sorted(moved, key=lambda each: (-abs(each.now - each.before), each.word))
    return tuple(ordered[:_MOST_SHOWN])
