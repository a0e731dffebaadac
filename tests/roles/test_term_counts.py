"""Terms are counted as scikit-learn counts them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from jurist.data import cases_path
from jurist.roles.term_counts import TermCounts

WILD = ["", "?!", "a", "A a a b", "Ein Über-Maß, ÄÖ", "x_1 2.5 don't", "İ ıI ß", "tab\tnew\nline"]
SHIPPED = cases_path("shop").read_text("utf-8").splitlines()


@pytest.mark.parametrize("word", [r"(?u)\b\w+\b", r"(?u)\b\w\w+\b"])
def test_counts_are_those_of_scikit_learn(word: str) -> None:
    rng = random.Random(3)
    words = ["ab", "Ab", "c5", "_", "é", "."]
    drawn = [" ".join(rng.choices(words, k=rng.randint(0, 9))) for _ in range(60)]
    for texts in (WILD, SHIPPED, drawn):
        theirs = CountVectorizer(ngram_range=(1, 2), token_pattern=word)
        wanted = theirs.fit_transform(texts)
        ours = TermCounts.of(texts, word)
        assert list(ours.columns) == sorted(ours.columns)
        assert np.array_equal(ours.counts.toarray(), wanted.toarray())
        assert np.array_equal(ours.counts.indices, wanted.indices)  # sums round alike
        for text in (*WILD, *drawn, SHIPPED[0] + " and more"):
            assert ours.vector(text).tolist() == theirs.transform([text]).toarray()[0].tolist()


def test_texts_without_words_have_no_terms() -> None:
    found = TermCounts.of(["?", ""], r"\w+")
    assert found.counts.shape == (2, 0)
    assert found.vector("a").tolist() == []
