"""The study files of the one folder that `jurist serve --studies` names, and no other file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jurist.errors import InputError, StudyError
from jurist.runs.study import StudyFile, parse_study

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,150}\.ya?ml")
_MOST_BYTES: Final = 200_000
_MOST_FILES: Final = 500
_LINE: Final = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True)
class StudyText:
    """A study file as it stands there."""

    name: str
    """Of the file."""
    path: Path
    text: str
    stamp: tuple[int, int]
    """When it was changed, and its bytes."""
    study: StudyFile | None
    """`None`: see `error`."""
    error: InputError | None = None

    @property
    def line(self) -> int:
        """The line that the error is about; 0: none is known."""
        return line_in(self.error.where) if self.error else 0


def line_in(words: str) -> int:
    """The line that an error's words name; 0: none."""
    found = _LINE.search(words)
    return int(found[1]) if found else 0


def study_names(folder: Path) -> tuple[str, ...]:
    """The names of the folder's studies: YAML files of its own, links left out."""
    names = sorted(
        entry.name
        for entry in os.scandir(folder)
        if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
    )
    return tuple(name for name in names if _is_study(folder / name))[:_MOST_FILES]


def _is_study(path: Path) -> bool:
    """Whether a file has the keys of a study: schemas lie beside them, and are YAML too."""
    text = _read(path)
    return text is not None and bool(re.search(r"^(generators|judges)\s*:", text[0], re.MULTILINE))


def read_study_text(folder: Path, name: str) -> StudyText | None:
    """A study of the folder; `None` where there is none of this name."""
    if not _NAME.fullmatch(name):
        return None
    path = folder.resolve() / name
    read = _read(path)
    if read is None:
        return None
    text, stamp = read
    try:
        study = parse_study(text, folder=path.parent, where=name)
        _refuse_elsewhere(study)
    except InputError as error:
        return StudyText(name, path, text, stamp, None, error)
    return StudyText(name, path, text, stamp, study)


def _read(path: Path) -> tuple[str, tuple[int, int]] | None:
    """A file's text; `None` for a link, what is no file, and what is too long."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as opened:
        text = opened.read(_MOST_BYTES).decode("utf-8", "replace")
        return text, (status.st_mtime_ns, status.st_size)


def _refuse_elsewhere(study: StudyFile) -> None:
    """Raise for a study whose files lie outside its folder: nobody chose those to be read."""
    folder = study.folder.resolve()
    for text in _texts(study.study.model_dump(mode="json", by_alias=True, exclude={"store"})):
        if "://" in text or "\n" in text or len(text) > 1_000:
            continue
        path = folder / Path(text).expanduser()
        outside = text.startswith(("/", "~")) or ".." in Path(text).parts or _leaves(path, folder)
        if outside and _exists(path):
            raise StudyError(
                f"it names a file outside of its folder: {text[:200]!r}",
                expected="files below the folder of the studies",
                fix="copy the file into the folder, or run the study from a terminal",
                where=study.where,
            )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _leaves(path: Path, folder: Path) -> bool:
    """Whether a path leads out of the folder by a link."""
    return _exists(path) and not path.resolve().is_relative_to(folder)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(each)  # pyright: ignore[reportUnknownArgumentType]
        case list() | tuple():
            for each in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(each)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            pass
