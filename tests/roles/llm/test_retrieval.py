"""The memory of saved queries: nearest questions, one case as if it had never been saved."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from jurist.records import Case, Origin, Question
from jurist.roles.llm.retrieval import Memory
from role_talk import talking

WORDS = ("order", "plan", "pro", "older", "song", "played", "thirty", "days", "trial", "churn")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


def case(name: str, *texts: str, reference: str | None = "q") -> Case:
    questions = tuple(
        Question(f"{name}-{n}", text, Origin.AUTHORED) for n, text in enumerate(texts)
    )
    return Case(name, reference and f"{reference}-{name}", questions)


@settings(max_examples=40)
@given(st.lists(SENTENCES, min_size=2, max_size=8), SENTENCES, st.integers(0, 7))
def test_likeness_is_that_of_a_memory_without_the_case(
    texts: list[str], asked: str, left_out: int
) -> None:
    """The oracle fits scikit-learn's TF-IDF anew to what is left."""
    left_out %= len(texts)
    memory = Memory.of(case(f"{n}", text) for n, text in enumerate(texts))
    found = memory.nearest(asked, len(texts), without=f"{left_out}")
    rest = [n for n in range(len(texts)) if n != left_out]
    oracle = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    index = oracle.fit_transform([texts[n] for n in rest])
    likeness = (index @ oracle.transform([asked]).T).toarray()[:, 0]
    by_case = {f"{n}": float(value) for n, value in zip(rest, likeness, strict=True)}
    assert {saved.case for saved in found} == set(by_case)
    values = [by_case[saved.case] for saved in found]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(values))


def test_unbuildable_cases_teach_nothing_and_an_empty_memory_finds_nothing() -> None:
    memory = Memory.of([case("a", "orders"), case("b", "orders", reference=None)])
    assert [saved.case for saved in memory.nearest("orders", 5)] == ["a"]
    assert memory.nearest("orders", 5, without="a") == ()
    assert Memory().nearest("orders", 5) == ()


def test_a_memory_of_no_words_keeps_its_order() -> None:
    memory = Memory.of([case("a", "?"), case("b", "!")])
    assert [saved.case for saved in memory.nearest("orders", 5)] == ["a", "b"]


async def test_by_meaning_the_vectors_decide_and_the_memory_is_embedded_once() -> None:
    memory = Memory.of([case("a", "one"), case("b", "two"), case("c", "three")])
    async with talking("") as talk:
        first, cost = await memory.nearest_by_meaning("two", 1, talk.models, talk.model)
        assert [saved.case for saved in first] == ["b"]
        assert cost.calls == 1  # "two" was embedded with the memory
        again, cost = await memory.nearest_by_meaning(
            "two", 3, talk.models, talk.model, without="b"
        )
        requests = talk.server.counts.requests
        embedded = await talk.models.embed(talk.model, ["one", "two", "three"])
    assert cost.calls == 0
    assert requests == 1
    vectors = np.asarray(embedded.vectors)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nearer = "a" if vectors[0] @ vectors[1] > vectors[2] @ vectors[1] else "c"
    assert [saved.case for saved in again] == [nearer, "a" if nearer == "c" else "c"]
