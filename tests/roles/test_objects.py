"""What a role's version follows, where the role is an object of the running program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from jurist.roles import Means
from jurist.roles.callables import make_generator
from jurist.roles.objects import read_object
from jurist.roles.spec import RoleSpec


def _in_notebook(source: str, name: str = "answer") -> Callable[[str], str]:
    """A function as a notebook defines it: in no file, so that its globals are what it is."""
    names: dict[str, object] = {"__name__": "no_module_of_this_name"}
    exec(source, names)  # noqa: S102 - the source stands in this file
    return cast("Callable[[str], str]", names[name])


def _version(source: str) -> str:
    return make_generator(RoleSpec("callable", _in_notebook(source)), Means(Path())).version


DIFFERENT: dict[str, tuple[str, str]] = {
    "which of two known objects": (
        "A = ['x']; B = ['y']; USED = A\ndef answer(q): return (A, B, USED)",
        "A = ['x']; B = ['y']; USED = B\ndef answer(q): return (A, B, USED)",
    ),
    "a method of a dictionary": (
        "get = {'q': 'x'}.get\ndef answer(q): return get(q)",
        "get = {'q': 'y'}.get\ndef answer(q): return get(q)",
    ),
    "a set of plain values": (
        "USED = {'a', ('b', 1)}\ndef answer(q): return USED",
        "USED = {'a', ('b', 2)}\ndef answer(q): return USED",
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_has_another_version(case: str) -> None:
    one, two = DIFFERENT[case]
    assert _version(one) == _version(one)
    assert _version(one) != _version(two)


@dataclass(frozen=True)
class Prompt:
    """A user's own settings, one of which happens to be called `version`."""

    version: str
    text: str


def test_a_version_speaks_for_the_role_itself_alone() -> None:
    def of(prompt: Prompt) -> str:
        def answer(question: str) -> str:
            return prompt.text + question

        return read_object(answer, "answer").version

    assert of(Prompt("1", "a")) == of(Prompt("1", "a"))
    assert of(Prompt("1", "a")) != of(Prompt("1", "b"))
    assert of(Prompt("1", "a")) != of(Prompt("2", "a"))


class Plain:
    """An object whose text says where it is in memory."""


def _opaque(held: object) -> tuple[str, ...]:
    def answer(question: str) -> str:
        return f"{question}{held}"

    return read_object(answer, "answer").opaque


def test_a_set_of_objects_cannot_be_looked_into() -> None:
    assert _opaque({Plain(), Plain()}) == ("held",)
    assert _opaque(frozenset({1, "a", None, (1, "b")})) == ()


def test_an_object_of_a_package_installed_elsewhere_cannot_be_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was taken for the user's own, and told by its source alone."""
    place = tmp_path / "site-packages"
    place.mkdir()
    (place / "package_of_another_place.py").write_text("class Client: pass\n")
    monkeypatch.setattr(sys, "path", [str(place), *sys.path])
    client = getattr(__import__("package_of_another_place"), "Client")()  # noqa: B009
    assert _opaque(client) == ("held",)
    assert _opaque(Plain()) == ()
