"""Evidence: the same query, the same normal form, every small database that can matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bag.meaning import MOST_ROWS, Outcome, Row, databases, outcomes
from bag.schema import BagSchema
from bag.syntax import BagQuery
from jurist.languages.base import Arm
from jurist.languages.conditions import Part, side_by_side
from jurist.languages.effort import spend
from jurist.records import DifferenceAspect, Evidence, Method, Overlap, Relation, Witness

_UNDECIDED = Evidence(Relation.UNDECIDED, Method.NONE)


def arms(reference: BagQuery, candidate: BagQuery, schema: BagSchema) -> Iterator[Arm]:
    """The arms for a pair."""
    yield _Identical(reference, candidate, schema)
    yield _NormalForm(reference, candidate, schema)
    yield _SmallDatabases(reference, candidate, schema)


def normalize(query: BagQuery) -> BagQuery:
    """The query with each condition once, in alphabetical order."""
    return replace(query, where=tuple(sorted(set(query.where), key=str)))


@dataclass(frozen=True, slots=True)
class _Pair:
    reference: BagQuery
    candidate: BagQuery
    schema: BagSchema

    def overlap(self) -> Overlap | None:
        return None

    def refutes(self, claim: Evidence) -> str:  # noqa: ARG002 - the protocol's
        return ""


class _Identical(_Pair):
    method = Method.IDENTICAL

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - the protocol's
        if self.reference == self.candidate:
            return Evidence(Relation.EQUIVALENT, self.method, matched=1.0)
        return _UNDECIDED


class _NormalForm(_Pair):
    method = Method.NORMAL_FORM

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - the protocol's
        queries = self.reference, self.candidate
        if normalize(queries[0]) == normalize(queries[1]):
            return Evidence(Relation.EQUIVALENT, self.method, matched=1.0)
        shared = side_by_side(*(_parts(query) for query in queries))
        return replace(
            _UNDECIDED,
            matched=shared.matched,
            only_in_reference=shared.only_in_reference,
            only_in_candidate=shared.only_in_candidate,
        )


class _SmallDatabases(_Pair):
    """Without a limit two rows are enough: a filter looks at one, an order at two of them."""

    method = Method.PROOF

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        one, two = self.reference, self.candidate
        if one.table != two.table:
            return self._told_apart({one.table: [], two.table: []}, (), (), DifferenceAspect.ROWS)
        if len(one.columns) != len(two.columns):
            rows: list[Row] = []
            return self._told_apart({one.table: rows}, (), (), DifferenceAspect.COLUMNS)
        limited = one.limit is not None or two.limit is not None
        columns = self.schema.tables[one.table]
        stricter = False
        for rows in databases((one, two), columns, MOST_ROWS if limited else 2):
            spend()
            right, given = outcomes(one, rows), outcomes(two, rows)
            if not given <= right:
                wrong, due = min(given - right, key=repr), min(right, key=repr)
                return self._told_apart({one.table: rows}, due, wrong, _aspect(due, wrong))
            stricter |= given != right
        if limited:
            reason = (
                f"a limit is not proved: no database of up to {MOST_ROWS} rows tells them apart"
            )
            return replace(_UNDECIDED, reason=reason)
        relation = Relation.REFINES if stricter else Relation.EQUIVALENT
        return Evidence(relation, self.method, assumptions=self.schema.assumptions)

    def _told_apart(
        self,
        tables: dict[str, list[Row]],
        due: Outcome,
        given: Outcome,
        aspect: DifferenceAspect,
    ) -> Evidence:
        count = sum(map(len, tables.values()))
        story = (
            f"on a database with {count} row{'' if count == 1 else 's'} the reference gives "
            f"{_shown(due)}, the candidate {_shown(given)}"
        )
        witness = Witness(
            "database",
            {"tables": tables},
            [list(row) for row in due],
            [list(row) for row in given],
            story,
        )
        return Evidence(
            Relation.DIFFERENT,
            self.method,
            (witness,),
            self.schema.assumptions,
            aspects=(aspect,),
        )


def _shown(outcome: Outcome) -> str:
    rows = ", ".join("(" + ", ".join(map(repr, row)) + ")" for row in outcome)
    return rows or "nothing"


def _aspect(due: Outcome, given: Outcome) -> DifferenceAspect:
    same_bag = sorted(due, key=repr) == sorted(given, key=repr)
    return DifferenceAspect.ORDER if same_bag else DifferenceAspect.ROWS


def _parts(query: BagQuery) -> list[Part]:
    parts = [Part(str(each)) for each in query.where]
    parts.append(Part(f"from {query.table}"))
    parts += [Part(f"select {column}") for column in query.columns]
    if query.order:
        parts.append(Part(f"order by {query.order}{' desc' if query.descending else ''}"))
    return parts if query.limit is None else [*parts, Part(f"limit {query.limit}")]
