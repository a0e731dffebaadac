"""The files of a user's own that a role depends on, and a digest of them for its key.

Of a module: itself, whatever it imports from the user's own code (not Python's library, not
installed packages, not Jurist), and the files that these sources name. Found by reading, so
that a file changed today is another key today, whether or not it was loaded already.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from hashlib import blake2b
from os.path import normpath
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol, cast, runtime_checkable

from jurist.errors import StudyError
from jurist.plurals import counted
from jurist.roles.installed_code import file_of, is_foreign, root_of
from jurist.roles.source_reading import Named, read_source
from jurist.roles.spec import RoleSpec, digest_of

_LARGEST: Final = 64_000_000
"""Bytes of a file whose content is read; of a larger one its size and moment are taken."""
_MOST: Final = 2_000
_SUFFIXES: Final = (
    *importlib.machinery.SOURCE_SUFFIXES,
    *importlib.machinery.EXTENSION_SUFFIXES,
    *importlib.machinery.BYTECODE_SUFFIXES,
)
_MARKS: Final = (".git", "pyproject.toml", "setup.py")
_HIGHEST: Final = 4
"""Folders above a source in which a project's mark is looked for."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What of the user's own is in a role's key."""

    digest: str = ""
    files: tuple[str, ...] = ()
    """From the study's folder, or from where a module's name starts."""
    unread: tuple[str, ...] = ()
    """Those of which only size and moment are in the key, with the reason."""

    def told(self) -> str:
        """`2 files in its key (bot.py, prompts/system.md)`."""
        shown = ", ".join(self.files[:_SHOWN])
        more = f" and {len(self.files) - _SHOWN} more" if len(self.files) > _SHOWN else ""
        if not self.files:
            return "no file of yours is in its key: where it changed, say --fresh"
        number = counted(len(self.files), "file")
        unread = f"; of these not read: {'; '.join(self.unread)}" if self.unread else ""
        return f"{number} in its key ({shown}{more}){unread}"


@runtime_checkable
class SaysSources(Protocol):
    """A role that is code of the user's own, or starts it."""

    @property
    def name(self) -> str:
        """How studies and reports call it."""
        ...

    @property
    def sources(self) -> Sources:
        """What of the user's files is in its version."""
        ...


NOTHING: Final = Sources()
_SHOWN: Final = 12


def sources_of_module(
    module: ModuleType, folder: Path, *, found: object = None, listed: Sequence[str] = ()
) -> Sources:
    """What the code in an imported module depends on.

    Args:
        module: The module.
        folder: The study's.
        found: The function or object in it that is used: where it comes from counts too.
        listed: Files and patterns that the study says to belong to it; see `listed_files`.
    """
    folder = folder.resolve()  # as its modules are imported: one folder, one name
    search = [folder, *(Path(entry or ".").absolute() for entry in sys.path)]
    collected = _Collected(folder, search, loaded=True, root=root_of(module))
    file = file_of(module)
    if module.__name__ == "__main__" and file is not None:
        collected.add_file(file, "")
    else:
        collected.add_module(module.__name__)
    for name in (getattr(found, "__module__", None), type(found).__module__):
        if isinstance(name, str) and name != "builtins":
            collected.add_module(name)
    return collected.sources(listed)


def sources_of_command(
    command: Sequence[str], folder: Path, *, listed: Sequence[str] = ()
) -> Sources:
    """What a command depends on: the files of the study's folder that it names.

    Of a Python script, or `-m module`, also what that imports from beside it.
    """
    folder = folder.resolve()  # as its modules are imported: one folder, one name
    collected = _Collected(folder, [folder], loaded=False, root=None)
    for before, part in zip(("", *command), command, strict=False):
        path = folder / part
        if before == "-m":
            collected.add_module(part)
        elif path.suffix == ".py" and path.is_file():
            script = _Collected(folder, [path.parent, folder], loaded=False, root=None)
            script.add_file(path, "")
            collected.files.update(script.files)
        elif not Path(part).is_absolute() and os.path.isfile(path):  # noqa: PTH113 - a long text is none
            collected.files[path] = collected.label(path)
    return collected.sources(listed)


def sources_of_files(folder: Path, listed: Sequence[str]) -> Sources:
    """Only what a study lists, as of a server whose code is elsewhere."""
    folder = folder.resolve()  # as its modules are imported: one folder, one name
    return _Collected(folder, [folder], loaded=False, root=None).sources(listed)


