"""What the arms say of a query and a variant of it: the first that is certain."""

from __future__ import annotations

from jurist.errors import UnsupportedError
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.reasons import TOO_LONG
from jurist.languages.sql.arms import arms
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Evidence, Method, Relation


def certified(query: SqlQuery, variant: SqlQuery, schema: SqlSchema, *, steps: int) -> Evidence:
    """How a variant relates to its original.

    The arms come in their order, so that no proof counts before databases were tried.

    Args:
        query: The original, as reference.
        variant: As candidate.
        schema: Of both.
        steps: Of work, for each arm.

    Raises:
        StoppedByClock: Where the clock ends what its steps did not.
    """
    reasons: dict[str, None] = {}
    for arm in arms(query, variant, schema):
        try:
            with limited(steps):
                evidence = arm.evidence(steps)
        except UnsupportedError as error:
            reasons[str(error)] = None
            continue
        except OutOfSteps:
            reasons[TOO_LONG] = None
            continue
        if evidence.relation is not Relation.UNDECIDED:
            return evidence
        reasons |= dict.fromkeys(filter(None, [evidence.reason]))
    return Evidence(Relation.UNDECIDED, Method.NONE, reason="; ".join(reasons))


def runs(evidence: Evidence) -> bool:
    """Whether both queries run in their dialect: else they differ, and no database shows it."""
    return evidence.relation is not Relation.DIFFERENT or bool(evidence.witnesses)
