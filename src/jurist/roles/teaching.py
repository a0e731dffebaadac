"""What a prompt says of a workspace: its language in short, and the names that there are."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.capabilities import Teaches, require
from jurist.roles.protocols import Workspace


def primer(workspace: Workspace) -> str:
    """What a model must know to read and write the workspace's language."""
    language = require(workspace.language, Teaches, needed_by="a role that asks a model")
    return language.primer(workspace.schema)


def names_in(workspace: Workspace) -> Sequence[str]:
    """One line a name."""
    language = require(workspace.language, Teaches, needed_by="a role that asks for a query")
    return language.names(workspace.schema)
