"""What a notebook asks of the value of a cell."""

from __future__ import annotations

from typing import Protocol, cast


class _Drawn(Protocol):
    def _repr_html_(self) -> str: ...


def notebook_html(value: object) -> str:
    """The HTML that a notebook shows of a value."""
    return cast("_Drawn", value)._repr_html_()  # pyright: ignore[reportPrivateUsage]
