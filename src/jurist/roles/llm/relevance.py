"""Choosing the part of a schema that fits a prompt: the most relevant names are kept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from jurist.languages.capabilities import Links
from jurist.roles.protocols import Workspace
from jurist.roles.teaching import names_in
from jurist.shortening import visible

NAMES_LIMIT = 6_000
"""Characters of schema lines that a prompt carries unless its options say otherwise."""

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def names_about(workspace: Workspace, text: str, *, limit: int = NAMES_LIMIT) -> str:
    """The names of a workspace that a text is about, within `limit` characters.

    A language that `Links` chooses them itself; of any other the most relevant lines are kept.
    """
    language = workspace.language
    if isinstance(language, Links):
        lines = language.relevant_names(workspace.schema, text, limit=limit)
        return "\n".join(visible(line).replace("\n", " ") for line in lines)
    return relevant(names_in(workspace), text, limit=limit)


def words(text: str) -> list[str]:
    """Lower-case words with plural endings cut, camelCase and snake_case split."""
    found = _WORD.findall(_CAMEL.sub(" ", text).lower())
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found]


def relevant(lines: Sequence[str], text: str, *, limit: int = NAMES_LIMIT) -> str:
    """Schema lines within `limit` characters, in their order, the most relevant kept.

    Relevance is the summed inverse document frequency of the words that a line shares with
    the text; ties keep the schema's order. Where all lines fit, all are kept. What was left
    out is said in a last line.
    """
    cleaned = [visible(line).replace("\n", " ") for line in lines]
    if sum(len(line) + 1 for line in cleaned) <= limit:
        return "\n".join(cleaned)
    bags = [set(words(line)) for line in cleaned]
    frequency = Counter(word for bag in bags for word in bag)
    asked = set(words(text))
    # fsum: a set has no order, and the order of a plain sum would decide ties
    scores = [
        math.fsum(math.log1p(len(bags) / frequency[word]) for word in bag & asked) for bag in bags
    ]
    kept: set[int] = set()
    used = 0
    for index in sorted(range(len(cleaned)), key=lambda i: (-scores[i], i)):
        if used + len(cleaned[index]) + 1 <= limit:
            kept.add(index)
            used += len(cleaned[index]) + 1
    chosen = [cleaned[index] for index in sorted(kept)]
    return "\n".join([*chosen, f"({len(cleaned) - len(kept)} more names are not shown)"])
