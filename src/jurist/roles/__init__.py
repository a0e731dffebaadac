"""Who asks, who answers, who rules: question generators, generators, judges."""

from jurist.roles.protocols import (
    FindsByCase,
    Generator,
    Judge,
    LeavesOneOut,
    QuestionGenerator,
    Role,
    Workspace,
)
from jurist.roles.spec import Means, RoleSpec

__all__ = [
    "FindsByCase",
    "Generator",
    "Judge",
    "LeavesOneOut",
    "Means",
    "QuestionGenerator",
    "Role",
    "RoleSpec",
    "Workspace",
]
