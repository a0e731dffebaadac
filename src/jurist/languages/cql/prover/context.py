"""What the proofs under one schema share: tables of atoms, and what is known of groups.

A reference is compared with many candidates, and a candidate shares most of its
conditions with its reference. So what a condition is translated to, and which truths of
a group's counts can go together, is found once and kept while its tables are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from jurist.languages.cql.prover.abstraction.translation import Translator
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.known_groups import KnownGroups
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import coercion_of

_MOST_ATOMS = 2_000
"""Atoms of one root; tables that have grown beyond it are begun anew."""
_MOST_TABLES = 8
"""Moments whose tables are kept."""


@dataclass(slots=True)
class Tables:
    """The tables at one moment."""

    translator: Translator
    groups: KnownGroups = field(default_factory=KnownGroups)


@dataclass(slots=True)
class Workshop:
    """The tables of one schema, and the resources that its proofs use one after another."""

    resources: Resources
    _tables: dict[tuple[type[Customer] | type[Account], int], Tables] = field(
        default_factory=dict[tuple["type[Customer] | type[Account]", int], Tables]
    )

    def tables(self, schema: CqlSchema, kind: type[Customer] | type[Account], now: int) -> Tables:
        """The tables for subjects of a kind at a moment."""
        key = (kind, now)
        known = self._tables.pop(key, None) if is_on(FastPath.SHARED_TABLES) else None
        if known is None or len(known.translator.root.atoms) > _MOST_ATOMS:
            known = Tables(Translator(schema, kind, now))
        self._tables[key] = known
        if len(self._tables) > _MOST_TABLES:
            del self._tables[next(iter(self._tables))]
        return known


@lru_cache(maxsize=8)  # tables hold their schema, so a weak key would never let it go
def workshop_of(schema: CqlSchema) -> Workshop:
    """The one workshop of a schema."""
    return Workshop(Resources(0, coercion_of(schema.readings.number_like_text)))
