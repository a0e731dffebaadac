"""Texts: parsed, formatted, checked, in normal form, in English; none of it from a cache."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.measuring import WORKSPACES, is_quick, shipped
from jurist.languages.capabilities import Style
from jurist.languages.cql.english.writing.describing import describe
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery

LARGEST = 50
"""Conditions in an audience: the most that Segment takes."""
LARGE = 20

Text = tuple[str, CqlSchema]
Placed = tuple[CqlQuery, str, CqlSchema]

_INTEGER = re.compile(r"(?<![\w.:'\"-])(\d+)(?![\w.:'\"-])")
_COMPARED = re.compile(r"[=<>]|\bexists\b|contains|_of\(|_with\(")


def bench() -> dict[str, float]:
    """Each a second, over shipped references; parsing and formatting also at full size."""
    references = [
        (case.reference, place.schema)
        for place, cases in map(shipped, WORKSPACES)
        for case in cases
        if case.reference and _INTEGER.search(case.reference)
        if isinstance(place.schema, CqlSchema)
    ]
    large = list(_large(references, random.Random(1)))
    whole = _timed(references)
    full = _timed(large)
    return {
        **{f"{name}_per_s": rate for name, rate in whole.items()},
        **{f"{name}_of_{LARGEST}_conditions_per_s": rate for name, rate in full.items()},
        "references": len(references),
        "mean_characters": sum(len(text) for text, _ in references) / len(references),
        "mean_characters_of_large": sum(len(text) for text, _ in large) / len(large),
    }


def _timed(texts: list[Text]) -> dict[str, float]:
    """Medians over rounds; each round has other numbers, so nothing was seen before."""
    language = CqlLanguage()
    rates: dict[str, list[float]] = {}

    def measure(name: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        rates.setdefault(name, []).append(len(texts) / (time.perf_counter() - started))

    for number in range(4 if is_quick() else 16):
        fresh = [(_renumbered(text, number), schema) for text, schema in texts]
        queries: list[Placed] = []

        def parse(fresh: list[Text] = fresh, queries: list[Placed] = queries) -> None:
            queries.extend((language.parse(text), text, schema) for text, schema in fresh)

        measure("parse", parse)
        measure("format", lambda q=queries: [language.format(each) for each, _, _ in q])
        measure("check", lambda q=queries: [language.check(e, s, text=t) for e, t, s in q])
        measure("normal_form", lambda q=queries: [normalize(e, s) for e, _, s in q])
        rng = random.Random(number)
        measure("english", lambda q=queries, rng=rng: [_english(e, s, rng) for e, _, s in q])
    return {name: median(found[1:]) for name, found in rates.items()}  # the first one warms up


def _english(query: CqlQuery, schema: CqlSchema, rng: random.Random) -> str:
    return describe(query, schema, style=Style.CONVERSATIONAL, rng=rng)


def _renumbered(text: str, number: int) -> str:
    return _INTEGER.sub(lambda match: str(int(match.group(1)) + number), text)


def _large(references: list[Text], rng: random.Random) -> Iterator[Text]:
    """Audiences joined up to the most conditions that one may have."""
    plain = [
        (text, schema)
        for text, schema in references
        if text.startswith(("event(", "trait(")) and len(_COMPARED.findall(text)) == 1
    ]
    for _ in range(LARGE):
        schema = rng.choice(plain)[1]
        among = [text for text, place in plain if place is schema]
        yield " AND ".join(_renumbered(rng.choice(among), n) for n in range(LARGEST)), schema


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:36} {value:12,.1f}")
