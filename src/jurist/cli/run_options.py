"""Options of `jurist run` that cannot be given together, or alone: refused, never passed over."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jurist.errors import InputError

_CLASHES: Final = (
    (
        "--prepare",
        ("--on", "--html", "--workers"),
        "--prepare stores the run, and nothing of it is done",
        "leave one of them out; --on stores the run by itself",
    ),
    (
        "--shard",
        ("--prepare", "--on"),
        "a share is kept in a file of its own, which nobody joins",
        "leave --shard out: sessions on PostgreSQL share a run by themselves",
    ),
    (
        "--on",
        ("--workers",),
        "sessions that are started elsewhere prove on all cores that they have there",
        "say --cores for kubernetes and slurm, nothing for Ray",
    ),
)
_OF_ON: Final = ("--sessions", "--cores", "--image", "--folder")


def refuse_options(given: Collection[str]) -> None:
    """Refuse what cannot be meant.

    Args:
        given: The options that somebody wrote.

    Raises:
        InputError: It names two of them, or the one that is missing.
    """
    for option, others, why, fix in _CLASHES:
        for other in others:
            if option in given and other in given:
                raise InputError(f"{option} and {other} do not go together", expected=why, fix=fix)
    for option in _OF_ON:
        if option in given and "--on" not in given:
            raise InputError(
                f"{option} is about sessions that are started elsewhere, and there is no --on",
                expected="--on kubernetes, --on slurm or --on ray://HOST:PORT beside it",
                fix=f"say where, or leave {option} out",
            )
