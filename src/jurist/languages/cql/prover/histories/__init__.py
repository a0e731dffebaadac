"""Conditions that tie several items together, decided on histories of bounded size."""

from __future__ import annotations

from jurist.languages.cql.prover.histories.joint import JointDimension, joint_dimensions

__all__ = ["JointDimension", "joint_dimensions"]
