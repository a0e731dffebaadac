"""What the proofs under one schema share: tables of atoms, what is known of groups, verdicts.

A reference is compared with many candidates, and a candidate shares most of its
conditions with its reference. So what a condition is translated to, and which truths of
a group's counts can go together, is found once and kept while its tables are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jurist.languages.cql.boolean import Formula
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.translation import Translator
from jurist.languages.cql.prover.analysis import Analysis, KnownGroups
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.schemas.schema import CqlSchema, Table
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import coercion_of
from jurist.languages.cql.syntax import Condition, CqlQuery
from jurist.records import Evidence

SubjectType = type[Customer] | type[Account]

_MOST_ATOMS = 2_000
"""Atoms of one root; tables that have grown beyond it are begun anew."""
_MOST_TABLES = 8
"""Moments whose tables are kept."""
_MOST_VERDICTS = 4_096
_MOST_CAUSES = 1_024


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables at one moment."""

    translator: Translator
    resources: Resources
    groups: KnownGroups = field(default_factory=KnownGroups)

    def analysis(
        self, formulas: Sequence[Formula], sort: Sort | None = None, *, relaxed: bool = False
    ) -> Analysis:
        """How formulas cut a sort of items, if not the subjects; see there for `relaxed`."""
        sort = sort or self.translator.root
        return Analysis(sort, formulas, {}, self.resources, self.groups, relaxed=relaxed)


class ProverContext:
    """What is kept of the proofs under one schema, which run one after another."""

    def __init__(self, schema: CqlSchema) -> None:
        self.schema = schema
        self.resources = Resources(coercion_of(schema.readings.number_like_text))
        self.verdicts = Table[tuple[CqlQuery, CqlQuery], Evidence](_MOST_VERDICTS)
        self.causes = Table[tuple[Condition, SubjectType], str](_MOST_CAUSES)
        """Why an audience is empty: a reference is explained once for all its candidates."""
        self._tables: dict[tuple[SubjectType, int], Tables] = {}

    def tables(self, kind: SubjectType, now: int) -> Tables:
        """The tables for subjects of a kind at a moment, which is that of the proof from now on."""
        self.resources.now = now
        key = (kind, now)
        tables = self._tables.pop(key, None) if is_on(FastPath.SHARED_TABLES) else None
        if tables is None or len(tables.translator.root.atoms) > _MOST_ATOMS:
            tables = Tables(Translator(self.schema, kind, now), self.resources)
        self._tables[key] = tables
        if len(self._tables) > _MOST_TABLES:
            del self._tables[next(iter(self._tables))]
        return tables


@dataclass(frozen=True, slots=True)
class Pair:
    """Two queries under comparison."""

    reference: CqlQuery
    candidate: CqlQuery
    context: ProverContext
    kind: SubjectType
    """Whom both are about."""

    @property
    def schema(self) -> CqlSchema:
        """Under which both are read."""
        return self.context.schema

    @property
    def queries(self) -> tuple[CqlQuery, CqlQuery]:
        """Both, as they are written."""
        return self.reference, self.candidate
