from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jurist.columns.texts import Texts

_LETTERS = st.text("abÄé\n\x00😀", max_size=8)


@given(st.lists(_LETTERS, max_size=12), st.text("abÄé\n\x00😀", max_size=4))
def test_a_needle_is_in_the_texts_that_python_finds_it_in(texts: list[str], needle: str) -> None:
    held = Texts.of(texts)
    assert list(held) == texts
    assert [held[number] for number in range(len(held))] == texts
    assert held.having(needle).tolist() == [needle in text for text in texts]


@given(st.lists(st.text(max_size=5), max_size=8))
def test_capitals_are_folded_as_python_does(texts: list[str]) -> None:
    assert list(Texts.of(texts).casefolded()) == [text.casefold() for text in texts]


def test_what_is_no_valid_text_is_kept() -> None:
    assert list(Texts.of(["\ud800", ""])) == ["\ud800", ""]
    assert Texts.of(["x\ud800y"]).having("\ud800").tolist() == [True]
