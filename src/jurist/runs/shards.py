"""A run in several stores that know nothing of each other: each has a share of the cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from jurist.errors import InputError, StoreError
from jurist.runs.study import Budget, StudyFile
from jurist.store.runs import RunRecord

_WRITTEN: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """Every `of`-th case, from the `number`-th on (from 1)."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, position: int) -> bool:
        """Whether the case at a position of the run, from 0, is in the share."""
        return position % self.of == self.number - 1


WHOLE: Final = Shard(1, 1)


def read_shard(text: str) -> Shard:
    """What people write: `2/8`.

    Raises:
        InputError: It is no share.
    """
    written = _WRITTEN.fullmatch(text)
    number, of = map(int, written.groups()) if written else (0, 0)
    if not 1 <= number <= of:
        raise InputError(
            f"--shard {text} is no share",
            expected="NUMBER/OF, from 1/N to N/N",
            fix="such as --shard 2/3 on the second of three machines",
        )
    return Shard(number, of)


def require_shard(record: RunRecord, shard: Shard, place: str) -> None:
    """Refuse a store that holds another share of the run than is asked for.

    Raises:
        StoreError: It does: to go on would take a part for the whole.
    """
    if record.shard == shard_text(shard):
        return
    held = f"the share {record.shard} of the run" if record.shard else "the run as a whole"
    asked = f"--shard {shard}" if shard != WHOLE else "no --shard"
    raise StoreError(
        f"{place} holds {held} {record.id}, and there is {asked}",
        expected="a store that holds what is asked for, or none of the run yet",
        fix="say the same --shard as before; to put shares together: jurist merge",
    )


def shard_text(shard: Shard) -> str:
    """As stores have it: empty for the whole run."""
    return "" if shard == WHOLE else str(shard)


def with_its_budget(file: StudyFile, shard: Shard) -> StudyFile:
    """The study with the part of its budget that a share may spend: together never more.

    Raises:
        InputError: The budget cannot be divided into so many.
    """
    given = file.study.budget
    parts: Mapping[str, int | None] = {
        name: _part(getattr(given, name), shard) for name in ("tokens", "calls")
    }
    for name, part in parts.items():
        if part != 0:
            continue
        raise InputError(
            f"the budget of {getattr(given, name)} {name} cannot be divided by {shard.of}",
            expected="at least one call and one token for each share",
            fix="raise the budget, or make fewer shares",
        )
    usd = None if given.usd is None else given.usd / shard.of
    budget = Budget(usd=usd, tokens=parts["tokens"], calls=parts["calls"])
    return replace(file, study=file.study.model_copy(update={"budget": budget}))


def _part(limit: int | None, shard: Shard) -> int | None:
    """Whole parts that add up to the limit: the first ones have one more."""
    if limit is None:
        return None
    part, rest = divmod(limit, shard.of)
    return part + (shard.number <= rest)