def listed_files(spec: RoleSpec) -> tuple[str, ...]:
    """The option `files` of a role: paths and patterns, those after a `!` left out."""
    given = spec.options.get("files", ())
    parts = cast("Sequence[object]", given) if isinstance(given, list | tuple) else (None,)
    files = tuple(part for part in parts if isinstance(part, str) and part.strip("!"))
    if len(files) != len(parts):
        raise StudyError(
            f"`files` of a role is {given!r}"[:200],
            expected="a list of paths and patterns, from the study's folder",
            fix='write files: ["prompts/*.md"]; one that begins with ! is left out',
        )
    return files


@dataclass(slots=True)
class _Collected:
    """Files by where they are, with how they are called."""

    folder: Path
    search: list[Path]
    """Where modules' names start."""
    loaded: bool
    """Whether modules run in this process, so that what is loaded says more."""
    root: Path | None
    """Of an installed module: the folder of its package, which is the user's own here."""
    files: dict[Path, str] = field(default_factory=dict[Path, str])
    _modules: set[str] = field(default_factory=set[str])

    def add_module(self, name: str) -> None:
        """A module with its packages and all that they import, where they are the user's own."""
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name in self._modules:
                continue
            self._modules.add(name)
            if "." in name:
                waiting.append(name.rpartition(".")[0])
            path = self._find(name)
            if path is None or not self._is_own(path):
                continue
            package = name if path.stem == "__init__" else name.rpartition(".")[0]
            waiting += self._read(path, package)
            module = sys.modules.get(name)
            if self.loaded and module is not None:
                waiting += _reached(module)

    def add_file(self, path: Path, package: str) -> None:
        """A source that is no module by name, with all that it imports."""
        for name in self._read(path, package):
            self.add_module(name)

    def _read(self, path: Path, package: str) -> tuple[str, ...]:
        """Take a source and the files that it names; returns the modules that it names."""
        if path in self.files:
            return ()
        self.files[path] = self.label(path)
        self._bound()
        source = _content(path) if path.suffix == ".py" else None
        named = (read_source(source, package) if isinstance(source, bytes) else None) or Named(
            (), ()
        )
        project = self._project_of(path.parent)
        above = [place for place in path.parents if place.is_relative_to(project)]
        for each in named.files:
            for place in dict.fromkeys([*above, self.folder]):
                for file in _matching(place, each):
                    if self._is_own(file) and any(map(file.is_relative_to, (project, self.folder))):
                        self.files.setdefault(file, self.label(file))
                        self._bound()
        return named.modules

    def _project_of(self, folder: Path) -> Path:
        """How far up the files that a source names may lie."""
        for place in (folder, *tuple(folder.parents)[:_HIGHEST]):
            if place == self.root or any((place / mark).exists() for mark in _MARKS):
                return place
        return self.folder if folder.is_relative_to(self.folder) else folder

    def _bound(self) -> None:
        if len(self.files) > _MOST:
            raise StudyError(
                f"it depends on more than {_MOST:,} files of yours",
                expected="a generator or judge with its own files",
                fix='leave some out: files: ["!some/folder/*"]',
            )

    def _find(self, name: str) -> Path | None:
        """The file of a module; `None` where there is none, as of a namespace package."""
        if self.loaded and name in sys.modules:  # what runs, wherever it was found
            return file_of(sys.modules[name])
        places: Iterable[Path] = self.search
        parts = name.split(".")
        if self.loaded and (top := _loaded_places(parts[0])):
            places, parts = top, parts[1:]
        file: Path | None = None
        for part in parts:
            file, places = _find_in(places, part)
        return file or (_findable(name) if self.loaded else None)

    def _is_own(self, path: Path) -> bool:
        if self.root is not None and path.is_relative_to(self.root):
            return True
        return not is_foreign(path)

    def label(self, path: Path) -> str:
        """How a file is called: not by where the project stands on this machine."""
        if self.root is not None and path.is_relative_to(self.root):
            return path.relative_to(self.root.parent).as_posix()
        above = [each for each in (self.folder, *self.folder.parents) if len(each.parts) > 1]
        for level, place in enumerate(above[: _HIGHEST + 1]):
            if path.is_relative_to(place):
                return "../" * level + path.relative_to(place).as_posix()
        return path.name

    def sources(self, listed: Sequence[str]) -> Sources:
        """All of it with what the study lists, as one digest."""
        for pattern in listed:
            if not pattern.startswith("!"):
                self._take_listed(pattern)
        left_out = [pattern[1:] for pattern in listed if pattern.startswith("!")]
        for pattern in left_out:
            if not any(fnmatch(label, pattern) for label in self.files.values()):
                raise StudyError(
                    f"`files` leaves out {pattern!r}, and no file in the key is called so",
                    expected=f"one of {', '.join(list(self.files.values())[:_SHOWN]) or 'none'}",
                    fix=f"correct it, or remove '!{pattern}'"[:200],
                )
        entries: list[tuple[str, str]] = []
        unread: list[str] = []
        for path, label in self.files.items():
            if any(fnmatch(label, pattern) for pattern in left_out):
                continue
            content = _content(path)
            if isinstance(content, bytes):
                entries.append((label, blake2b(content, digest_size=16).hexdigest()))
            else:
                entries.append((label, _state(path)))
                unread.append(f"{label} ({content})")
        entries.sort()
        digest = digest_of(entries) if entries else ""
        return Sources(digest, tuple(label for label, _ in entries), tuple(sorted(unread)))

    def _take_listed(self, pattern: str) -> None:
        found = _matching(self.folder, pattern)
        folder = not found and (self.folder / pattern).is_dir()
        if folder:
            found = _matching(self.folder, f"{pattern}/**/*")
        if not found:
            raise StudyError(
                f"`files` names {pattern!r}, and "
                + ("no file is in that folder" if folder else "there is no such file"),
                expected=f"files in {self.folder}",
                fix="correct the path or the pattern, or remove it",
            )
        for file in found:
            content = _content(file)
            if isinstance(content, str):
                raise StudyError(
                    f"`files` names {pattern!r}, and {file.name!r} {content}",
                    expected=f"files that can be read, of at most {_LARGEST:,} bytes",
                    fix="mend its permissions, or leave it out",
                )
            self.files.setdefault(file, self.label(file))
            self._bound()


