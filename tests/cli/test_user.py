"""`jurist user`: adding, changing, listing; passwords at a terminal and from a pipe; tokens."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Jurist, Ran, run_process
from jurist.store import read_store
from jurist.store.audit import audit_of
from jurist.store.tokens import token_of
from jurist.store.users import user_named
from jurist.web.security.keys import digest_of
from jurist.web.security.passwords import Passwords

PASSWORD = "correct horse battery"


def _added(folder: Path, *arguments: str, password: str = PASSWORD) -> Ran:
    return run_process("user", "add", *arguments, folder=folder, typed=f"{password}\n".encode())


def test_a_user_comes_with_a_password_from_standard_input(jurist: Jurist, tmp_path: Path) -> None:
    added = _added(tmp_path, "ada", "--role", "admin")
    assert (added.code, added.out) == (0, "")
    assert PASSWORD.encode() not in (tmp_path / "jurist.db").read_bytes()
    shown = jurist("user", "list").out.splitlines()
    assert shown[0].split() == ["name", "role", "password", "since", "(UTC)", "state"]
    assert shown[1].split()[:3] == ["ada", "admin", "yes"]
    store = read_store("jurist.db")
    user = user_named(store, "ada")
    assert user is not None
    assert Passwords().agrees(user.password, PASSWORD)
    assert [(e.action, e.object, e.detail) for e in audit_of(store)] == [
        ("add user", "ada", "admin")
    ]
    store.close()


def _typed(folder: Path, *lines: str) -> tuple[int, str]:
    """`jurist user add` at a terminal, and what is seen there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "jurist", "user", "add", "ada", "--role", "reader"]
    process = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    for line in (*lines, ""):
        while line and b":" not in seen.rpartition(b"\n")[2]:
            seen += os.read(ours, 1024)
        if line:
            seen += b"\n"
            os.write(ours, f"{line}\n".encode())
    try:
        while chunk := os.read(ours, 1024):
            seen += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    return process.wait(30), seen.decode()


def test_at_a_terminal_it_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    code, seen = _typed(tmp_path, PASSWORD, PASSWORD)
    assert code == 0, seen
    assert "The same again:" in seen
    assert PASSWORD not in seen
    code, seen = _typed(tmp_path, PASSWORD, "another password")
    assert code == 2
    assert "the two passwords differ" in seen


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("ada", "short", "12 to 500"),
        ("ada", "", "standard input holds no password"),
        (" ada", PASSWORD, "cannot be a user's name"),
        ("a\x1bda", PASSWORD, "cannot be a user's name"),
        ("a" * 101, PASSWORD, "cannot be a user's name"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, name: str, password: str, words: str) -> None:
    refused = _added(tmp_path, name, "--role", "reader", password=password)
    assert refused.code == 2
    assert words in refused.err


def test_a_name_is_taken_once_and_a_near_one_is_named(jurist: Jurist) -> None:
    assert jurist("user", "add", "ada", "--role", "reader", "--no-password").code == 0
    again = jurist("user", "add", "ada", "--role", "admin", "--no-password")
    assert (again.code, "already" in again.err) == (2, True)
    unknown = jurist("user", "role", "adda", "editor")
    assert "did you mean 'ada'?" in unknown.err


def test_users_change_are_disabled_enabled_and_removed(jurist: Jurist) -> None:
    jurist("user", "add", "ada", "--role", "reader", "--no-password")
    for arguments, words in (
        (("role", "ada", "editor"), "editor"),
        (("disable", "ada"), "disabled"),
        (("enable", "ada"), "may log in"),
    ):
        assert jurist("user", *arguments).code == 0
        assert words in jurist("user", "list").out
    assert jurist("user", "remove", "ada").code == 0
    assert "ada" not in jurist("user", "list").out


def test_a_token_is_shown_once_listed_and_revoked(jurist: Jurist) -> None:
    jurist("user", "add", "ada", "--role", "editor", "--no-password")
    made = jurist("user", "token", "make", "ada", "--name", "ci", "--scope", "judge", "--days", "9")
    secret = made.out.strip()
    assert secret.startswith("jur_")
    assert secret not in made.err
    store = read_store("jurist.db")
    token = token_of(store, digest_of(secret), 0)
    assert token is not None
    assert (token.role, token.scope) == ("editor", ("judge",))
    assert token.expires is not None
    assert token.expires - token.created == 9 * 86_400_000
    listed = jurist("user", "token", "list").out
    assert token.id in listed
    assert secret not in listed
    assert jurist("user", "token", "revoke", token.id).code == 0
    assert token_of(store, digest_of(secret), 0) is None
    assert "revoked" in jurist("user", "token", "list").out
    store.close()


def test_a_token_may_no_more_than_its_user(jurist: Jurist) -> None:
    jurist("user", "add", "ada", "--role", "reader", "--no-password")
    above = jurist("user", "token", "make", "ada", "--role", "admin")
    assert (above.code, above.out) == (2, "")
    assert "cannot have the role 'admin'" in above.err
    outside = jurist("user", "token", "make", "ada", "--scope", "judge")
    assert (outside.code, outside.out) == (2, "")
    assert "is not reader's" in outside.err
