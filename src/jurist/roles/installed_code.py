"""What of the code that is imported is Python's, an installed package's or ours, not the user's."""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import jurist

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


def file_of(module: ModuleType) -> Path | None:
    """The file that a module was read from, if there is one."""
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) and Path(file).is_file() else None


def root_of(module: ModuleType) -> Path | None:
    """The folder of an installed module's package; of a module alone, its file."""
    file, depth = file_of(module), module.__name__.count(".")
    if file is None or _INSTALLED.isdisjoint(file.parts):
        return None
    if file.stem == "__init__":
        return file.parents[depth]
    return file.parents[depth - 1] if depth else file


def is_foreign(path: Path) -> bool:
    """Whether a file is Python's, of an installed package or ours: not the user's own."""
    return any(
        place.is_relative_to(foreign) or not _INSTALLED.isdisjoint(place.parts)
        for place in (path, path.resolve())
        for foreign in _foreign()
    )


@cache
def _foreign() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    places = [Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    places.append(Path(jurist.__file__).parent)
    return tuple({place for each in places for place in (each, each.resolve())})
