"""All readings have an example and stand on the page."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path

import pytest

from jurist.languages.cql.semantics.readings import Readings, sentences
from reading_examples import DEFAULT

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "cql.md").read_text(encoding="utf-8")
CHOICES: dict[str, type[StrEnum]] = {
    f.name: type(getattr(DEFAULT, f.name)) for f in fields(Readings)
}
HERE = Path(__file__).parent
SOURCE = "".join(
    path.read_text("utf-8") for path in sorted(HERE.glob("test_assumption_readings*.py"))
)
EXAMPLES = re.findall(r"^def (test_\w+)", SOURCE, re.MULTILINE)
EVERY_CHOICE = [
    replace(DEFAULT, **{name: choice}) for name, choices in CHOICES.items() for choice in choices
]
EVERY_KEY = sorted(
    {
        key
        for readings in EVERY_CHOICE
        for sentence in sentences(readings)
        for key in sentence.split(":")[0].split(", ")
    }
)


@pytest.mark.parametrize("key", EVERY_KEY)
def test_each_reading_has_a_test_and_stands_on_the_page(key: str) -> None:
    """A sentence that is new needs an example, and its line in `docs/reference/cql.md`."""
    assert any(name.startswith(f"test_{key.lower()}_") for name in EXAMPLES)
    assert re.search(rf"^- (?:\w+, )?{key}[:,]", PAGE, re.MULTILINE)


def test_the_keys_have_no_gaps() -> None:
    for letter, number in (("U", 13), ("A", 13)):
        assert {f"{letter}{i + 1}" for i in range(number)} >= {
            key for key in EVERY_KEY if key[0] == letter
        }


@pytest.mark.parametrize("name", CHOICES)
def test_each_second_reading_is_chosen_in_an_example(name: str) -> None:
    strings = (HERE / "test_strings.py").read_text("utf-8")
    assert f"{name}=" in (strings if name == "string_equality" else SOURCE)
