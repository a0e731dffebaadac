"""Joining a run from its store alone: what is kept for that, and what is made of it elsewhere.

Kept are the study and the texts that its roles name: templates and recorded answers. Code never
is: whoever can write to a store could else run anything on each machine that joins.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import msgspec

from jurist.errors import InputError, StudyError
from jurist.languages.registry import get_language
from jurist.runs.cases import Dataset
from jurist.runs.datasets import load_workspace
from jurist.runs.study import Study, StudyFile, make_study
from jurist.store import Store
from jurist.store.joining import (
    KeptFile,
    StoredCases,
    files_for_joining,
    keep_for_joining,
    study_for_joining,
)
from jurist.store.runs import RunRecord, RunState, datasets_of

_LARGEST: Final = 64_000_000
"""Bytes of a file that is kept in the store."""
_NAMING: Final = frozenset({"template", "recorded"})
"""What a role calls a file of text that it reads."""
_OF_ROLES: Final = ("questions", "generators", "judges", "user")
_HERE_ALONE: Final = {"store", "gate"}


def keep_study(store: Store, run: str, file: StudyFile) -> None:
    """Keep in a shared store what a session needs that joins the run; see `joined`."""
    if not store.shared:  # one session at a time works on a run in a file
        return
    document = file.study.model_dump(mode="json", by_alias=True, exclude=_HERE_ALONE)
    files = [_read(file.folder, path) for path in _paths_in(document)]
    keep_for_joining(store, run, msgspec.json.encode(document).decode(), files)


@contextmanager
def joined(store: Store, record: RunRecord, folder: Path) -> Generator[StudyFile]:
    """The study of a run as a session on any machine runs it, while its files are needed.

    Args:
        store: Where the run is.
        record: The run.
        folder: Where modules, commands and files stand here that the store does not hold.

    Raises:
        InputError: The run cannot be joined, and why.
    """
    run = record.id
    text = study_for_joining(store, run)
    if text is None or record.state is RunState.PLANNING:
        raise InputError(
            f"the run {run} in {store.place} "
            + ("is not prepared yet" if text else "has nothing to join it by"),
            expected="a run on PostgreSQL that `jurist run` of this version prepared",
            fix="jurist run STUDY --store URL --prepare",
        )
    document = msgspec.json.decode(text, type=dict[str, object])
    where = f"the run {run}"
    given = {
        kept.name: Dataset(
            load_workspace(
                kept.name,
                kept.schema_document,
                where=f"schema of {kept.name!r} in {run}",
                language=get_language(kept.language),
            ),
            kept.schema_document,
            StoredCases(store, run, kept.name),
            kept.cases_digest,
        )
        for kept in datasets_of(store, run)
    }
    with TemporaryDirectory(prefix="jurist-") as place:
        texts = {
            kept.path: _put(kept, Path(place) / str(number), folder)
            for number, kept in enumerate(files_for_joining(store, run))
        }
        roles = {part: _named_anew(document.get(part), texts) for part in _OF_ROLES}
        planned = make_study(document | roles, folder, where, given=given)
        study = Study.model_validate_json(text)  # its paths are in the run's name
        yield replace(planned, study=study.model_copy(update={"store": store.place}))


def _read(folder: Path, path: str) -> KeptFile:
    """A file as it is kept; where that cannot be, why."""
    try:
        content = (folder / path).read_bytes()
    except OSError as error:
        return KeptFile(path, "", None, f"it could not be read: {error.strerror}")
    digest = blake2b(content, digest_size=16).hexdigest()
    if len(content) > _LARGEST:
        return KeptFile(path, digest, None, f"it has more than {_LARGEST:,} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return KeptFile(path, digest, None, "it is no text in UTF-8")
    if "\0" in text:
        return KeptFile(path, digest, None, "it holds a NUL character, which no database takes")
    return KeptFile(path, digest, text)


def _put(kept: KeptFile, place: Path, folder: Path) -> str:
    """Where the file is now: as it was kept, else as it stands in the folder."""
    if kept.content is not None:
        place.mkdir()
        path = place / Path(kept.path).name  # a recording without a name is called so
        path.write_bytes(kept.content.encode())
        return str(path)
    own = folder / kept.path
    try:
        same = blake2b(own.read_bytes(), digest_size=16).hexdigest() == kept.digest
    except OSError:
        same = False
    if not same:
        raise StudyError(
            f"the file {kept.path} is not in the store ({kept.why_not}), and "
            + (f"{own} is another" if own.exists() else f"there is no {own}"),
            expected=f"the file with the digest {kept.digest} (BLAKE2b, 16 bytes)",
            fix=f"copy it into a folder as {kept.path}, and name that with --folder",
        )
    return str(own)


def _paths_in(document: Mapping[str, object]) -> list[str]:
    found: list[str] = []

    def note(path: str) -> str:
        found.append(path)
        return path

    for part in _OF_ROLES:
        _rewritten(document.get(part), note)
    return list(dict.fromkeys(found))


def _named_anew(part: object, texts: Mapping[str, str]) -> object:
    return _rewritten(part, lambda path: texts.get(path, path))


def _rewritten(part: object, path_of: Callable[[str], str]) -> object:
    """A part of a study with other paths for the files of text that its roles name."""
    if isinstance(part, list):
        return [_rewritten(entry, path_of) for entry in cast("list[object]", part)]
    if not isinstance(part, Mapping):
        return part
    return {
        key: path_of(value)
        if key in _NAMING and isinstance(value, str)
        else _rewritten(value, path_of)
        for key, value in cast("Mapping[str, object]", part).items()
    }
