"""Plain tables as people keep them: read, put beside each other, and measured."""

from __future__ import annotations

import json
from collections import defaultdict

import pandas as pd
import polars as pl
import pytest

from jurist.alignment.plain.aligning import align_tables
from jurist.alignment.plain.reading import (
    LABEL_COLUMNS,
    VERDICT_COLUMNS,
    Judgments,
    read_judgments,
    read_labels,
    read_verdicts,
    rows_of_table,
)
from jurist.alignment.rows import number_of
from jurist.analysis.intervals import Estimate
from jurist.errors import InputError
from shared_data import shared_data

LABELS = "item,annotator,score\na,ann,5\nb,ann,1\nc,ann,4\na,bob,4\n"
VERDICTS = "item,judge,score\na,gpt,5\nb,gpt,2\nc,gpt,\n"


def _statistics(labels: Judgments, verdicts: Judgments, **said: str) -> dict[str, Estimate]:
    (measured,) = align_tables(labels, verdicts, **said).measured
    return dict(measured.cards[0].statistics)


def _labels(rows: object) -> Judgments:
    return read_judgments(rows_of_table(rows, "labels"), LABEL_COLUMNS, where="labels")


def _verdicts(rows: object) -> Judgments:
    return read_judgments(rows_of_table(rows, "verdicts"), VERDICT_COLUMNS, where="verdicts")


def test_two_small_tables_become_a_card() -> None:
    made = align_tables(
        read_labels(LABELS, where="labels.csv"), read_verdicts(VERDICTS, where="verdicts.csv")
    )
    (card,) = made.measured[0].cards
    assert (card.judge, card.tasks, card.missing, card.references) == ("gpt", 3, 1, 2)
    found = dict(card.statistics)
    # a: gold 4.5 counts half as 4 and half as 5, the judge says 5; b: 1 against 2
    assert found["exact agreement"].value == pytest.approx(0.25)
    assert found["bias (judge minus yardstick)"].value == pytest.approx((0.5 + 1) / 2)
    assert "taken to be 1 to 5" in made.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "item;annotator;score\na;ann;5,0\nb;ann;1\nc;ann;4\na;bob;4\n",
        "item\tannotator\tscore\na\tann\t5.0\nb\tann\t1.0\nc\tann\t4.0\na\tbob\t4.0\n",
        '\ufeffscore,item,annotator,notes\n5,a,ann,"x, y"\n1,b,ann,\n4,c,ann,\n4,a,bob,\n',
        "item,annotator,score\r\na,ann,5\r\nb,ann,1\r\n\r\nc,ann,4\r\na,bob,4\r\nd,ann,NaN\r\n",
        '{"item": "a", "annotator": "ann", "score": 5}\n'
        '{"item": "b", "annotator": "ann", "score": 1}\n'
        '{"item": "c", "annotator": "ann", "score": 4.0}\n'
        '{"item": "a", "annotator": "bob", "score": "4"}\n{"item": "a", "score": null}\n',
    ],
)
def test_spellings_of_a_table_mean_the_same(text: str) -> None:
    verdicts = read_verdicts(VERDICTS, where="verdicts.csv")
    plain = _statistics(read_labels(LABELS, where="labels.csv"), verdicts)
    assert repr(_statistics(read_labels(text.lstrip("\ufeff"), where="x"), verdicts)) == repr(plain)


def test_frames_and_dicts_are_read_as_files_are() -> None:
    verdicts = read_verdicts(VERDICTS, where="verdicts.csv")
    plain = repr(_statistics(read_labels(LABELS, where="labels.csv"), verdicts))
    rows = [
        {"item": item, "annotator": who, "score": score}
        for item, who, score in (("a", "ann", 5), ("b", "ann", 1), ("c", "ann", 4), ("a", "bob", 4))
    ]
    frame = pd.concat([pd.DataFrame(rows), pd.DataFrame([{"item": "z", "annotator": "ann"}])])
    for given in (
        rows,
        frame,
        frame.convert_dtypes(),
        pl.DataFrame(rows),
        pl.DataFrame(rows).to_arrow(),
    ):
        assert repr(_statistics(_labels(given), verdicts)) == plain
    judged = pd.DataFrame({"item": ["a", "b", "c"], "judge": "gpt", "score": [5, 2, None]})
    assert repr(_statistics(_labels(rows), _verdicts(judged))) == plain


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3", 3), ("3.0", 3), ("3,5", 3.5), ("-1", -1), ("\N{MINUS SIGN}2", -2), ("True", 1)],
)
def test_numbers_as_programs_write_them(cell: str, number: float) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", ["", "four", "1_000", "inf", "nan", "1,2,3", "0x10"])
def test_what_is_no_number(cell: str) -> None:
    assert number_of(cell) is None


