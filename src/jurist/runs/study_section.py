"""What every section of a study file is: known keys alone, of the right types, never changed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a study; its text names the key that is unknown or wrong."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
