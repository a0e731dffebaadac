"""Pairs and their pseudonyms under the proof judge: do both have the same verdict?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from jurist.evidence import decide
from jurist.languages.base import Language, Query, Schema
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms
from jurist.records import Relation

KEY = Key(bytes(range(32)))
_UNSURE = {Relation.UNDECIDED, Relation.DIFFERENT}
"""What a search says that was cut short or took other steps; equality it never says."""


@dataclass
class Sameness:
    """What became of pairs."""

    pairs: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    less: int = 0
    """Where one of both verdicts says less, none the contrary."""
    changed: list[str] = field(default_factory=list[str])
    """Pairs whose verdict is another one, with both texts."""

    def add(self, pseudonyms: Pseudonyms, language: Language, schema: Schema, *pair: Query) -> None:
        """Look at a pair."""
        self.pairs += 1
        try:
            other, there = pseudonyms.queries(*pair), pseudonyms.schema
        except NotCarriedError as refusal:
            self.refused[refusal.reason] += 1
            return
        before = decide(language, pair[0], pair[1], schema).relation
        after = decide(language, other[0], other[1], there).relation
        if before is after:
            return
        if {before, after} & _UNSURE and {before, after} != {
            Relation.DIFFERENT,
            Relation.EQUIVALENT,
        }:
            self.less += 1
        else:
            texts = (language.format(query) for query in (*pair, *other))
            self.changed.append(" | ".join((f"{before} -> {after}", *texts)))

    @property
    def refusals(self) -> float:
        """The share of refused pairs."""
        return self.refused.total() / max(self.pairs, 1)


def of_pair(
    language: Language, schema: Schema, pair: Iterable[Query], level: Level = Level.VALUES
) -> Pseudonyms:
    """Pseudonyms that know a single pair."""
    return Pseudonyms(KEY, level, language, schema, pair)
