"""Nobody is proved not to exist who does: audiences with a known member at a known moment."""

from __future__ import annotations

import pytest

from cql_oracle import evaluate
from jurist.languages.cql.prover import decide
from jurist.records import Relation, Side
from known_members import SCHEMA, KnownMember, known_member, known_member_of_days
from parsed import condition

NEVER = "trait('z') = 1 AND trait('z') = 2"
_DENIES = {Relation.EQUIVALENT, Relation.CONTAINED}


def denied(each: KnownMember) -> list[str]:
    """What is proved that the known member refutes."""
    found: list[str] = []
    for without in (NEVER, f"{each.audience} AND NOT ({each.condition})"):
        audience, other = condition(each.audience), condition(without)
        assert evaluate(audience, each.subject, each.now, SCHEMA.readings)
        assert not evaluate(other, each.subject, each.now, SCHEMA.readings)
        evidence = decide(audience, other, SCHEMA)
        if evidence.relation in _DENIES or Side.REFERENCE in evidence.empty:
            found.append(f"{evidence.relation} {evidence.empty}\n{each}\n{without}")
    return found


def test_nobody_is_proved_away() -> None:
    """The last two were, when one moment stood for all between two dates."""
    found = [text for seed in (*range(60), 2_105, 2_891) for text in denied(known_member(seed))]
    assert not found, "\n\n".join(found)


def test_nobody_with_days_alone_is_proved_away() -> None:
    found = [text for seed in range(40) for text in denied(known_member_of_days(seed))]
    assert not found, "\n\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(20))
def test_nobody_with_days_alone_is_proved_away_by_many(chunk: int) -> None:
    seeds = range(60 + 250 * chunk, 310 + 250 * chunk)
    found = [text for seed in seeds for text in denied(known_member_of_days(seed))]
    assert not found, "\n\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(20))
def test_nobody_is_proved_away_by_many(chunk: int) -> None:
    seeds = range(60 + 250 * chunk, 310 + 250 * chunk)
    found = [text for seed in seeds for text in denied(known_member(seed))]
    assert not found, "\n\n".join(found)
