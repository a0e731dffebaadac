"""What a study's roles may draw on, wherever they play: in runs, challenges, tuning, a server."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jurist.languages.base import Language
from jurist.models.reach import Reach
from jurist.records import Case
from jurist.roles.spec import Means
from jurist.runs.study import StudyFile
from jurist.runs.study_privacy import NOTHING_LEAVES

if TYPE_CHECKING:
    from jurist.models import Models
    from jurist.roles.border.border import Border
    from jurist.roles.offline.proof_pool import ProofPool


@dataclass(frozen=True, slots=True)
class Others:
    """Roles that a session leaves to others; what they need to work is not asked for."""

    models: Models | None
    """An engine that is never called."""
    own: Collection[str]
    """The names of the roles that the session plays."""


def reach_of(file: StudyFile) -> Reach:
    """How far what a study's roles are told may go."""
    nothing_leaves = file.study.privacy.level == NOTHING_LEAVES
    return Reach.THIS_MACHINE if nothing_leaves else Reach.ANYWHERE


def means_of(
    file: StudyFile,
    *,
    memory: Iterable[Case] = (),
    pool: ProofPool | None = None,
    models: Models | None = None,
    language: Language | None = None,
    border: Border | None = None,
) -> Means:
    """What the roles of a study may draw on.

    Args:
        file: The study.
        memory: The dataset's cases, for generators that learn from others.
        pool: Where proofs are computed; `None`: in a thread of this process.
        models: The engine that reaches models.
        language: The dataset's.
        border: Of `border_of`.
    """
    study = file.study
    return Means(
        file.folder,
        memory,
        study.seed,
        pool,
        models,
        study.environment,
        language,
        reach_of(file),
        border,
    )
