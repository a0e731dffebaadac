"""What generators and judges took: time, as people wait for it, and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jurist.columns import Columns, Dimension
from jurist.columns.columns import Codes, Floats


@dataclass(frozen=True, slots=True)
class Spent:
    """What a role took over a run."""

    name: str
    calls: int
    """Times that it was asked: answers of a generator, verdicts of a judge."""
    median_ms: float
    slow_ms: float
    """Nine in ten took at most so long."""
    usd: float


def generators_spent(columns: Columns) -> tuple[Spent, ...]:
    """Of each generator, over the answers that were judged."""
    answers = columns.answers
    names = columns.values[Dimension.GENERATOR]
    return _spent(names, answers.generator, answers.ms, answers.usd)


def judges_spent(columns: Columns) -> tuple[Spent, ...]:
    """Of each judge, over its verdicts on answers."""
    rows = columns.rows
    return _spent(columns.values[Dimension.JUDGE], rows.judge, rows.ms, rows.usd)


def _spent(names: Sequence[str], codes: Codes, ms: Floats, usd: Floats) -> tuple[Spent, ...]:
    found: list[Spent] = []
    for code, name in enumerate(names):
        of_name = codes == code
        if of_name.any():
            median, slow = np.quantile(ms[of_name], (0.5, 0.9)).tolist()
            total = float(usd[of_name].sum())
            found.append(Spent(name, int(of_name.sum()), median, slow, total))
    return tuple(found)
