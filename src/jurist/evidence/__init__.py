"""What a machine can find out about two queries, and the score that follows from it."""

from jurist.evidence.pipeline import decide
from jurist.evidence.refusals import rule_beforehand
from jurist.evidence.score import score
from jurist.evidence.verdicts import judge_texts

__all__ = ["decide", "judge_texts", "rule_beforehand", "score"]
