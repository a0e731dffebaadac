"""The names that somebody asked for, among those that are there."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.errors import InputError


def choose_names(given: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    """The names that were asked for, or all where none was.

    Raises:
        InputError: One is not there, or there are none.
    """
    for name in given:
        if name not in known:
            raise InputError(
                f"there is no {what} {name!r}",
                expected=f"one of {', '.join(known)}" if known else f"a run with a {what}",
            )
    if not given and not known:
        raise InputError(f"there is no {what}", expected="a run with results")
    return tuple(given or known)
