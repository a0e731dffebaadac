"""The user's own database as one more witness, where the schema asks for it.

It is asked last, of pairs that nothing else decides: what it shows is a difference on these rows,
whether or not they obey every declared fact, and says nothing against a proof. Its rows stay
where they are; what is told is how many there were, unless the schema says otherwise.
"""

from __future__ import annotations

from jurist.languages.sql.engines.own import Own, OwnSqlite, own_database
from jurist.languages.sql.engines.results import DoesNotRun, Result, RunsTooLong
from jurist.languages.sql.outcomes.comparing import Agreement, Comparison, compare
from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.outcomes.preparing import Prepared, prepared
from jurist.languages.sql.outcomes.tallying import Tally
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.transpiling.transpiling import ENGINE_OF, executable
from jurist.plurals import counted
from jurist.records import Evidence, Method, Overlap, Relation, Witness

KIND = "own database"


class OwnDatabase:
    """The arm of evidence that asks the user's own database.

    Args:
        reference: Parsed under the schema, and run by its engine.
        candidate: As the reference.
        schema: It names the database, and says that it is to be a witness.
    """

    method = Method.EXECUTION

    def __init__(self, reference: SqlQuery, candidate: SqlQuery, schema: SqlSchema) -> None:
        self._reference = reference
        self._candidate = candidate
        self._schema = schema

    def evidence(self, steps: int) -> Evidence:  # noqa: ARG002 - who asks limits them
        """A difference on the database's rows, or nothing.

        Raises:
            SchemaError: The database cannot be opened, or its role may do more than is safe.
            UnsupportedError: It is of another dialect, or its package is missing.
            OutOfSteps: The steps were used up.
        """
        with own_database(self._schema) as own:
            try:
                comparison = self._compared(own)
            except (DoesNotRun, RunsTooLong) as error:
                return _nothing(f"the user's own database does not answer: {error}")
        if comparison is None:
            return _nothing("on the user's own database something is left open")
        if comparison.agreement is not Agreement.DIFFERS:
            return _nothing("the user's own database shows no difference")
        tally = Tally()
        tally.add(comparison)
        return Evidence(
            Relation.DIFFERENT,
            Method.EXECUTION,
            witnesses=(self._witness(comparison),),
            assumptions=self._schema.assumptions,
            behaviour=tally.behaviour,
            aspects=comparison.aspects,
        )

    def overlap(self) -> Overlap | None:
        """One database is no sample."""
        return None

    def refutes(self, claim: Evidence) -> str:  # noqa: ARG002 - the protocol's
        """Nothing: the rows may break what is declared, on which a proof rests."""
        return ""

    # --- running ---

    def _compared(self, own: Own) -> Comparison | None:
        """How the results compare; `None` where the reference leaves something open there."""
        reference = prepared(self._reference, self._schema)
        candidate = prepared(self._candidate, self._schema)
        if reference.is_volatile or candidate.is_volatile:
            return None
        if isinstance(own, OwnSqlite):
            comparison = self._compare(
                reference.observed(own), candidate.observed(own), ordered=reference.is_ordered
            )
            is_open = comparison.agreement is Agreement.DIFFERS and reference.is_open(own)
            return None if is_open else comparison
        # Elsewhere nothing can be looked at from inside: only what can never be open counts, and
        # order does not.
        if not _is_always_settled(reference):
            return None
        engine = ENGINE_OF[self._schema.dialect]
        results = [
            _outcome(own.run(executable(query, self._schema, engine)))
            for query in (self._reference, self._candidate)
        ]
        return self._compare(*results, ordered=False)

    def _compare(self, reference: Outcome, candidate: Outcome, *, ordered: bool) -> Comparison:
        return compare(reference, candidate, self._schema.readings, ordered=ordered)

    # --- telling ---

    def _witness(self, comparison: Comparison) -> Witness:
        reference, candidate = comparison.reference, comparison.candidate
        shown = self._schema.database is not None and self._schema.database.shows_rows
        sizes = [
            "an error" if each.raises else counted(each.size, "row")
            for each in (reference, candidate)
        ]
        hidden = "" if shown else "; its rows are not shown"
        return Witness(
            kind=KIND,
            input={"dialect": str(self._schema.dialect), "rows": "shown" if shown else "hidden"},
            reference=_rows(reference) if shown else sizes[0],
            candidate=_rows(candidate) if shown else sizes[1],
            story=f"On your own database the reference gives {sizes[0]}, the candidate {sizes[1]}"
            f"{', not the same' if sizes[0] == sizes[1] else ''}{hidden}.",
        )


def _is_always_settled(query: Prepared) -> bool:
    """Whether a query permits a single bag of rows on every database."""
    probes = query.probes
    return (
        probes.inside is None and not probes.cuts and not probes.is_always_open and not query.is_cut
    )


def _outcome(result: Result) -> Outcome:
    width = len(result.columns)
    rows = result.rows
    return Outcome((Class(rows, len(rows)),) if rows else (), width)


def _rows(outcome: Outcome) -> object:
    return [list(row) for row in outcome.rows]


def _nothing(reason: str) -> Evidence:
    return Evidence(Relation.UNDECIDED, Method.NONE, reason=reason)
