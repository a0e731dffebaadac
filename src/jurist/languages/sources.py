"""Versions of what is shaped by code: a digest of that code."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from jurist import __version__


@lru_cache(maxsize=16)
def source_digest(*modules: str) -> str:
    """A digest of the source of some packages and modules, and of the package's version.

    Args:
        modules: Packages by their dotted names; or `package:file.py` for one file.
    """
    digest = blake2b(__version__.encode(), digest_size=16)
    for module in modules:
        package, _, file = module.partition(":")
        root = files(package)
        for name, content in sorted(_sources(root / file if file else root)):
            digest.update(f"{package}/{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _sources(place: Traversable, folder: str = "") -> list[tuple[str, bytes]]:
    name = folder + place.name
    if place.is_file():
        return [(name, place.read_bytes())] if name.endswith(".py") else []
    return [source for each in place.iterdir() for source in _sources(each, f"{name}/")]
