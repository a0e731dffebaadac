"""Personal data is found by its pattern, without a model, without a network."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jurist.errors import UnsupportedError
from jurist.privacy import detection
from jurist.privacy.detection import detect, detect_nothing, detector_of_patterns

PERSONAL = (
    ("jane.doe@example.com", "an email address"),
    ("o.brien+news@mail.example.co.uk", "an email address"),
    ("someone@a-new-domain.zz", "an email address"),
    ("+49 30 901820", "a telephone number"),
    ("(212) 555-0187", "a telephone number"),
    ("4111 1111 1111 1111", "a card number"),
    ("DE89 3704 0044 0532 0130 00", "a bank account number"),
    ("GB82WEST12345698765432", "a bank account number"),
    ("203.0.113.7", "an internet address"),
    ("2001:db8::ff00:42:8329", "an internet address"),
    ("00:1A:2B:3C:4D:5E", "a device's address"),
    ("https://example.com/u?id=7", "a web address"),
    ("12345678Z", "an official number"),
    ("RSSMRA85T10A562S", "an official number"),
)


@pytest.mark.parametrize(("text", "kind"), PERSONAL)
@pytest.mark.parametrize("around", ["{}", "who wrote from {}?", "People like {}, in 2024", "'{}'"])
def test_personal_data_is_found_wherever_it_stands(text: str, kind: str, around: str) -> None:
    found = detect(around.format(text))
    assert [(each.text, each.kind) for each in found] == [(text, kind)]


def test_what_people_ask_of_customers_is_no_personal_data() -> None:
    data = Path(detection.__file__).parents[1] / "data"
    questions = [
        question["text"]
        for file in sorted(data.glob("*/cases.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        for question in json.loads(line).get("questions", ())
    ]
    assert len(questions) > 300
    assert [each for text in questions for each in detect(text)] == []
    for text in (
        "spent more than 18,750,000 between 2024-01-05 and 2024-12-31",
        "at least 3 orders of 99.99 in the last 30 days, before 10:30:00",
        "plan is pro-2024 and version 1.2.3",
        "",
    ):
        assert detect(text) == ()
    assert detect_nothing("jane.doe@example.com") == ()


def test_a_long_text_is_searched_to_its_end() -> None:
    filler = "customers who bought something " * 400
    said = f"{filler}jane@example.com {filler}joe@example.com"
    assert [each.text for each in detect(said)] == ["jane@example.com", "joe@example.com"]
    for at in range(3_590, 4_010, 30):  # where one piece ends and the next begins
        assert [each.text for each in detect("x " * (at // 2) + "jane@example.com " + "y " * 900)]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for text, _ in PERSONAL:
        assert detect(text)


def test_without_the_extra_it_is_an_error_with_the_fix() -> None:
    code = (
        "import sys; sys.modules['presidio_analyzer'] = None\n"
        "from jurist.privacy.detection import detector_of_patterns\n"
        "try: detector_of_patterns()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith(UnsupportedError.__name__)
    assert "pip install 'jurist[privacy]'" in said
    assert "detect: nothing" in said
    assert detector_of_patterns() is detect
