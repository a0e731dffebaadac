"""Synthetic against real questions: can they be told apart, and what does that do to a score?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jurist.analysis.tables import Floats

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

TELLABLE = 0.75
"""AUROC from which on two sets of questions count as too far apart to transfer a score."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a set of questions looks like: medians, and shares of the commonest words."""

    n: int
    characters: float
    words: float
    distinct_words: int
    top_words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """How far two sets of questions are apart.

    `auroc` is that of a held-out classifier that tells them apart (0.5: it cannot), with
    its permutation p-value. `weights` are the density ratios real / synthetic of the
    synthetic questions, mean 1.
    """

    auroc: float
    p_value: float
    synthetic: Profile
    real: Profile
    weights: Floats
    telling_words: tuple[str, ...]

    @property
    def too_far(self) -> bool:
        """Whether scores on synthetic questions should not be carried over."""
        return self.auroc >= TELLABLE and self.p_value <= 0.05


def words_of(text: str) -> list[str]:
    """The words of a question, in small letters."""
    return _WORD.findall(text.lower())


def profile(texts: Sequence[str], top: int = 10) -> Profile:
    """Length and vocabulary of a set of questions."""
    words = [words_of(text) for text in texts]
    counts = Counter(word for each in words for word in set(each))
    common = tuple((word, count / len(texts)) for word, count in counts.most_common(top))
    return Profile(
        len(texts),
        float(np.median([len(text) for text in texts])),
        float(np.median([len(each) for each in words])),
        len(counts),
        common,
    )


def classifier_two_sample_test(
    synthetic: Sequence[str], real: Sequence[str], *, permutations: int = 200, seed: int = 0
) -> Shift:
    """Classifier two-sample test (Lopez-Paz & Oquab 2017) on TF-IDF of words and word pairs.

    Five-fold out-of-fold logistic scores; the p-value permutes the labels against those
    scores. Density ratios come from the same scores by Bayes' rule, clipped to [0.05, 20].

    Raises:
        ValueError: Where either set has fewer than ten questions.
    """
    if min(len(synthetic), len(real)) < 10:
        msg = (
            f"{len(synthetic)} synthetic and {len(real)} real questions: "
            "at least 10 of each are needed to compare them"
        )
        raise ValueError(msg)
    texts = [*synthetic, *real]
    labels = np.r_[np.zeros(len(synthetic)), np.ones(len(real))]
    scores, telling = _out_of_fold(texts, labels, seed)
    auroc = _auroc(scores, labels)
    rng = np.random.default_rng(seed)
    as_large = sum(
        _auroc(scores, labels[rng.permutation(len(labels))]) >= auroc - 1e-12
        for _ in range(permutations)
    )
    odds = scores[labels == 0] / (1 - scores[labels == 0])
    ratios = np.clip(odds * len(synthetic) / len(real), 0.05, 20)
    return Shift(
        auroc,
        (as_large + 1) / (permutations + 1),
        profile(synthetic),
        profile(real),
        ratios / ratios.mean(),
        telling,
    )


def _out_of_fold(texts: Sequence[str], labels: Floats, seed: int) -> tuple[Floats, tuple[str, ...]]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    scores = np.empty(len(texts))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    for train, held_out in folds.split(np.zeros(len(texts)), labels):
        vectorizer = vectorizer_of()
        seen = vectorizer.fit_transform([texts[int(i)] for i in train])
        model = LogisticRegression(C=10.0, max_iter=1000).fit(seen, labels[train])
        unseen = vectorizer.transform([texts[int(i)] for i in held_out])
        scores[held_out] = model.predict_proba(unseen)[:, 1]
    vectorizer = vectorizer_of()
    every = vectorizer.fit_transform(texts)
    weights = LogisticRegression(C=10.0, max_iter=1000).fit(every, labels).coef_[0]
    names = vectorizer.get_feature_names_out()
    order = np.argsort(weights)
    telling = tuple(str(names[i]) for i in [*order[:5], *order[-5:]])
    return np.clip(scores, 1e-6, 1 - 1e-6), telling


def vectorizer_of() -> TfidfVectorizer:
    """What questions are told apart by: words and pairs of words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)


def _auroc(scores: Floats, labels: Floats) -> float:
    from scipy import stats

    ranks = stats.rankdata(scores)
    positives = int(labels.sum())
    below = float(ranks[labels == 1].sum()) - positives * (positives + 1) / 2
    return below / (positives * (len(labels) - positives))
