"""The border of a study: at which level it hides what, with which key."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from jurist.errors import StoreError, StudyError
from jurist.languages.pseudonymizing import Pseudonymizes
from jurist.privacy import Key, Level
from jurist.privacy.detection import detect_nothing, detector_of_patterns
from jurist.records import Case
from jurist.roles.border.border import Border
from jurist.roles.protocols import Workspace
from jurist.runs.study import StudyFile
from jurist.store import read_store
from jurist.store.key_files import KEY_VARIABLE, key_file_of
from jurist.store.runs import list_runs

_HIDING = (Level.VALUES, Level.VALUES_AND_NAMES)


def border_of(
    file: StudyFile,
    workspaces: Iterable[Workspace] | None,
    cases: Mapping[str, Iterable[Case]],
) -> Border | None:
    """What the roles of a study stand behind; `None` where there is nothing to hide.

    Args:
        file: The study.
        workspaces: Those that its roles are told of; `None`: any.
        cases: Of each dataset.

    Raises:
        UnsupportedError: What finds personal data is not installed.
    """
    privacy = file.study.privacy
    level = Level(privacy.level)
    if level is Level.OFF and workspaces is not None and not any(map(_is_sensitive, workspaces)):
        return None
    detects = level in _HIDING and privacy.detect != "nothing"
    return Border(
        level,
        lambda: key_of(file.study.store),
        detector_of_patterns() if detects else detect_nothing,
        privacy.detect if detects else "",
        cases,
    )


def border_without_study(workspace: Workspace) -> Border | None:
    """What a role of no study stands behind: what the schema marks sensitive is hidden anyway."""
    return Border(Level.OFF, Key.made) if _is_sensitive(workspace) else None


def key_of(where: str) -> Key:
    """The key of a store's pseudonyms, made where there is a store and no run had one yet.

    For a store that is not there it is made and kept nowhere: nothing is told by it.

    Raises:
        StudyError: It is lost.
        InputError: The file holds no key, or others may read it.
    """
    path = key_file_of(where)
    if path.exists():
        return Key.read(path)
    try:
        store = read_store(where)
    except StoreError:
        return Key.made()
    try:
        made_with = [run.id for run in list_runs(store) if run.key_mark]
    finally:
        store.close()
    if made_with and not os.environ.get(KEY_VARIABLE):
        raise StudyError(
            f"{path} is gone, the key of the pseudonyms of {len(made_with)} of the store's runs, "
            f"such as {made_with[0]!r}",
            expected="the key that they were made with, or word that another is to be made",
            fix=f"put the file back; or name another for new runs: export {KEY_VARIABLE}=FILE",
        )
    return Key.read_or_make(path)


def _is_sensitive(workspace: Workspace) -> bool:
    language = workspace.language
    return isinstance(language, Pseudonymizes) and bool(
        language.schema_values(workspace.schema).sensitive
    )
