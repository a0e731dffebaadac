"""The pictures that reports and pages share: geometry checked against the numbers drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from math import nan

import pytest

from jurist.analysis.intervals import Estimate
from jurist.analysis.standings import Standing
from jurist.records import FailureKind, Origin, Relation
from jurist.report.sheets import Section, Sheet
from jurist.report.templating import environment
from report_pages import HOSTILE, standing

_MIDDLE = Estimate(3.0, 2.0, 4.0, 9, 9)
_UNKNOWN = Estimate(nan, nan, nan, 0, 0)


def drawn(macro: str, *values: object, file: str = "charts", **named: object) -> str:
    """What a macro makes of values."""
    module = environment("jurist.report").get_template(f"macros/{file}.html.j2").module
    return str(getattr(module, macro)(*values, **named))


def percentages(name: str, text: str) -> list[float]:
    return [float(value) for value in re.findall(rf'{name}="([\d.]+)%"', text)]


def test_an_interval_lies_where_its_numbers_are() -> None:
    text = drawn("interval", _MIDDLE)
    assert percentages("cx", text) == [50.0]
    assert '"ci" x1="26.00%" x2="74.00%"' in text
    assert 'aria-label="3.00, 95 % interval 2.00 to 4.00"' in text
    assert percentages("cx", drawn("forest", replace(_MIDDLE, value=-4.0))) == [2.0]
    beyond = drawn("interval", replace(_MIDDLE, value=9.0, low=-3.0))
    assert percentages("cx", beyond) == [98.0]
    assert min(percentages("x1", beyond)) == 2.0


def test_what_is_not_known_is_not_drawn() -> None:
    for macro in ("interval", "forest", "rate"):
        assert "<svg" not in drawn(macro, _UNKNOWN)
        assert "<svg" not in drawn(macro, None)
    single = drawn("interval", Estimate(3.0, nan, nan, 1, 1))
    assert 'class="ci"' not in single
    assert "nan" not in single + drawn("interval", _UNKNOWN)


@pytest.mark.parametrize(
    ("form", "zero", "below"),
    [("score", "0.00", "-0.01"), ("difference", "+0.00", "-0.01"), ("share", "0 %", "-1 %")],
)
def test_nothing_is_written_without_a_minus(form: str, zero: str, below: str) -> None:
    for value in (0.0, -0.0, -1e-17):
        assert drawn("say", value, form) == zero
    assert drawn("say", -0.01, form) == below


def test_the_parts_of_a_stack_fill_it_without_a_gap() -> None:
    text = drawn("stack", (1, 0, 3, 0, 4), 2)
    assert percentages(" x", text) == [0, 10, 40, 80]
    assert percentages("width", text)[1:] == [10, 30, 40, 20]
    assert 'aria-label="4 scored 5, 3 scored 3, 1 scored 1, 2 without a score"' in text
    assert 'aria-label="no answers"' in drawn("stack", (0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("value", "level"), [(1.0, 1), (1.49, 1), (2.5, 3), (4.5, 5), (5.0, 5), (0.2, 1)]
)
def test_a_score_has_the_colour_of_its_nearest_level(value: float, level: int) -> None:
    assert f'class="sc c{level}"' in drawn("score", value)


def test_no_score_is_said_in_words() -> None:
    assert 'aria-label="no score"' in drawn("score", None)


@pytest.mark.parametrize("relation", Relation)
def test_every_relation_has_a_picture_a_word_and_a_meaning(relation: Relation) -> None:
    text = drawn("relation", relation)
    assert "<circle" in text
    assert f"</svg>{relation}</span>" in text
    assert 'title=""' not in text
    assert 'class="u"' in text or relation is not Relation.UNDECIDED
    assert re.search(rf'role="img" aria-label="{relation}: \w+', drawn("venn", relation, True))


def test_a_limit_that_is_passed_is_said_and_drawn() -> None:
    share = Estimate(0.1, 0.05, 0.2, 9, 9)
    assert 'class="rate over"' in drawn("rate", share, 0.15)
    assert 'class="rate"' in drawn("rate", share, 0.25)
    assert "the limit is 15 %" in drawn("rate", share, 0.15)


def board(rows: Iterable[Standing], link: object = None) -> str:
    return drawn("board", tuple(rows), link, file="board")


def test_a_column_that_says_nothing_is_left_out_of_the_board() -> None:
    plain = replace(standing(), unbuildable=0, undecided=0.0, proved_right=nan)
    text = board([plain])
    for column in ("Undecided", "Proved right", "Refused", "No answer", "No verdict"):
        assert column not in text
    full = replace(standing(), undue_refusals=2, unanswered=3, unjudged=4)
    text = board([plain, replace(full, generator="other")])
    for column in ("Undecided", "Proved right", "Refused rightly", "Refused wrongly"):
        assert column in text
    assert "No answer" in text
    assert "No verdict" in text


def test_the_board_says_which_row_decides_and_what_a_mean_lacks() -> None:
    lacking = replace(standing(), scored=8, bounds=(3.1, 3.9), unscored=((FailureKind.TIMEOUT, 2),))
    text = board([lacking, standing(origin=Origin.SYNTHETIC), standing(origin=None)])
    assert text.count(">decides<") == 1
    assert "2 of 10 have no score: with them 3.10 to 3.90" in text
    assert 'class="could"' in text


def test_each_number_leads_where_the_page_says() -> None:
    asked: list[tuple[str, str]] = []

    def link(row: Standing, what: str) -> str | None:
        asked.append((row.generator, what))
        return "/passed?a=1&b=2" if what == "passed" else None

    text = board([standing()], link)
    assert text.count("<a ") == 1
    assert 'href="/passed?a=1&amp;b=2"' in text
    assert ("rules", "due") in asked


def test_texts_of_strangers_stay_text() -> None:
    text = board([replace(standing(HOSTILE), judge=HOSTILE)])
    sheet = Sheet((HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),), HOSTILE, (HOSTILE,))
    section = Section(HOSTILE, (HOSTILE,), (sheet,), (HOSTILE,), (HOSTILE,))
    text += drawn("section", section, file="sheets")
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
