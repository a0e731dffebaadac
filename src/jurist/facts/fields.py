"""The fields of an AI Nutrition Facts label, and what stands in them with where it comes from.

The fields are those of the label that Twilio publishes (nutrition-facts.ai and the labels in
Segment's documentation); their meanings are in our words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Basis(StrEnum):
    """What a statement rests on."""

    STUDY = "study"
    """What was configured, as the study or its run has it."""
    RECORD = "record"
    """What the store recorded of calls, answers and people."""
    MEASURED = "measured"
    """A figure that was computed from the record."""
    OWNER = "owner"
    """The word of the feature's owner, in the study's `feature:`."""
    OPEN = "open"
    """Nobody has said it and nothing here can know it: the owner's to fill in."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or value of a label, traced to its source."""

    text: str
    basis: Basis
    source: str
    """Where it stands: a place in the study, a table of the store, a command that shows it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a label with all that can be stated of it."""

    key: str
    title: str
    meaning: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a feature, or of the evaluation itself."""

    subject: str
    about: str
    """What the subject is, in a few words."""
    facts: tuple[Fact, ...]

    def fact(self, key: str) -> Fact:
        """The field with this key.

        Raises:
            KeyError: There is none.
        """
        return {fact.key: fact for fact in self.facts}[key]


FIELDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "description": ("Description", "what it does for those who use it"),
        "privacy_ladder_level": (
            "Privacy Ladder Level",
            "how customers' data is used, as a level of the owner's ladder",
        ),
        "optional": ("Feature is Optional", "whether customers can opt in or out"),
        "model_type": ("Model Type", "generative, predictive, or no model at all"),
        "base_model": ("Base Model", "the models it stands on, with versions"),
        "trained_with_customer_data": (
            "Base Model Trained with Customer Data",
            "whether customers' data went into the training of the base model",
        ),
        "shared_with_vendor": (
            "Customer Data is Shared with Model Vendor",
            "what of customers' data is sent to whoever runs the base model",
        ),
        "training_data_anonymized": (
            "Training Data Anonymized",
            "whether data was made anonymous before any training",
        ),
        "data_deletion": (
            "Data Deletion",
            "whether single stored items, prompts among them, can be removed",
        ),
        "human_in_the_loop": (
            "Human in the Loop",
            "whether people can review, change or block a result before it takes effect",
        ),
        "data_retention": ("Data Retention", "how long data is kept, and by whom"),
        "logging_and_auditing": ("Logging & Auditing", "what is recorded of its use"),
        "guardrails": ("Guardrails", "what keeps wrong or harmful results from taking effect"),
        "consistency": (
            "Input/Output Consistency",
            "whether the same input gives the same output",
        ),
        "resources": ("Other Resources", "where more is to be read"),
    }
)
"""By key, in a label's order: the title and what it means."""


def label_of(
    subject: str, about: str, statements: Mapping[str, tuple[Statement, ...]], *, nobody: str
) -> Label:
    """A label with every field; one of which nothing is stated is the owner's to fill in.

    Args:
        subject: Whose label.
        about: What that is.
        statements: By field.
        nobody: Where the owner can say what is open.
    """
    open_ = (Statement("to be filled in by the owner", Basis.OPEN, nobody),)
    return Label(
        subject,
        about,
        tuple(
            Fact(key, title, meaning, statements.get(key) or open_)
            for key, (title, meaning) in FIELDS.items()
        ),
    )
