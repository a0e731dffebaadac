"""The prover: how two queries relate for every possible subject, or why that is open."""

from __future__ import annotations

from jurist.languages.cql.prover.decision import decide

__all__ = ["decide"]
