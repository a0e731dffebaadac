"""The key's file: made once, for its owner alone, and shown nowhere."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jurist.errors import InputError
from jurist.privacy import Key


def test_a_key_is_made_once_and_is_its_owner_s(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "privacy.key"
    made = Key.read_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Key.read_or_make(path) == made == Key.read(path)
    assert [each.name for each in path.parent.iterdir()] == ["privacy.key"]


def test_two_keys_differ_and_none_is_shown(tmp_path: Path) -> None:
    one, other = Key.read_or_make(tmp_path / "a"), Key.made()
    assert one != other
    assert one.mark != other.mark
    secret = (tmp_path / "a").read_text().strip()
    assert secret not in repr(one) + one.mark
    assert repr(bytes.fromhex(secret)) not in repr(one)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    Key.read_or_make(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        Key.read(tmp_path / "key")


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "zz" * 32])
def test_what_is_no_key_is_refused_without_its_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(InputError, match="holds no key") as refused:
        Key.read(path)
    assert not text or text not in str(refused.value).replace("hexadecimal", "")


def test_there_must_be_a_file_to_reveal_with(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        Key.read(tmp_path / "key")
