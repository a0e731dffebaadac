"""Values of which a schema lists all: a comparison with one is a choice among constants."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.values import Atom, Coercion, compare
from jurist.languages.cql.syntax import Number, Text

MOST_VALUES = 12


def finite_values(known: Allowed, coercion: Coercion) -> Sequence[Atom]:
    """All values that there are, where they are few and no two are equal; else none."""
    values = _listed(known)
    if not 0 < len(values) <= MOST_VALUES:
        return ()
    if any(compare(one, other, coercion) == 0 for one, other in combinations(values, 2)):
        return ()
    return values


def constant(value: Atom) -> Number | Text:
    """A value as the literal that says it."""
    return Text(value) if isinstance(value, str) else Number(value)


def _listed(known: Allowed) -> Sequence[Atom]:
    if known.enum is not None:
        return known.enum
    if known.kind is Kind.BOOLEAN:
        return ("true", "false")
    low, high = known.minimum, known.maximum
    if known.kind is not Kind.INTEGER or low is None or high is None:
        return ()
    if isinstance(low, str | Decimal) or isinstance(high, str | Decimal):
        return ()
    return range(low, min(high, low + MOST_VALUES) + 1)
