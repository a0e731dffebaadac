"""The Markdown report, read back by a Markdown parser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from jurist.records import FailureKind
from jurist.report.markdown import WORST, render_markdown
from jurist.report.visible import in_markdown
from report_pages import COMPUTED, ITEM, computed_page, hostile_page, page, standing, varied_page


def html_of(text: str) -> str:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.render(text)


def test_the_leaderboard_and_the_worst_answers() -> None:
    text = render_markdown(varied_page())
    assert text.startswith("<!-- A report by Jurist -->\n\n# A study\n")
    assert "| rules | proof | real | 9 | 10 of 10 | 3.50 \\[3.00, 4.00\\] | 40.0 % |" in text
    assert f"## The worst {WORST} of 97 answers below 5" in text
    assert text.count("\n### ") == WORST
    assert text.index("### crowd") < text.index("### ancient") < text.index("### account")
    assert "Witness: an account with two users" in text
    assert "- U1: the count of no events is 0" in text
    html = html_of(text)
    assert html.count("<h3>") == WORST
    assert html.count("<tr>") == 4


def test_of_computed_traits_it_is_told_what_each_gives() -> None:
    text = render_markdown(computed_page())
    for _, _, given in COMPUTED.values():
        assert f": {in_markdown(given)}. " in text
    assert "is in the reference" not in text


def test_a_column_for_what_is_missing_stands_there_where_something_is() -> None:
    lacking = replace(
        standing(), scored=8, bounds=(3.1, 3.9), unscored=((FailureKind.TIMEOUT, 2),), unjudged=2
    )
    text = render_markdown(page([], standings=[lacking]))
    assert "| scored | mean [95 %] | with the missing |" in text
    assert "| 8 of 10 | 3.50 \\[3.00, 4.00\\] | 3.10 to 3.90 | 40.0 % |" in text
    assert text.splitlines()[6].endswith("| no verdict |")
    for gone in ("missing", "no verdict", "no answer"):
        assert gone not in render_markdown(page([], standings=[standing()]))


def test_hostile_texts_are_no_markup() -> None:
    html = html_of(render_markdown(hostile_page()))
    for tag in ("<script", "<img", "<strong", "<a ", "<em"):
        assert tag not in html
    assert "&lt;script&gt;" in html
    for hidden in "\x1b\u202e\u2066":
        assert hidden not in html


@pytest.mark.parametrize("fence", ["```", "`````", "~~~"])
def test_a_query_cannot_end_its_block(fence: str) -> None:
    query = f"a\n{fence}\n<script>\n{fence}"
    html = html_of(render_markdown(page([replace(ITEM, reference=query)])))
    assert "<script" not in html
    assert html.count("<pre>") == 2


def test_inline_text_comes_back_as_it_was() -> None:
    html = html_of(in_markdown("a *b* _c_ `d` [e](f) <g> & | # ~~h~~"))
    assert html == "<p>a *b* _c_ `d` [e](f) &lt;g&gt; &amp; | # ~~h~~</p>\n"
