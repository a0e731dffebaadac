"""A secret is hidden in every spelling, and what is no key is refused without being shown."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jurist.errors import InputError
from jurist.secrets import hide, value_of

KEY = 'sk-very/secret+0123456789=="x'


def broken(text: str, *, width: int = 7, by: str = "\n") -> str:
    return by.join(text[at : at + width] for at in range(0, len(text), width))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json slashes": lambda key: json.dumps(key).replace("/", r"\/"),
    "json code points": lambda key: "".join(f"\\u{ord(sign):04x}" for sign in key),
    "url": lambda key: quote(key, safe=""),
    "form": quote_plus,
    "url, every sign": lambda key: "".join(f"%{ord(sign):02X}" for sign in key),
    "html": lambda key: "".join(f"&#{ord(sign)};" for sign in key),
    "lines": broken,
    "indented lines": lambda key: textwrap.indent(broken(key, by="\r\n"), "    "),
    "lines in json": lambda key: json.dumps(broken(key)),
    "one sign a line": lambda key: broken(key, width=1),
    "quoted-printable": lambda key: broken(key.replace("=", "-"), by="=\n"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_secret_is_hidden_however_it_is_spelt(name: str) -> None:
    key = KEY.replace("=", "-") if name == "quoted-printable" else KEY
    hidden = hide(f"You sent {SPELLINGS[name](key)} to me".encode(), [key]).decode()
    assert "[key]" in hidden
    left = hidden.removeprefix("You sent ").removesuffix(" to me")
    assert left.strip('" ') == "[key]"


@pytest.mark.parametrize("around", ["{}", "me:{}", "x{}yz", "Authorization: Bearer {}\r\n"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_a_secret_is_hidden_within_base64(encode: Callable[[bytes], bytes], around: str) -> None:
    whole = around.format(KEY).encode()
    hidden = hide(b'{"h": "' + encode(whole) + b'"}', [KEY])
    assert b"[key]" in hidden
    kept = hidden.removeprefix(b'{"h": "').removesuffix(b'"}')
    pieces = [piece.strip(b"=\n") for piece in kept.split(b"[key]")]
    found = b"".join(base64.urlsafe_b64decode(piece + b"A" * (-len(piece) % 4)) for piece in pieces)
    assert KEY[2:8].encode() not in found


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=80))
def test_any_key_is_hidden(key: str) -> None:
    for name in ("plain", "json", "url", "lines"):
        assert b"[key]" in hide(SPELLINGS[name](key).encode(), [key])
    assert b"[key]" in hide(base64.b64encode(key.encode()), [key])


@given(st.binary(max_size=300))
def test_what_holds_no_secret_stays_as_it_is(raw: bytes) -> None:
    assume(b"sk-" not in raw)
    assert hide(raw, [KEY, ""]) == raw


def test_a_short_secret_is_hidden_where_it_stands_whole() -> None:
    assert hide(b"ab c\nd abcd", ["abcd"]) == b"ab c\nd [key]"


@pytest.mark.parametrize("value", ["abc\n", "a\nbc", "a\x7fbc", "a\u2019bc", "\r"])
def test_what_cannot_be_sent_is_refused_without_being_shown(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(InputError, match="what SOME_KEY holds is no key") as caught:
        value_of("SOME_KEY")
    assert "bc" not in str(caught.value)
