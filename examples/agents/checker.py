"""Jurist's checker and primer for an agent in another environment: JSON lines in and out.

It is the same check that a saved query has to pass; nothing of any reference is in it.
"""

from __future__ import annotations

import json
import sys

import jurist
from jurist.languages.capabilities import Teaches


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        place = jurist.workspace(asked["workspace"])
        if "query" not in asked:
            assert isinstance(place.language, Teaches)
            names = "\n".join(place.language.names(place.schema)[:60])
            said = {"primer": f"{place.language.primer(place.schema)}\n\nNames:\n{names}"}
        else:
            said = {"verdict": verdict(place, asked["query"])}
        print(json.dumps(said), flush=True)


def verdict(place: jurist.Workspace, query: str) -> str:
    try:
        issues = place.check(query)
    except jurist.InputError as error:
        return str(error)
    return "\n".join(map(str, issues)) or "fine"


if __name__ == "__main__":
    main()
