"""The judges of a store: in which runs they ruled, and what challenges found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jurist.alignment.casting import judges_of
from jurist.alignment.challenge.keeping import result_of
from jurist.alignment.challenge.results import ChallengeResult
from jurist.analysis.gating import Decision
from jurist.store import Store
from jurist.store.challenges import ChallengeRecord, challenged_judges, challenges_of
from jurist.store.role_versions import judge_versions
from jurist.store.runs import RunRecord, datasets_of, list_runs

PROOF = "proof"
"""The judge that proves: it needs no challenge, and is nothing's measure of itself."""


_LATEST = 10
"""Challenges of a judge that its page knows."""


class Trust(StrEnum):
    """Whether a judge may be trusted, as far as a challenge says."""

    PROVES = "proves"
    QUALIFIES = "qualifies"
    FAILS = "does not qualify"
    UNDECIDED = "not decided"
    OTHER = "another version was challenged"
    NONE = "not challenged"


_TRUST = {
    Decision.PASS: Trust.QUALIFIES,
    Decision.FAIL: Trust.FAILS,
    Decision.NOT_ENOUGH_DATA: Trust.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A challenge that is kept, and what it found."""

    record: ChallengeRecord
    result: ChallengeResult


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge by its name."""

    name: str
    runs: tuple[RunRecord, ...] = ()
    """In which it ruled, the newest first; challenges are none."""
    challenges: tuple[Found, ...] = ()
    """The newest first."""
    versions: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By run; empty where the run does not know them."""

    @property
    def proves(self) -> bool:
        """Whether its verdicts are proofs."""
        return self.name == PROOF

    def challenge(self, run: str) -> Found | None:
        """The newest challenge of the version that ruled in a run, else of any."""
        known = self.versions.get(run, frozenset())
        same = [each for each in self.challenges if each.result.version in known]
        return next(iter((*same, *self.challenges)), None)

    def trust(self, run: str) -> Trust:
        """Whether it may be trusted in a run."""
        if self.proves:
            return Trust.PROVES
        found = self.challenge(run)
        if found is None:
            return Trust.NONE
        known = self.versions.get(run, frozenset())
        if known and found.result.version not in known:
            return Trust.OTHER
        return _TRUST[found.result.decision]


def judges_in(store: Store) -> dict[str, Judge]:
    """Every judge that ruled in a run or was challenged, by name."""
    challenged = {
        name: tuple(
            Found(record, result_of(record)) for record in challenges_of(store, name, most=_LATEST)
        )
        for name in challenged_judges(store)
    }
    asked = {each.result.run for found in challenged.values() for each in found}
    versions = judge_versions(store)
    runs: dict[str, list[RunRecord]] = {name: [] for name in challenged}
    for record in list_runs(store):
        if record.id not in asked:
            for name in _names(store, record, versions):
                runs.setdefault(name, []).append(record)
    return {
        name: Judge(
            name,
            tuple(ruled),
            challenged.get(name, ()),
            {each.id: versions.get(each.id, {}).get(name, frozenset()) for each in ruled},
        )
        for name, ruled in sorted(runs.items())
    }


def _names(
    store: Store, record: RunRecord, versions: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterable[str]:
    if record.id in versions:
        return versions[record.id]
    return judges_of(record, datasets_of(store, record.id))
