"""What is told of LIKE patterns, against SQLite and all short texts."""

from __future__ import annotations

import itertools
import random
import sqlite3

import pytest

from jurist.languages.sql.smt.patterns import Pattern, exclude, implies, pattern

TEXTS = ["".join(letters) for size in range(5) for letters in itertools.product("abA", repeat=size)]


def draw(rng: random.Random) -> str:
    return "".join(rng.choice("aabA%%_") for _ in range(rng.randint(0, 4)))


def matched(drawn: Pattern) -> set[str]:
    return {text for text in TEXTS if drawn.matches(text)}


@pytest.mark.parametrize("seed", range(40))
def test_matching_is_sqlite_s(seed: int) -> None:
    rng = random.Random(seed)
    text = draw(rng)
    ignoring = pattern(text, ignores_case=True)
    heeding = pattern(text, ignores_case=False)
    connection = sqlite3.connect(":memory:")
    for ignores_case, drawn in ((True, ignoring), (False, heeding)):
        connection.execute(f"PRAGMA case_sensitive_like = {int(not ignores_case)}")
        for value in (*TEXTS, "é", "É", "a\nb"):
            (expected,) = connection.execute("SELECT ? LIKE ?", (value, text)).fetchone()
            assert drawn.matches(value) is bool(expected), (value, text, ignores_case)
    connection.close()


def test_an_escaped_wildcard_is_a_letter() -> None:
    drawn = pattern("50!%%", ignores_case=True, escape="!")
    assert drawn.matches("50% off")
    assert not drawn.matches("50 off")


@pytest.mark.parametrize("seed", range(300))
def test_implication_and_exclusion_agree_with_all_short_texts(seed: int) -> None:
    """Two patterns of up to four letters are told apart by some text of up to four."""
    rng = random.Random(seed)
    left = pattern(draw(rng), ignores_case=rng.random() < 0.5)
    right = pattern(draw(rng), ignores_case=rng.random() < 0.5)
    if implies(left, right):
        assert matched(left) <= matched(right), (left, right)
    if exclude(left, right):
        assert not matched(left) & matched(right), (left, right)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("abc%", "%b%"), ("a_c", "a%"), ("%a%b%", "%b%"), ("_%", "%"), ("A%", "a%")],
)
def test_known_implications(narrow: str, wide: str) -> None:
    assert implies(pattern(narrow, ignores_case=True), pattern(wide, ignores_case=True))


@pytest.mark.parametrize(
    ("one", "other"), [("ab%", "b%"), ("%a", "%b"), ("a_", "a"), ("A%", "b%"), ("abc", "ab")]
)
def test_known_exclusions(one: str, other: str) -> None:
    assert exclude(pattern(one, ignores_case=True), pattern(other, ignores_case=True))


def test_equal_patterns_are_one() -> None:
    assert pattern("a%_%", ignores_case=False) == pattern("a_%%", ignores_case=False)
    assert pattern("A%", ignores_case=True) == pattern("a%", ignores_case=True)
    assert pattern("A%", ignores_case=False) != pattern("a%", ignores_case=False)
