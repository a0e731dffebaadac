"""What a study says of the proxy for its generators' own calls."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jurist.runs.study_section import Section

_Text = Annotated[str, Field(min_length=1, max_length=300)]


class ProxySettings(Section):
    """The models that generators reach through the proxy; `true` alone: those the study names."""

    models: dict[_Text, _Text] = Field(default_factory=dict[str, str])
    """Model strings by the names that the generators' programs use for them."""
    max_tokens: Annotated[int, Field(ge=1, le=10_000_000)] = 16_384
    """Bound of a reply where the run's budget needs one and the request has none."""
