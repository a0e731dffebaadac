"""What a study says of privacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast, get_args

from pydantic import model_validator

from jurist.runs.study_section import Section

Level = Literal["off", "values", "values and names", "nothing leaves"]
LEVELS: Final[tuple[str, ...]] = get_args(Level)
OFF: Final = "off"
NOTHING_LEAVES: Final = "nothing leaves"


class Privacy(Section):
    """What roles that leave this machine may be told; a level alone says it too."""

    level: Level = OFF
    detect: Literal["patterns", "nothing"] = "patterns"
    """What is looked for in questions beside what queries and the schema hold: personal data by
    its pattern (addresses, telephone and card numbers), by the extra `privacy`."""

    @model_validator(mode="before")
    @classmethod
    def _spelt_out(cls, given: object) -> object:
        if given is False:  # what `off` is in YAML
            return {"level": OFF}
        if isinstance(given, Mapping):
            named = cast("Mapping[object, object]", given)
            return {k: OFF if (k, v) == ("level", False) else v for k, v in named.items()}
        return {"level": given} if isinstance(given, str) else given
