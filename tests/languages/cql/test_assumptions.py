"""Every reading is printed, and every second reading can be chosen in a schema file."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from itertools import product
from typing import cast

import pytest

from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.readings import Readings, sentences

CHOICES: dict[str, tuple[StrEnum, ...]] = {
    field.name: tuple(type(cast("StrEnum", field.default))) for field in fields(Readings)
}
SECOND = [(name, str(kinds[1])) for name, kinds in CHOICES.items()]


def test_every_open_question_of_the_language_has_its_sentence() -> None:
    keys = {
        key
        for sentence in sentences(Readings())
        for key in re.findall(r"[UA]\d+", sentence.split(":", 1)[0])
    }
    assert keys == {f"U{n}" for n in range(1, 14)} | {f"A{n}" for n in range(1, 14)}


@pytest.mark.parametrize(("name", "value"), SECOND)
def test_a_schema_file_chooses_the_second_reading(name: str, value: str) -> None:
    usual = load_schema({}, where="x")
    chosen = load_schema({"assumptions": {name: value}}, where="x")
    assert str(getattr(chosen.readings, name)) == value
    assert str(getattr(usual.readings, name)) != value
    gone = set(usual.assumptions) - set(chosen.assumptions)
    come = set(chosen.assumptions) - set(usual.assumptions)
    assert len(gone) == len(come) == 1
    # The sentence that came stands for the same question as the one that went.
    assert come.pop().split(":")[0] == gone.pop().split(":")[0]
    assert usual.digest != chosen.digest


@pytest.mark.parametrize(("name", "kinds"), CHOICES.items())
def test_the_first_reading_can_be_written_down_as_well(
    name: str, kinds: tuple[StrEnum, ...]
) -> None:
    chosen = load_schema({"assumptions": {name: str(kinds[0])}}, where="x")
    assert chosen.readings == Readings()


def test_yaml_may_write_null_and_booleans_without_quotes() -> None:
    document: dict[str, object] = {"sum_of_nothing": None, "none_of_missing": True}
    chosen = load_schema({"assumptions": document}, where="x")
    assert str(chosen.readings.sum_of_nothing) == "null"
    assert str(chosen.readings.none_of_missing) == "true"


def test_each_combination_prints_one_sentence_a_question_in_order() -> None:
    counts: set[int] = set()
    seen: set[tuple[str, ...]] = set()
    for values in product(*CHOICES.values()):
        choice = {name: str(value) for name, value in zip(CHOICES, values, strict=True)}
        sentences = load_schema({"assumptions": choice}, where="x").assumptions
        counts.add(len(sentences))
        seen.add(sentences)
        numbers = [
            (sentence[0] != "U", int(re.findall(r"\d+", sentence)[0])) for sentence in sentences
        ]
        assert numbers == sorted(numbers)
        assert len(set(sentences)) == len(sentences)
    assert len(counts) == 1
    assert len(seen) == 2 ** len(CHOICES)