@pytest.mark.parametrize(
    ("labels", "verdicts", "scale", "message"),
    [
        ("item,note\na,1\n", VERDICTS, None, "no column 'score'"),
        ("item,score,score\na,1,2\n", VERDICTS, None, "'score' twice"),
        ("item,score\na,1,2\n", VERDICTS, None, "3 cells, the header 2"),
        ("item,score\n", VERDICTS, None, "not one row"),
        ("item,score\n,3\n", VERDICTS, None, "`item` is empty"),
        ("item,score\na,9\n", VERDICTS, "1:5", "the score is '9'"),
        ("item,score\na,good\nb,3\n", VERDICTS, None, "some scores are numbers and some are not"),
        ("item,score\na,3\na,4\n", VERDICTS, None, "scored item 'a' twice"),
        ("item,score\nx,3\n", VERDICTS, None, "no verdict is about an item that has a label"),
        ("item,score,probability\na,3,2\n", VERDICTS, None, "probability is '2'"),
        (LABELS, VERDICTS, "5:1", "cannot be read"),
        (LABELS, VERDICTS, "1:2:0.3", "cannot be read"),
        (LABELS, VERDICTS, "good", "cannot be read"),
        (LABELS, "item,system,score\na,x,3\na,y,4\n", None, "do not say whose answer"),
    ],
)
def test_wrong_tables_are_refused_in_three_parts(
    labels: str, verdicts: str, scale: str | None, message: str
) -> None:
    with pytest.raises(InputError, match=message) as raised:
        align_tables(
            read_labels(labels, where="labels.csv"),
            read_verdicts(verdicts, where="verdicts.csv"),
            scale=scale,
        )
    assert raised.value.expected


def test_a_threshold_on_another_scale() -> None:
    labels = read_labels("item,score\n" + "".join(f"q{n},{n % 11}\n" for n in range(44)), where="l")
    verdicts = read_verdicts(
        "item,score\n" + "".join(f"q{n},{min(10, n % 11 + 1)}\n" for n in range(44)), where="v"
    )
    found = _statistics(labels, verdicts, scale="0:10", passing="7")
    assert found["leniency (passes what fails)"].value == pytest.approx(1 / 7)  # of 0..6 only the 6
    assert found["bias (judge minus yardstick)"].value == pytest.approx(10 / 11)
    with pytest.raises(InputError, match="threshold"):
        _statistics(labels, verdicts, scale="0:10", passing="11")


def _llmbar(subset: str) -> tuple[Judgments, Judgments]:
    labels: dict[int, str] = {}
    verdicts: list[dict[str, object]] = []
    with shared_data("judges/llmbar/verdicts.jsonl").open() as lines:
        for line in lines:
            of, item, judge, gold, first, second = json.loads(line)
            if of == subset:
                labels[item] = gold
                verdicts += [
                    dict[str, object](item=item, judge=judge, order=order, score=said or "?")
                    for order, said in ((1, first), (2, second))
                ]
    rows = [{"item": item, "score": gold} for item, gold in labels.items()]
    return _labels(rows), _verdicts(verdicts)


SUBSETS = (
    "CaseStudy/Base_10",
    pytest.param("LLMBar/Natural", marks=pytest.mark.long),
    pytest.param("LLMBar/Adversarial/GPTInst", marks=pytest.mark.long),
)


@pytest.mark.parametrize("subset", SUBSETS)
def test_llmbar_through_plain_tables(subset: str) -> None:
    """The authors' accuracy and positional agreement; no winner ("?") is a word of its own."""
    published = json.loads(shared_data("judges/llmbar/published_statistics.json").read_text())
    (measured,) = align_tables(*_llmbar(subset), scale="1,2,?").measured
    assert {card.judge for card in measured.cards} == set(published[subset])
    for card in measured.cards:
        said = published[subset][card.judge]
        agreement = dict(card.statistics)["exact agreement"].value
        assert 100 * agreement == pytest.approx(float(said["correct_average"].rstrip("%")))
        assert card.swap is not None
        equal = float(said["equal"].split("=")[1].rstrip("%"))
        assert 100 * card.swap.consistency.value == pytest.approx(equal)


def test_pandalm_through_plain_tables() -> None:
    people = json.loads(shared_data("judges/pandalm/testset-v1.json").read_text())
    replies = json.loads(shared_data("judges/pandalm/gpt-3.5-turbo-testset-v1.json").read_text())
    given = [(int(row["idx"]), n, int(row[f"annotator{n}"])) for row in people for n in (1, 2, 3)]
    labels = [{"item": item, "annotator": f"a{n}", "score": score} for item, n, score in given]
    said = {"0": "0", "1": "1", "2": "2", "Tie": "0"}
    judged = [(int(each["idx"]), said.get(each["gpt_result"])) for each in replies]
    verdicts = [{"item": item, "score": score} for item, score in judged]
    (measured,) = align_tables(_labels(labels), _verdicts(verdicts), scale="0,1,2").measured
    (card,) = measured.cards
    votes: dict[int, list[int]] = defaultdict(list)
    for item, _, score in given:
        votes[item].append(score)
    right = [
        int(score) == max(set(votes[item]), key=votes[item].count)
        for item, score in judged
        if score is not None
    ]
    assert (card.tasks, card.missing) == (999, 25)
    assert dict(card.statistics)["exact agreement"].value == pytest.approx(sum(right) / len(right))
    assert card.peers is not None
    assert card.peers.person.low > card.peers.judge.high  # people agree with people far more
