"""What was found of groups and of joint dimensions, for other formulas over the same atoms."""

from __future__ import annotations

from dataclasses import dataclass, field

from jurist.languages.cql.prover.abstraction.atoms import GroupKey
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.histories import JointDimension
from jurist.languages.cql.prover.theories.listed_groups import ListedGroup

_MOST_KNOWN = 2_000


@dataclass(slots=True)
class KnownGroups:
    """Listed groups by the atoms that are said of them, for other formulas with the same ones."""

    joints: dict[tuple[Sort, tuple[int, ...]], JointDimension] = field(
        default_factory=dict[tuple[Sort, tuple[int, ...]], JointDimension]
    )
    _listed: dict[tuple[Sort, GroupKey, tuple[int, ...], bool], ListedGroup] = field(
        default_factory=dict[tuple[Sort, GroupKey, tuple[int, ...], bool], "ListedGroup"]
    )

    def get(
        self, sort: Sort, key: GroupKey, numbers: tuple[int, ...], *, relaxed: bool
    ) -> ListedGroup | None:
        """What was found before; `relaxed`: that atoms count as independent may be as well."""
        if not is_on(FastPath.KNOWN_GROUPS):
            return None
        exact = self._listed.get((sort, key, numbers, False))
        return self._listed.get((sort, key, numbers, True)) if exact is None and relaxed else exact

    def keep(
        self,
        sort: Sort,
        key: GroupKey,
        numbers: tuple[int, ...],
        found: ListedGroup,
        *,
        relaxed: bool,
    ) -> None:
        """Remember what was found, and forget what was found first where it is too much.

        Where nothing over-approximates, there was nothing to tie either.
        """
        if len(self._listed) >= _MOST_KNOWN:
            del self._listed[next(iter(self._listed))]
        self._listed[sort, key, numbers, relaxed and found.members.over_approximates] = found
