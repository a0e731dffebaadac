"""Versions of what is shaped by code: a digest of that code."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from jurist import __version__


@lru_cache(maxsize=16)
def source_digest(
    *modules: str, without: tuple[str, ...] = (), distributions: tuple[str, ...] = ()
) -> str:
    """A digest of the source of some packages and modules, and of the package's version.

    Computed once a process. Code, grammars and texts count; what was made of them does not.

    Args:
        modules: Packages by their dotted names; or `package:file.py` for one file.
        without: Names of folders that do not count.
        distributions: Installed packages whose versions count too.
    """
    digest = blake2b(__version__.encode(), digest_size=16)
    for module in modules:
        package, _, file = module.partition(":")
        root = files(package)
        for name, content in sorted(_sources(root / file if file else root, without)):
            digest.update(f"{package}/{name}\0{len(content)}\0".encode() + content)
    for name in distributions:
        digest.update(f"{name} {_installed(name)}\0".encode())
    return digest.hexdigest()


_SOURCES = (".py", ".lark", ".md")


def _sources(
    place: Traversable, without: tuple[str, ...], folder: str = ""
) -> list[tuple[str, bytes]]:
    name = folder + place.name
    if place.is_file():
        return [(name, place.read_bytes())] if name.endswith(_SOURCES) else []
    kept = (each for each in place.iterdir() if each.name not in without)
    return [source for each in kept for source in _sources(each, without, f"{name}/")]


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # a source tree without metadata
        return ""
