"""How often Python looks for garbage."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_YOUNG_OBJECTS: Final = 60_000
"""Objects made before garbage is looked for: a pair makes thousands, hardly any in cycles."""


@contextmanager
def collected_seldom() -> Generator[None]:
    """Look for garbage seldom, and never in what is there already: modules and tables."""
    gc.collect()
    gc.freeze()
    usual = gc.get_threshold()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
