"""The HTML file as text: it needs nothing from elsewhere, and data cannot leave its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from jurist.analysis.intervals import Estimate
from jurist.report.charts import histogram_chart, interval_chart
from jurist.report.items import LARGEST_INPUT, LONGEST
from report_pages import HOSTILE, ITEM, hostile_page, html_of, page, varied_page


def data_of(text: str) -> dict[str, list[dict[str, object]]]:
    (raw,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    return json.loads(raw)


def test_nothing_is_fetched_and_a_policy_forbids_it() -> None:
    text = html_of(varied_page())
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href|action)\s*=|url\(|@import""", markup)
    assert "default-src 'none'" in text
    code = "".join(re.findall(r"<script nonce[^>]*>(.*?)</script>", text, re.DOTALL))
    assert "innerHTML" not in code
    assert not re.findall(r"fetch\(|XMLHttpRequest|WebSocket|import\(|eval\(", code)


def test_hostile_texts_stay_data() -> None:
    text = html_of(hostile_page())
    assert len(re.findall(r"<script", text)) == 2
    assert len(re.findall(r"</script", text)) == 2
    assert "<img" not in text
    item = data_of(text)["items"][0]
    assert item["question"] == HOSTILE
    assert item["reference"] == HOSTILE
    assert "\x1b" not in text
    assert "\u202e" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_the_scripts_may_only_run_with_the_pages_own_nonce() -> None:
    one, other = html_of(page([ITEM])), html_of(page([replace(ITEM, case="another")]))
    (nonce,) = set(re.findall(r'nonce="(\w+)"', one))
    assert f"'nonce-{nonce}'" in one
    assert nonce not in other


def test_what_was_left_out_is_counted() -> None:
    assert data_of(html_of(replace(page([ITEM]), left_out=7)))["left_out"] == 7


def test_the_same_page_is_the_same_file() -> None:
    assert html_of(varied_page()) == html_of(varied_page())


def test_charts_say_their_numbers_in_words() -> None:
    nan = float("nan")
    assert "3.50 [3.00, 4.00]" in interval_chart(Estimate(3.5, 3.0, 4.0, 9, 9))
    single = interval_chart(Estimate(3.5, nan, nan, 1, 1))
    assert "3.50</span>" in single
    assert "nan" not in single
    assert interval_chart(Estimate(nan, nan, nan, 0, 0)) == "no score"
    assert "0 scored 1, 2 scored 2" in histogram_chart((0, 2, 0, 0, 0))
    assert "nan" not in histogram_chart((0, 0, 0, 0, 0)).lower()


def test_bounds_are_of_a_size_that_a_browser_bears() -> None:
    assert LONGEST < LARGEST_INPUT < 1_000_000
