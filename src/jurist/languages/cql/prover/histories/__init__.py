"""Conditions that tie several things together, decided on histories of bounded size."""

from __future__ import annotations

from jurist.languages.cql.prover.histories.joint import Joint, joints

__all__ = ["Joint", "joints"]
