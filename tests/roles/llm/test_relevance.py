"""The part of a schema that a prompt shows: all of it, or what the request is about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jurist.roles.llm.relevance import relevant, words

LINES = [
    "event 'Order Completed'",
    "property of 'Order Completed' 'total': number",
    "event 'Song Played'",
    "property of 'Song Played' 'genre': text",
    "trait 'plan': one of 'free' | 'pro'",
]


def test_all_is_shown_in_its_order_where_it_fits() -> None:
    assert relevant(LINES, "whatever") == "\n".join(LINES)


def test_the_lines_about_the_request_are_kept_in_their_order() -> None:
    shown = relevant(LINES, "who played songs of the genre jazz", limit=70).splitlines()
    assert shown == [LINES[2], LINES[3], "(3 more names are not shown)"]


def test_plurals_and_spellings_of_compounds_are_one() -> None:
    assert words("OrderCompleted order_completed Orders completed") == [
        "order", "completed", "order", "completed", "order", "completed",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=40), max_size=30), st.text(max_size=60), st.integers(0, 400))
def test_the_limit_holds_and_no_line_becomes_two(lines: list[str], text: str, limit: int) -> None:
    shown = relevant(lines, text, limit=limit)
    kept = shown.split("\n") if shown else []
    if kept and kept[-1].endswith("more names are not shown)"):
        shown = "\n".join(kept[:-1])
    assert len(shown) <= limit
    assert "\n" not in "".join(kept)
    assert len(kept) <= len(lines) + 1
