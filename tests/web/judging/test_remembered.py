"""Verdicts that are remembered, within bounds."""

from __future__ import annotations

import msgspec

from jurist.records import Failure, FailureKind, Verdict
from jurist.web.judging.remembered import Remembered

ONE = len(msgspec.json.encode(Verdict("proof", 5.0)))


def test_whichever_was_asked_for_longest_ago_goes_first() -> None:
    kept = Remembered(most_bytes=2 * ONE)
    kept.keep("a", Verdict("proof", 1.0))
    kept.keep("b", Verdict("proof", 2.0))
    assert kept.find("a")
    kept.keep("c", Verdict("proof", 3.0))
    assert kept.find("b") is None
    assert kept.find("a") == Verdict("proof", 1.0)
    assert kept.bytes == 2 * ONE
    assert len(kept) == 2


def test_failures_are_forgotten_and_what_evidence_leaves_open_is_not() -> None:
    kept = Remembered()
    for kind in FailureKind:
        kept.keep(kind, Verdict("proof", None, unscored=Failure(kind, "")))
    assert [kind for kind in FailureKind if kept.find(kind)] == [FailureKind.UNDECIDED]


def test_what_is_larger_than_all_there_is_is_not_kept() -> None:
    kept = Remembered(most_bytes=ONE)
    kept.keep("a", Verdict("proof", 5.0, "long" * 100))
    assert len(kept) == kept.bytes == 0
