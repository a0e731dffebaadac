"""The HTML file as text: it needs nothing from elsewhere, and data cannot leave its place."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

from jurist.report.queries import LONGEST
from jurist.report.shown import LARGEST_INPUT
from report_pages import HOSTILE, ITEM, hostile_page, html_of, page, varied_page


def index_of(text: str) -> list[dict[str, object]]:
    (raw,) = re.findall(r'<script type="application/json" id="index">(.*?)</script>', text)
    return json.loads(raw)


def script_of(text: str) -> str:
    (code,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    return code


def test_nothing_is_fetched_and_a_policy_forbids_it() -> None:
    text = html_of(varied_page())
    markup = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|action)\s*=|url\(|@import""", markup)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', markup))
    assert "default-src 'none'" in text
    code = script_of(text)
    assert "innerHTML" not in code
    assert not re.findall(r"fetch\(|XMLHttpRequest|WebSocket|import\(|eval\(", code)


def test_hostile_texts_stay_data() -> None:
    text = html_of(hostile_page())
    assert len(re.findall(r"<script", text)) == 3  # an answer, the index, the program
    assert len(re.findall(r"</script", text)) == 3
    assert "<img" not in text
    assert str(index_of(text)[0]["case"]) == HOSTILE
    assert "\x1b" not in text
    assert "\u202e" not in re.sub(r'<script type="application.*?</script>', "", text)


def test_only_the_reports_own_script_and_style_may_work() -> None:
    text = html_of(varied_page())
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    for part in (style, script_of(text)):
        digest = b64encode(sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in text
    assert "unsafe" not in re.findall(r"Content-Security-Policy.*", text)[0]
    assert not re.findall(r"""\s(?:style|on\w+)=["']""", text.replace(style, ""))


def test_what_was_left_out_is_counted() -> None:
    assert 'data-left-out="7"' in html_of(replace(page([ITEM]), left_out=7))


def test_the_same_page_is_the_same_file() -> None:
    assert html_of(varied_page()) == html_of(varied_page())


def test_bounds_are_of_a_size_that_a_browser_bears() -> None:
    assert LONGEST < LARGEST_INPUT < 1_000_000
