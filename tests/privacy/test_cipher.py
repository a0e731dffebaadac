"""The cipher of texts: what it keeps, what it hides, and that it can be undone."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.privacy import Key
from jurist.privacy.cipher import TextCipher, is_special

CIPHER = TextCipher(Key(bytes(range(32))))
ANY = st.text(max_size=30)


@given(ANY)
def test_every_text_comes_back(text: str) -> None:
    assert CIPHER.back(CIPHER.put(text)) == text


@given(ANY)
def test_every_text_stands_for_another(text: str) -> None:
    assert CIPHER.put(CIPHER.back(text)) == text


@given(ANY, ANY)
def test_different_texts_have_different_pseudonyms(one: str, other: str) -> None:
    assert (CIPHER.put(one) == CIPHER.put(other)) == (one == other)


@given(ANY)
def test_length_stays_and_so_does_what_is_no_letter(text: str) -> None:
    put = CIPHER.put(text)
    assert len(put) == len(text)
    for before, after in zip(text, put, strict=True):
        assert before.isalnum() or before == after
        assert before.isdecimal() == after.isdecimal()
        assert before.isupper() == after.isupper()


@given(ANY, ANY)
def test_what_two_words_begin_with_alike_their_pseudonyms_do(one: str, other: str) -> None:
    assert shared(CIPHER.put_words(one), CIPHER.put_words(other)) == shared(one, other)


def shared(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@given(st.text(st.characters(max_codepoint=0x24F, categories=["Ll", "Lu"]), max_size=20))
def test_case_makes_no_difference(text: str) -> None:
    """For letters whose two forms are each other's: Python's own forms are the oracle."""
    simple = "".join(c for c in text if is_simple(c))
    assert CIPHER.put_words(simple.upper()) == CIPHER.put_words(simple).upper()
    assert CIPHER.put_words(simple.lower()) == CIPHER.put_words(simple).lower()


def is_simple(letter: str) -> bool:
    small, capital = letter.lower(), letter.upper()
    return len(small + capital) == 2 and small.upper() == capital and capital.lower() == small


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789"), min_size=1))
def test_no_letter_stands_for_itself(word: str) -> None:
    if not is_special(word):
        assert all(a != b for a, b in zip(word, CIPHER.put_words(word), strict=True))


@pytest.mark.parametrize(
    "text",
    ["Zürich", "Αθήνα", "Москва", "東京都", "서울", "القاهرة", "e\u0301te\u0301", "٤٢"],
)
def test_other_scripts_stay_in_their_script(text: str) -> None:
    put = CIPHER.put(text)
    assert put != text
    assert all(a.isalpha() == b.isalpha() for a, b in zip(text, put, strict=True))


@pytest.mark.parametrize("text", ["", "true", "False", "NULL", "none", "-", "🛒", "' OR '"[:1]])
def test_what_says_nothing_stays(text: str) -> None:
    assert CIPHER.put(text) == text


def test_another_key_gives_other_pseudonyms() -> None:
    other = TextCipher(Key(bytes(32)))
    texts = ["Stockholm", "anna@example.com", "2024-A"]
    assert all(CIPHER.put(text) != other.put(text) for text in texts)


def test_words_are_kept_apart_and_begin_alike() -> None:
    put = CIPHER.put("winter-sale_2025 Winters")
    first, second, third = put.replace("-", " ").replace("_", " ").split()[:3]
    assert (len(first), len(second), len(third)) == (6, 4, 4)
    assert put.split()[-1].lower().startswith(first.lower())
