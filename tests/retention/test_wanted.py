"""A value is seen in every spelling that other programs' encoders give it."""

from __future__ import annotations

import base64
import html
import json
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.errors import InputError
from jurist.retention.wanted import MARKER, Wanted

VALUES = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=6, max_size=20
).filter(lambda text: len(text.strip()) >= 3 and not text.strip().isdigit() and text not in MARKER)


def spellings(value: str) -> list[str]:
    """What the libraries that write texts make of a value."""
    return [
        value,
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps({"body": value})),
        json.dumps(value).replace("/", "\\/"),
        msgspec.json.encode({"a": value}).decode(),
        quote(value, safe=""),
        quote(quote(value, safe="")),
        quote_plus(value),
        html.escape(value),
        value.replace("'", "''"),
        unicodedata.normalize("NFD", value),
        unicodedata.normalize("NFC", value),
    ]


@given(VALUES, st.text(max_size=5), st.text(max_size=5))
def test_all_spellings(value: str, before: str, after: str) -> None:
    wanted = Wanted(value)
    for spelling in spellings(value):
        text = f"{before} {spelling} {after}"
        assert wanted.in_text(text), spelling
        assert not wanted.in_text(wanted.without(text))
        raw = text.encode("utf-8", "replace")
        assert wanted.in_bytes(raw) or "?" in raw.decode()


@given(VALUES, st.binary(max_size=8), st.binary(max_size=8))
def test_in_base64(value: str, before: bytes, after: bytes) -> None:
    encoded = base64.b64encode(before + value.encode() + after).decode()
    assert Wanted(value).in_text(f'{{"data":"{encoded}"}}')


@given(VALUES, VALUES)
def test_what_is_not_there_is_not_seen(value: str, other: str) -> None:
    forms = {unicodedata.normalize(form, value) for form in ("NFC", "NFD")} | {value}
    plain = set("\\'\"+%&;#")
    if not any(form in other for form in forms) and not plain & set(value + other):
        assert not Wanted(value).in_text(other)


def test_a_number_is_a_whole_number() -> None:
    wanted = Wanted("4711")
    assert wanted.in_text("x > 4711 and")
    assert wanted.in_text('{"age":4711.0}')
    assert not any(map(wanted.in_text, ("14711", "47110", "4711.5", "a4711f", "0.4711")))
    assert wanted.without('{"a":4711,"b":[4711.5,"no 4711"]}') == (
        '{"a":0,"b":[4711.5,"no [forgotten]"]}'
    )


def test_capitals() -> None:
    assert not Wanted("Émile Ek").in_text("émile ek")
    wanted = Wanted("Émile Ek", ignore_case=True)
    assert wanted.in_text("ÉMILE EK")
    assert wanted.in_bytes("émile EK".encode())
    assert wanted.in_text("\\u00E9mile ek")


@pytest.mark.parametrize("value", ["Åsa Öberg", "Straße 7", "Ελένη Παππάς", "İpek Yıldız"])
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title, str.casefold])
def test_capitals_of_all_scripts_and_in_base64(value: str, change: Callable[[str], str]) -> None:
    wanted = Wanted(value, ignore_case=True)
    text = change(value)
    for spelling in (text, json.dumps(text), unicodedata.normalize("NFD", text)):
        assert wanted.in_text(spelling)
        assert wanted.in_bytes(spelling.encode())
        encoded = base64.b64encode(f"x{spelling}yy".encode()).decode()
        assert wanted.in_text(encoded)
        assert not wanted.in_text(wanted.without(encoded))


@pytest.mark.parametrize("value", ["", "  a ", "xy", "forgotten", "[forgotten]"])
def test_what_would_stand_everywhere_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        Wanted(value)
