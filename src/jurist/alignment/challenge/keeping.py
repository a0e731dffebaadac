"""A challenge as a store keeps it: what was found, and every item that was asked.

The run that judged the items may be deleted, and its verdicts say nothing of what is certain about
an item: which operator made it, and what tells its two queries apart. So that is kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, cast

import msgspec

from jurist.alignment.automatic import automatic
from jurist.alignment.challenge.items import Item, Kind
from jurist.alignment.challenge.results import ChallengeResult
from jurist.alignment.challenge.running import Sitting
from jurist.alignment.challenge.summary import errs
from jurist.records import Evidence
from jurist.shortening import shortened
from jurist.store.challenges import ChallengeRecord

MOST_CHARACTERS: Final = 4_000
"""Of a text of an item; what is longer is cut."""
MOST_EVIDENCE: Final = 20_000
"""Bytes of an item's evidence as JSON; beyond, its witnesses are left to their story."""


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An item, and what the judge said of it."""

    language: str
    kind: Kind
    operator: str
    dataset: str
    case: str
    """Whose reference was changed."""
    task: str
    """Key of the answer in the challenge's run."""
    question: str
    reference: str
    candidate: str
    score: float | None
    reasoning: str
    unscored: str
    """Why there is no score."""
    settled: bool
    """Judged without the judge, as by the proof in a cascade: counts for nothing."""
    wrong: bool
    truth: str
    """What tells the two queries apart, or that they are proved to be the same."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class KeptChallenge:
    """What a challenge found, and all of its items that were judged, in the order they were."""

    result: ChallengeResult
    items: tuple[AskedItem, ...]


def asked_items(items: Sequence[Item], sitting: Sitting) -> tuple[AskedItem, ...]:
    """The items that were judged, each with its verdict."""
    return tuple(_asked(item, sitting) for item in items if item.posed.id in sitting.verdicts)


def _asked(item: Item, sitting: Sitting) -> AskedItem:
    verdict = sitting.verdicts[item.posed.id]
    witnesses = item.evidence.witnesses
    settled = automatic(verdict) is not None
    return AskedItem(
        item.language,
        item.kind,
        item.operator,
        item.posed.dataset,
        item.case,
        sitting.tasks.get(item.posed.id, ""),
        _cut(item.posed.question.text),
        _cut(item.posed.reference),
        _cut(item.posed.candidate),
        verdict.score,
        _cut(verdict.reasoning),
        _cut(verdict.unscored.reason) if verdict.unscored else "",
        settled,
        not settled and errs(item, verdict),
        _cut(witnesses[0].story) if witnesses else f"proved to be {item.same}",
        _small(item.evidence),
    )


def _cut(text: str) -> str:
    return shortened(text, MOST_CHARACTERS)


def _small(evidence: Evidence) -> Evidence:
    first = replace(evidence, witnesses=evidence.witnesses[:1])
    small = len(msgspec.json.encode(first)) <= MOST_EVIDENCE
    return first if small else replace(evidence, witnesses=())


def record_of(kept: KeptChallenge) -> ChallengeRecord:
    """A challenge as it goes into a store, under what it asked and demanded."""
    result = kept.result
    asked = msgspec.json.encode((result.run, result.demands, result.seed, result.datasets))
    identity = blake2b(asked, digest_size=8).hexdigest()
    payload = msgspec.json.encode(_spelled(msgspec.to_builtins(kept))).decode()
    return ChallengeRecord(identity, result.judge, ", ".join(result.datasets), payload)


def result_of(record: ChallengeRecord) -> ChallengeResult:
    """What a challenge found, without its items."""
    return msgspec.json.decode(record.payload, type=_Found, strict=False).result


def kept_of(record: ChallengeRecord) -> KeptChallenge:
    """A challenge with its items."""
    return msgspec.json.decode(record.payload, type=KeptChallenge, strict=False)


@dataclass(frozen=True, slots=True)
class _Found:
    result: ChallengeResult


def _spelled(value: object) -> object:
    """With undefined numbers as texts: JSON has none, and a null would be no number again."""
    if isinstance(value, float) and value != value:
        return "nan"
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {key: _spelled(each) for key, each in items}
    if isinstance(value, (list, tuple)):
        return [_spelled(each) for each in cast("Sequence[object]", value)]
    return value
