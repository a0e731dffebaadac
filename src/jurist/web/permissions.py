"""What people may do. No ladder: who annotates a blind queue must not see its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a route asks for."""

    READ = "read"
    """All pages but those of a blind queue: verdicts, leaderboards, exports."""
    ANNOTATE = "annotate"
    """One's own queues and one's own agreement."""
    CURATE = "curate"
    """Make and close queues, settle disagreements, rule who is wrong."""
    JUDGE = "judge"
    """Have answers judged over the API."""
    RUN = "run"
    """Start and stop studies: runs code."""
    ADMINISTER = "administer"
    """Users, other people's tokens, the audit log, deleting."""


class Role(StrEnum):
    """What a user is."""

    ANNOTATOR = "annotator"
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"


PERMISSIONS: Final[Mapping[str, frozenset[Permission]]] = {
    Role.ANNOTATOR: frozenset({Permission.ANNOTATE}),
    Role.READER: frozenset({Permission.READ}),
    Role.EDITOR: frozenset(
        {Permission.READ, Permission.ANNOTATE, Permission.CURATE, Permission.JUDGE}
    ),
    Role.ADMIN: frozenset(Permission),
}
"""What each role may; a word that is no role may nothing."""


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may, as the store has its name."""
    return PERMISSIONS.get(role, frozenset())
