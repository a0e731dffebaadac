"""Texts cut to a length."""

from __future__ import annotations

import pytest

from jurist.shortening import shortened


@pytest.mark.parametrize(
    ("text", "cut"), [("", ""), ("four", "four"), ("fives", "fiv…"), ("a long one", "a l…")]
)
def test_a_text_that_is_too_long_ends_in_a_sign_of_it(text: str, cut: str) -> None:
    assert shortened(text, 4) == cut
