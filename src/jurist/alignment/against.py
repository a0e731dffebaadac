"""What a judge's verdict can be held against; apart, since `jurist --help` names them."""

from __future__ import annotations

from enum import StrEnum


class Against(StrEnum):
    """Whom a judge disagrees with."""

    PROOF = "proof"
    PEOPLE = "people"
    JUDGE = "judge"


class Yardstick(StrEnum):
    """What a judge is measured against; the two are never pooled."""

    PEOPLE = "people"
    PROOF = "proof"
