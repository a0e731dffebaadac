"""A group whose counts the solver confirms or refutes, and the members it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jurist.languages.cql.prover.abstraction.atoms import GroupKey, Slot
from jurist.languages.cql.prover.regions.dimensions import Sample
from jurist.languages.cql.prover.regions.theory import Cells
from jurist.languages.cql.prover.theories.arithmetic import Arithmetic
from jurist.languages.cql.prover.theories.existence import Existence
from jurist.languages.cql.prover.theories.listed_groups import Members, Region
from jurist.languages.cql.semantics.customers import Value


@dataclass(slots=True)
class ComputedGroup:
    """A group that the solver decides: several dimensions from `at` on."""

    key: GroupKey
    at: int
    members: Members
    theory: Arithmetic | Existence
    samples: Callable[[Cells], list[Sample]]


def members_of(
    arithmetic: Arithmetic, members: Members, regions: Sequence[Region]
) -> Callable[[Cells], list[Sample]]:
    """Makes the members of a group that reaches some cells."""
    return lambda cells: [
        _with_values(members.sample_of(regions[region]), values)
        for region, values in arithmetic.model(cells)
    ]


def _with_values(sample: Sample, values: dict[Slot, Value]) -> Sample:
    sample.values.update(values)
    return sample
