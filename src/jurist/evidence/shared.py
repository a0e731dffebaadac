"""What two queries have in common, condition by condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.languages.base import EDGES, EVERYBODY, LOOSE, NOBODY, unmarked
from jurist.languages.notes import everybody_in, nobody_in

_CONSTANT = frozenset({EVERYBODY, NOBODY})
_MOST_NAMED = 4
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The conditions of two normal forms; those that matter only at an edge apart."""

    common: tuple[str, ...]
    reference_only: tuple[str, ...]
    candidate_only: tuple[str, ...]
    reference_edges: tuple[str, ...]
    candidate_edges: tuple[str, ...]
    constants: tuple[str, ...]
    """Said of a query that nobody or everybody satisfies."""

    @property
    def matched(self) -> float:
        """Share of all conditions, edges apart, that both have: 0 to 1."""
        total = len(self.common) + len(self.reference_only) + len(self.candidate_only)
        return len(self.common) / total if total else 1.0

    @property
    def edges_only(self) -> bool:
        """Whether something differs, but nothing beyond edges."""
        differs = self.reference_only or self.candidate_only
        return not differs and bool(self.reference_edges or self.candidate_edges)

    @property
    def differences(self) -> tuple[str, ...]:
        """Notes that name what one side has alone, as it is written.

        Where nothing but edges differs, the first note says which. Of a side that nobody or
        everybody satisfies, `constants` says all there is to say.
        """
        if not (self.reference_only or self.candidate_only or self.edges_only):
            return ("both have the same conditions, joined differently",)
        sides = (
            ("reference", _as_written(self.reference_only, self.reference_edges)),
            ("candidate", _as_written(self.candidate_only, self.candidate_edges)),
        )
        only = tuple(f"only in the {side}: {_listed(told)}" for side, told in sides if told)
        return (*self._where(), *only)

    def _where(self) -> tuple[str, ...]:
        """At which edges they differ, where they differ nowhere else."""
        if not self.edges_only:
            return ()
        marks = {unmarked(each)[0] for each in (*self.reference_edges, *self.candidate_edges)}
        places = " and ".join(mark.removesuffix(": ") for mark in EDGES if mark in marks)
        return (f"they differ only {places}",)


def _as_written(only: Sequence[str], edges: Sequence[str]) -> list[str]:
    """Each as it is written: a bound with its edge, in place of what leaves that out."""
    told = {each for each in only if not each.startswith(LOOSE) and each not in _CONSTANT}
    return sorted(told.union(unmarked(each)[1] for each in edges))


def side_by_side(reference: Sequence[str], candidate: Sequence[str]) -> SideBySide:
    """Put the conditions of two queries, as `Language.conditions` gives them, side by side."""
    left, right = set(reference), set(candidate)
    return SideBySide(
        _apart_from_edges(left & right),
        _apart_from_edges(left - right),
        _apart_from_edges(right - left),
        _edges(left - right),
        _edges(right - left),
        (*constant_note(reference), *constant_note(candidate, side="candidate")),
    )


def constant_note(conditions: Sequence[str], *, side: str = "reference") -> tuple[str, ...]:
    """A note about a query that is always or never true; none about any other."""
    if tuple(conditions) == (NOBODY,):
        return (nobody_in(side),)
    if tuple(conditions) == (EVERYBODY,):
        return (everybody_in(side),)
    return ()


def _apart_from_edges(conditions: set[str]) -> tuple[str, ...]:
    return tuple(sorted(one for one in conditions if not one.startswith(EDGES)))


def _edges(conditions: set[str]) -> tuple[str, ...]:
    return tuple(sorted(one for one in conditions if one.startswith(EDGES)))


def _listed(conditions: Sequence[str]) -> str:
    """The first few of sorted conditions, without those that another one says too."""
    telling = [one for i, one in enumerate(conditions) if not _is_said_by_another(i, conditions)]
    named = [_bounded(one) for one in telling[:_MOST_NAMED]]
    more = len(telling) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _is_said_by_another(i: int, conditions: Sequence[str]) -> bool:
    """Whether another one begins in the same way, as `trait('a') = 1` does `trait('a')`.

    What begins in the same way stands together in sorted order, so the two next to it tell.
    """
    beginning = conditions[i].rstrip(")")
    if i > 0 and conditions[i - 1].startswith(beginning):
        return True
    return i + 1 < len(conditions) and conditions[i + 1].startswith(beginning)


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
