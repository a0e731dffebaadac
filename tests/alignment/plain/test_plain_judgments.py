"""What a stranger's tables brought to light: repeats, ties, sides and spreadsheets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jurist.alignment.cards.card import Card
from jurist.alignment.plain.aligning import align_tables
from jurist.alignment.plain.reading import (
    LABEL_COLUMNS,
    VERDICT_COLUMNS,
    read_judgments,
    read_labels,
    read_verdicts,
    rows_of_table,
)
from jurist.errors import InputError


def _card(labels: list[dict[str, object]], verdicts: list[dict[str, object]], scale: str) -> Card:
    (measured,) = align_tables(
        read_judgments(rows_of_table(labels, "labels"), LABEL_COLUMNS, where="labels"),
        read_judgments(rows_of_table(verdicts, "verdicts"), VERDICT_COLUMNS, where="verdicts"),
        scale=scale,
    ).measured
    return measured.cards[0]


def _row(item: str, score: object, **more: object) -> dict[str, object]:
    return {"item": item, "score": score, **more}


def test_repeats_of_words_count_in_part_whatever_their_order() -> None:
    labels = [_row(f"q{n}", "A") for n in range(40)]
    said = [_row(f"q{n}", word) for n in range(40) for word in ("A", "B")]
    for verdicts in (said, said[::-1]):
        card = _card(labels, verdicts, "A,B")
        exact = dict(card.statistics)["exact agreement"]
        assert exact.value == 0.5
        assert exact.clusters == 40
        assert card.stability.value == 0.5


def test_words_on_which_people_tie_stay_in_the_card() -> None:
    labels = [_row(f"q{n}", "A", annotator=who) for n in range(60) for who in ("ann", "bob")]
    for n in range(60, 100):
        labels += [_row(f"q{n}", "A", annotator="ann"), _row(f"q{n}", "B", annotator="bob")]
    card = _card(labels, [_row(f"q{n}", "A") for n in range(100)], "A,B")
    assert dict(card.statistics)["exact agreement"].value == pytest.approx(0.6 + 0.4 / 2)
    assert card.peers is not None
    assert card.peers.person.value == pytest.approx(0.6)  # they agree on 60 of 100
    assert card.references == 100


def test_a_test_of_replacing_a_person_counts_things_and_not_orders() -> None:
    rng = np.random.default_rng(0)
    for count, is_tested in ((15, False), (40, True)):
        labels = [
            _row(f"q{n}", rng.choice(["A", "B"]), annotator=who)
            for n in range(count)
            for who in "xyz"
        ]
        verdicts = [_row(f"q{n}", "A", order=order) for n in range(count) for order in (1, 2)]
        test = _card(labels, verdicts, "A,B").alternative_annotator
        assert (test is not None) is is_tested
        assert test is None or test.items == (count, count, count)


def test_sides_named_in_both_orders_are_orders_where_the_score_names_the_winner() -> None:
    labels = [_row(f"q{n}", "s1", system="s1", opponent="s2") for n in range(20)]
    verdicts = [
        _row(f"q{n}", winner, system=first, opponent=second)
        for n in range(20)
        for first, second, winner in (("s1", "s2", "s1"), ("s2", "s1", "s2"))
    ]
    card = _card(labels, verdicts, "s1,s2,tie")
    assert card.swap is not None
    assert card.swap.consistency.value == 0
    assert dict(card.statistics)["exact agreement"].value == 0.5
    unclear = [{**row, "score": "first"} for row in verdicts]
    with pytest.raises(InputError, match="nothing says which of them a score means"):
        _card([{**row, "score": "first"} for row in labels], unclear, "first,second")


def test_steps_of_a_half_are_seen_in_what_people_give() -> None:
    labels = [_row(f"q{n}", 1 + n % 9 / 2) for n in range(45)]
    made = align_tables(
        read_judgments(rows_of_table(labels, "labels"), LABEL_COLUMNS, where="labels"),
        read_judgments(
            rows_of_table([_row(f"q{n}", 1 + (n + 1) % 9 / 2) for n in range(45)], "v"),
            VERDICT_COLUMNS,
            where="v",
        ),
    )
    (card,) = made.measured[0].cards
    assert card.scale.levels == (1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5)
    assert "in steps of 0.5" in made.notes[0]
    assert dict(card.statistics)["exact agreement"].value == 0


VERDICTS = "item,score\na,5\nb,1\n"


@pytest.mark.parametrize(
    "text",
    ["sep=;\nItem;Score\na;5\nb;1\nc;#N/A\n", "Item,SCORE,note\na,5,x\nb,1,\n"],
)
def test_tables_out_of_a_spreadsheet_are_read(text: str) -> None:
    made = align_tables(
        read_labels(text, where="l.csv"), read_verdicts(VERDICTS, where="v.csv"), scale="1:5:0,5"
    )
    (card,) = made.measured[0].cards
    assert dict(card.statistics)["exact agreement"].value == 1
    assert card.scale.size == 9


def test_what_is_no_table_and_what_is_not_read_is_said() -> None:
    with pytest.raises(InputError, match="workbook") as raised:
        read_labels("PK\x03\x04 and so on", where="labels.xlsx")
    assert "save the sheet as CSV" in raised.value.fix
    labels = read_labels("item,sytem,score\na,x,5\nb,x,1\n", where="l.csv")
    made = align_tables(labels, read_verdicts(VERDICTS, where="v.csv"), scale="1:5")
    assert made.notes[0] == "l.csv: the column 'sytem' is not read; did you mean 'system'?"
    for given in (pd.Series([1, 2]), {"item": ["a"], "score": [1]}):
        with pytest.raises(InputError, match="`labels` is a") as refused:
            rows_of_table(given, "labels")
        assert "labels=[{" in refused.value.fix
    with pytest.raises(InputError, match="cannot be read"):
        align_tables(labels, read_verdicts(VERDICTS, where="v.csv"), scale="")
