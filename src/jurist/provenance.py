"""Which answers are compared with each other: by origins of questions, and anchors of references.

A person who edits a system's answer until it does saves something close to that answer, also
where another query would have served as well. Such a reference favours the system whose answer
it began as: it is *anchored* by it. Scores on anchored cases are kept apart from all others, as
those on questions of different origins are, and decide nothing where there are others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jurist.records import Case, Origin, Question

_ORIGINS: Final = (Origin.REAL, Origin.AUTHORED, Origin.SYNTHETIC)
_ANCHORED: Final = " (anchored by "


def provenance(origin: Origin, anchored_by: str = "") -> str:
    """An origin as reports call it, with the system that anchors the references, if one does.

    >>> provenance(Origin.REAL)
    'real'
    >>> provenance(Origin.REAL, "copilot 2")
    'real (anchored by copilot 2)'
    """
    return f"{origin.value}{_ANCHORED}{anchored_by})" if anchored_by else origin.value


def deciding_origin(origin: Origin | None, anchored_by: str) -> str | None:
    """What shall decide, where that is said: of cases that a system anchors, real questions."""
    if origin is None and not anchored_by:
        return None
    return provenance(origin or Origin.REAL, anchored_by)


def provenance_of(case: Case, question: Question) -> str:
    """That of a question of a case."""
    return provenance(question.origin, case.anchored_by)


def anchor_of(told: str) -> str:
    """The system that anchors the references of a provenance; empty where none does."""
    return told.partition(_ANCHORED)[2].removesuffix(")")


def ordered(told: Iterable[str]) -> tuple[str, ...]:
    """Each once: real, authored, synthetic, then what is anchored. The first decides."""
    return tuple(sorted(dict.fromkeys(told), key=_place))


def better_than(told: str) -> tuple[str, ...]:
    """The origins that would decide in its stead, were there questions of them."""
    place = _place(told)
    return tuple(origin.value for origin in _ORIGINS if _place(origin.value) < place)


def anchors(told: str, system: str) -> bool:
    """Whether the references of a provenance are edits of this very system's answers.

    Args:
        told: A provenance.
        system: A generator's name; what anchors a case is a name with a version.
    """
    anchor = anchor_of(told)
    return bool(anchor) and (anchor == system or anchor.startswith(f"{system} "))


def _place(told: str) -> tuple[bool, int, str]:
    origin, _, anchor = told.partition(_ANCHORED)
    return bool(anchor), _ORIGINS.index(Origin(origin)), anchor