def _matching(place: Path, pattern: str) -> list[Path]:
    """The files that a path or a pattern names, from a place."""
    try:
        named = [place / pattern] if "*" not in pattern else place.glob(pattern)
        return sorted(Path(normpath(file)) for file in named if file.is_file())
    except (OSError, ValueError, NotImplementedError, IndexError):  # a text that is no path here
        return []


def _find_in(places: Iterable[Path], name: str) -> tuple[Path | None, list[Path]]:
    """The file of a module of that name in one of the places, and where its own parts are."""
    spread: list[Path] = []
    for place in places:
        inside = place / name
        if inside.is_dir():
            for suffix in _SUFFIXES:
                if (inside / f"__init__{suffix}").is_file():
                    return inside / f"__init__{suffix}", [inside]
            spread.append(inside)
        for suffix in _SUFFIXES:
            if (place / f"{name}{suffix}").is_file():
                return place / f"{name}{suffix}", []
    return None, spread


def _loaded_places(top: str) -> list[Path]:
    """Where the parts of a loaded package are, which may be on no path (an editable install)."""
    module = sys.modules.get(top)
    places = cast("Iterable[str]", getattr(module, "__path__", ()))
    return [Path(place) for place in places]


def _findable(name: str) -> Path | None:
    """Where Python itself would find a module that is on no path; its package must not run."""
    if "." in name:
        return None
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    return Path(spec.origin) if spec and spec.origin and Path(spec.origin).is_file() else None


def _reached(module: ModuleType) -> Iterator[str]:
    """The modules that a loaded module's values come from, however they came to be there."""
    for value in tuple(vars(module).values()):
        name = value.__name__ if isinstance(value, ModuleType) else _home(value)
        if isinstance(name, str) and name != "builtins":
            yield name


def _home(value: object) -> object:
    kind = type(value)
    return value.__dict__.get("__module__") if isinstance(value, type) else (
        getattr(value, "__module__", None) if kind.__name__ == "function" else kind.__module__
    )  # fmt: skip


def _content(path: Path) -> bytes | str:
    """A file's bytes, or why they are not read."""
    try:
        if path.stat().st_size > _LARGEST:
            return f"is larger than {_LARGEST:,} bytes"
        return path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _state(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "unknown"
    return f"{found.st_size} bytes of {found.st_mtime_ns}"


__all__ = [
    "NOTHING",
    "SaysSources",
    "Sources",
    "listed_files",
    "sources_of_command",
    "sources_of_files",
    "sources_of_module",
]
