"""Documents as JSON gives them, read without knowing what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

Json = Mapping[str, object]


def mapping(value: object) -> Json:
    """A mapping, an empty one for anything else."""
    return cast("Json", value) if isinstance(value, Mapping) else {}


def listing(value: object) -> Sequence[object]:
    """A list, an empty one for anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
