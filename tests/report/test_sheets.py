"""Sheets as Markdown and as HTML: all of it is there, and none of it is obeyed."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO

import pytest

from jurist.report.card_words import meaning_of
from jurist.report.earlier import Result, is_earlier
from jurist.report.sheets import Section, Sheet
from jurist.report.sheets_html import write_sheets
from jurist.report.sheets_markdown import render_sheets

HOSTILE = "<script>alert(1)</script> | [x](http://a.b) `` ``` \x1b[31m \u202e"
SECTIONS = (
    Section(
        f"heading {HOSTILE}",
        (f"sentence {HOSTILE}",),
        (
            Sheet(("name", "n"), ((f"cell {HOSTILE}", "3"), ("b", "4")), f"about {HOSTILE}"),
            Sheet(("name", "n"), (("c", "5"),), meanings=(f"meaning {HOSTILE}",)),
        ),
        (f"note {HOSTILE}",),
        (f"text\n  ```\n{HOSTILE}",),
    ),
)
PARTS = ("title", "subtitle", "heading", "sentence", "about", "cell", "meaning", "note", "text")
MARKDOWN = render_sheets(f"title {HOSTILE}", f"subtitle {HOSTILE}", SECTIONS)


def _html() -> str:
    out = BytesIO()
    write_sheets(f"title {HOSTILE}", f"subtitle {HOSTILE}", SECTIONS, out)
    return out.getvalue().decode()


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser says it
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_shows_all_of_it_as_text() -> None:
    seen = _Seen()
    page = _html()
    seen.feed(page)
    assert not {"script", "a", "img"} & set(seen.tags)
    assert seen.text.count("<script>alert(1)</script>") == len(PARTS) + 1  # twice the title
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert (seen.tags.count("table"), seen.tags.count("pre")) == (2, 1)
    assert is_earlier(Result.HTML, page.encode())


def test_markdown_shows_all_of_it_and_a_fence_is_not_broken_out_of() -> None:
    outside, _, block = MARKDOWN.partition("\n````text\n")
    assert "<script>" not in outside
    assert "[x](" not in outside
    assert "://" not in outside
    assert "| --- | ---: |\n" in outside
    assert "| --- | ---: | --- |\n| c | 5 | meaning" in outside
    first = [line for line in outside.splitlines() if line.startswith("| ")][:3]
    assert [line.count(" | ") for line in first] == [1, 1, 1]
    assert block.rstrip().endswith("\n````")
    assert "\x1b" not in MARKDOWN
    assert is_earlier(Result.MARKDOWN, MARKDOWN.encode())


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_in_both(part: str) -> None:
    assert part in _html()
    assert part in MARKDOWN


def test_what_is_swapped_is_said_so_that_it_holds_of_pairs_too() -> None:
    said = meaning_of("same score when swapped")
    assert "exchanged" in said
    assert "reference" not in said  # a judge of pairs sees two answers in either order
