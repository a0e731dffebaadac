"""Importing the modules of a study's folder, so that those of another study never stand in."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Final

from jurist.errors import StudyError
from jurist.roles.foreign import failure_of
from jurist.roles.installed_code import is_foreign


def import_own(module_name: str, folder: Path, target: str) -> ModuleType:
    """Import a module of the study's folder or an installed one."""
    try:
        return _import_first_from(folder.resolve(), module_name)
    except ModuleNotFoundError as error:
        raise StudyError(
            f"`{target}`: there is no module {error.name!r}",
            expected=f"a module in {folder}, or an installed one",
            fix="a module is named without .py"
            if module_name.endswith(".py")
            else "copy it into that folder, or install it; `jurist work` looks into --folder DIR",
        ) from error
    except (Exception, SystemExit) as error:  # a user's module may raise anything when imported
        reason = failure_of(error).reason
        raise StudyError(
            f"`{target}`: the module {module_name!r} cannot be imported: {reason}",
            expected="a module that can be imported",
            fix="mend the module, then run the command again",
        ) from error


_own_modules: Final[dict[Path, set[str]]] = {}
"""By a study's folder, the modules there that came to be loaded for it."""
IMPORTING: Final = RLock()
"""Held while modules of one folder are those that are loaded; a module may load roles itself."""


def _import_first_from(folder: Path, name: str) -> ModuleType:
    """Import a module; its name and those that it imports are this folder's first.

    What another study of this process calls the same is forgotten, and nothing else.
    """
    for other in [each for each in _own_modules if each != folder]:
        for module in _own_modules.pop(other):
            sys.modules.pop(module, None)
    sys.path[:] = [str(folder), *(each for each in sys.path if each != str(folder))]
    importlib.invalidate_caches()
    before = set(sys.modules)
    try:
        return importlib.import_module(name)
    finally:
        mine = _own_modules.setdefault(folder, set())
        for loaded in set(sys.modules) - before:
            file = getattr(sys.modules[loaded], "__file__", None)
            if file and Path(file).resolve().is_relative_to(folder) and not is_foreign(Path(file)):
                mine.add(loaded)
