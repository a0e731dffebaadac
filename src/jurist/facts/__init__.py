"""The AI nutrition facts of a feature and of its evaluation, and model cards of its judges."""

from jurist.facts.fields import FIELDS, Basis, Fact, Label, Statement
from jurist.facts.gathering import Facts, facts_of_run, facts_of_study
from jurist.facts.judges import ModelCard

__all__ = [
    "FIELDS",
    "Basis",
    "Fact",
    "Facts",
    "Label",
    "ModelCard",
    "Statement",
    "facts_of_run",
    "facts_of_study",
]
