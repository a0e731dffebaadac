"""A dataset: cases of one workspace, from a file or from memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jurist.records import Case
from jurist.roles.protocols import Workspace


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases of one workspace."""

    workspace: Workspace
    schema_document: Mapping[str, object]
    """The schema file as it was parsed."""
    cases: Iterable[Case]
    """They can be gone through any number of times, and need not be in memory."""
    cases_digest: str

    @property
    def name(self) -> str:
        """Its name in the study."""
        return self.workspace.name
