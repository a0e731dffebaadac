"""What the owner of a feature says of it, for its label (`jurist facts`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jurist.runs.study_section import Section

_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
_Answer = bool | _Text
"""Yes, no, or in words."""


class VendorTerms(Section):
    """What a vendor's terms are, by the owner's word: no program can look them up."""

    trained_with_customer_data: _Answer | None = None
    """Whether it trains models on what it is sent."""
    data_retention: _Text | None = None
    """How long it keeps what it is sent."""
    data_deletion: _Answer | None = None
    """Whether it removes what it was sent when asked."""
    source: _Text | None = None
    """Where these terms stand."""


class Feature(Section):
    """The owner's statements; each is printed as theirs, beside what is known from the run."""

    name: _Text | None = None
    description: _Text | None = None
    privacy_ladder_level: int | _Text | None = None
    optional: _Answer | None = None
    model_type: _Text | None = None
    base_model: _Text | None = None
    trained_with_customer_data: _Answer | None = None
    shared_with_vendor: _Answer | None = None
    training_data_anonymized: _Answer | None = None
    data_deletion: _Answer | None = None
    human_in_the_loop: _Answer | None = None
    data_retention: _Text | None = None
    logging_and_auditing: _Answer | None = None
    guardrails: _Answer | None = None
    consistency: _Answer | None = None
    resources: tuple[_Text, ...] = ()
    vendors: dict[str, VendorTerms] = Field(default_factory=dict[str, VendorTerms])
    """By provider or host, as `jurist facts` names them."""
