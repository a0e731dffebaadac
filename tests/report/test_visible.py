"""Hostile text made harmless, and nothing else changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from jurist.cli.terminal import plain
from jurist.report.visible import in_json, in_markdown, visible

TERMINAL_ORDERS = ["\x1b[31m", "\x9b31m", "\x07", "\x08", "\r", "\x7f", "\x00", "\x85"]
READER_ORDERS = ["\u202e", "\u2066", "\u200b", "\ufeff", "\u200f", "\u2028", "\U000e0041", "\ud800"]


@pytest.mark.parametrize("order", TERMINAL_ORDERS + READER_ORDERS)
def test_what_is_obeyed_unseen_is_seen(order: str) -> None:
    assert visible(f"a{order}b") == f"a\ufffd{order[1:]}b"


@pytest.mark.parametrize(
    "text", ["plain", "two\nlines\tand tab", "नमस्ते", "می‌خواهم", "👩‍💻", "שלום"]
)
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_rich_prints_plain_text_as_it_is(text: str) -> None:
    console = Console(width=10_000, highlight=False, soft_wrap=True, color_system="truecolor")
    with console.capture() as captured:
        console.print(plain(f"<{text}>", limit=10_000))
    printed = captured.get().removesuffix("\n")
    assert "\x1b" not in printed
    assert printed.replace("\t", " ").split() == visible(f"<{text}>").replace("\t", " ").split()


def test_plain_text_is_bounded() -> None:
    assert len(plain("x" * 5_000)) == 2_000


@given(st.text())
def test_json_keeps_its_values_and_has_no_such_character(text: str) -> None:
    raw = in_json(json.dumps(text, ensure_ascii=False).encode("utf-8"))
    assert json.loads(raw) == text
    shown = raw.decode("utf-8")
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a*b_c`d", "a\\*b\\_c\\`d"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("see https://x.y or www.x.y", "see https&#58;//x.y or www&#46;x.y"),
        ("[a](b) | #1", "\\[a\\](b) \\| \\#1"),
        ("1. one", "1\\. one"),
        ("- one", "\\- one"),
        ("two\n\n# lines", "two \\# lines"),
        ("\\*", "\\\\\\*"),
    ],
)
def test_markdown_is_told_to_show_text(text: str, expected: str) -> None:
    assert in_markdown(text) == expected
