"""How far saved queries are from answers: shares and means over a sample of saved answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import nan
from typing import Final

import numpy as np
from scipy import special

from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.tables import Floats, Ints
from jurist.production.clustered import difference, error_of, freedom_of, left_out, share_of
from jurist.production.comparing import EQUAL, Compared
from jurist.production.figures import Edits, Meaning
from jurist.records import Relation

_NARROWER: Final = frozenset({Relation.CONTAINED})
"""The saved query is contained in the answer."""
_WIDER: Final = frozenset({Relation.CONTAINS})
_OTHER: Final = frozenset({Relation.OVERLAPS, Relation.DISJOINT, Relation.DIFFERENT})


def edits_and_meaning(sample: Sequence[Compared], saved: int | None) -> tuple[Edits, Meaning]:
    """The figures of a sample.

    Args:
        sample: Saved answers, compared.
        saved: How many there are; `None`: as many as are in the sample.
    """
    read = [each for each in sample if each.found.relation is not None]
    clusters, groups = _clusters(read)
    edits = np.array([each.found.edits for each in read], np.float64)
    nodes = np.array([each.found.nodes for each in read], np.float64)

    def share(which: Floats) -> Estimate:
        return share_of(which, clusters, groups)[0]

    return Edits(
        saved=len(sample) if saved is None else saved,
        compared=len(read),
        unread=len(sample) - len(read),
        untouched=share((edits == 0).astype(np.float64)),
        nodes=_mean(edits, clusters),
        share=share(edits / np.maximum(1, nodes)),
    ), Meaning(
        equal=share(_is(read, EQUAL)),
        narrower=share(_is(read, _NARROWER)),
        wider=share(_is(read, _WIDER)),
        different=share(_is(read, _OTHER)),
        undecided=share(_is(read, {Relation.UNDECIDED})),
    )


def equal_share(before: Sequence[Compared], after: Sequence[Compared]) -> Estimate:
    """The difference of two samples' shares of saved queries that mean what was answered."""
    both = [each for each in (*before, *after) if each.found.relation is not None]
    clusters, groups = _clusters(both)
    first = np.arange(len(both)) < sum(each.found.relation is not None for each in before)
    equal = _is(both, EQUAL)
    return difference(
        share_of(equal[first], clusters[first], groups),
        share_of(equal[~first], clusters[~first], groups),
        1.0,
    )


def _is(sample: Sequence[Compared], relations: Collection[Relation]) -> Floats:
    return np.array([each.found.relation in relations for each in sample], np.float64)


def _clusters(sample: Sequence[Compared]) -> tuple[Ints, int]:
    numbers: dict[str, int] = {}
    clusters = [numbers.setdefault(each.attempt.cluster, len(numbers)) for each in sample]
    return np.array(clusters, np.int64), len(numbers)


def _mean(values: Floats, clusters: Ints) -> Estimate:
    """A mean without an upper end: Student's interval over clusters."""
    if not len(values):
        return Estimate(nan, nan, nan, 0, 0)
    mean = float(values.mean())
    _, compact = np.unique(clusters, return_inverse=True)
    gaps = (values - mean) / len(values)
    influence = left_out(np.bincount(compact, weights=gaps).astype(np.float64), compact)
    groups = len(influence)
    _, freedom = freedom_of(influence)
    error = error_of(influence, groups)
    method = "Student, cluster-robust"
    if groups < 2 or not error > 0:
        return Estimate(mean, nan, nan, len(values), groups, method)
    reach = float(special.stdtrit(max(freedom, 1.0), 0.5 + CONFIDENCE / 2)) * error
    return Estimate(mean, max(0.0, mean - reach), mean + reach, len(values), groups, method)
