"""The border of a study: its level, its key, and the workspaces that cross it."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from jurist.errors import InputError
from jurist.languages.base import Query
from jurist.privacy import Key, Level, Pseudonyms
from jurist.privacy.detection import Detector, detect_nothing
from jurist.records import Case
from jurist.roles.border.crossing import Crossing
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of

VERSION: Final = 3
"""To be raised with any change of what is told or heard: it is part of bordered roles' versions."""
_MOST_WORKSPACES: Final = 64


@dataclass(frozen=True)
class Border:
    """What roles that leave this machine stand behind."""

    level: Level
    find_key: Callable[[], Key] = field(repr=False)
    """Reads or makes the key; called where something is hidden for the first time."""
    detector: Detector = detect_nothing
    detects: str = ""
    """What the detector finds, for the versions of roles; empty: nothing."""
    cases: Mapping[str, Iterable[Case]] = field(
        default_factory=dict[str, Iterable[Case]], repr=False
    )
    """Those of each dataset: the classes of its numbers depend on its references."""
    _crossings: OrderedDict[tuple[str, str], Crossing] = field(
        default_factory=OrderedDict[tuple[str, str], Crossing], init=False, repr=False
    )
    _making: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @cached_property
    def key(self) -> Key:
        """The key of its pseudonyms."""
        return self.find_key()

    @property
    def key_mark(self) -> str:
        """The key's, where roles are told pseudonyms."""
        return "" if self.level is Level.NOTHING_LEAVES else self.key.mark

    def version_of(self, version: str) -> str:
        """A role's version behind this border: what it is told depends on all of this."""
        match self.level:
            case Level.OFF:  # what is sensitive stands in the schema
                return version
            case Level.NOTHING_LEAVES:
                return digest_of(version, self.level.value)
            case Level.VALUES | Level.VALUES_AND_NAMES:
                mark = self.key.mark
                return digest_of(version, self.level.value, mark, self.detects, VERSION)

    async def crossing(self, workspace: Workspace) -> Crossing:
        """A workspace at the border.

        Raises:
            UnsupportedError: Its language has no pseudonyms.
        """
        known = self._crossings.get((workspace.name, workspace.schema.digest))
        return known or await asyncio.to_thread(self.crossing_of, workspace)

    def crossing_of(self, workspace: Workspace) -> Crossing:
        """What `crossing` gives, at once."""
        name = workspace.name, workspace.schema.digest
        with self._making:
            if name not in self._crossings:
                self._crossings[name] = self._made(workspace)
                if len(self._crossings) > _MOST_WORKSPACES:
                    self._crossings.popitem(last=False)
            return self._crossings[name]

    def _made(self, workspace: Workspace) -> Crossing:
        language, schema = workspace.language, workspace.schema
        references = {
            case.id: case.reference
            for case in self.cases.get(workspace.name, ())
            if case.reference is not None
        }
        queries: list[Query] = []
        for text in references.values():
            try:
                queries.append(language.parse(text, schema))
            except InputError:  # such a case is judged by nobody
                continue
        made = Pseudonyms(self.key, self.level, language, schema, queries)
        return Crossing(workspace, made, self.detector, references)
