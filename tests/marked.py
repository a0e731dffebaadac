"""Datasets full of values that are known again wherever they turn up, and what was seen of them.

Each is marked: a word that no text has by chance, a number of nine digits, a moment with a
second of its own. Pseudonyms keep neither words nor numbers; of moments they keep the time of the
day, so a marked one is known by its day together with that.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxyz", "aeiou"
_WORD = re.compile(f"(?=((?:[{_CONSONANTS}][{_VOWELS}]){{7}}))")
"""At any place, also where an escaped end of a line stands right before it."""
_NUMBER = re.compile(r"(?<!\d)\d{9}(?!\d)")
_GROUPED = re.compile(r"(?<=\d)[ ,._](?=\d{3})")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)")


@dataclass
class Marked:
    """Marked values that were handed out."""

    seed: int = 0
    words: set[str] = field(default_factory=set[str])
    numbers: set[str] = field(default_factory=set[str])
    moments: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    def __len__(self) -> int:
        return len(self.words) + len(self.numbers) + len(self.moments)

    def word(self) -> str:
        """A pronounceable word of fourteen letters, capital or small."""
        rng = self._rng
        while True:
            made = "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(7))
            if made not in self.words:
                self.words.add(made)
                return rng.choice((made, made.capitalize(), made.upper()))

    def name(self) -> str:
        """Two words, each marked."""
        return f"{self.word()} {self.word()}"

    def email(self) -> str:
        return f"{self.word()}@{self.word()}.example"

    def number(self) -> int:
        while True:
            made = self._rng.randrange(10**8, 10**9)
            if str(made) not in self.numbers:
                self.numbers.add(str(made))
                return made

    def moment(self) -> str:
        while True:
            day = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(
                seconds=self._rng.randrange(200_000_000)
            )
            made = day.strftime("%Y-%m-%dT%H:%M:%S")
            if made not in self.moments:
                self.moments.add(made)
                return made + "Z"

    def seen_in(self, text: str) -> set[str]:
        """The marked values in a text, however they are spelt there."""
        numbers = {*_NUMBER.findall(text), *_NUMBER.findall(_GROUPED.sub("", text))}
        return (
            self.words.intersection(_WORD.findall(text.lower()))
            | (self.numbers & numbers)
            | self.moments.intersection(map("T".join, _MOMENT.findall(text)))
        )


def marked_dataset(
    folder: Path,
    marked: Marked,
    *,
    cases: int,
    each: int,
    refusals: bool = True,
    person_asks: bool = True,
) -> None:
    """`schema.yaml`, `cases.jsonl` and `answers.jsonl`, in which all values are marked.

    Args:
        folder: Where they are written.
        marked: Hands out the values.
        cases: How many cases.
        each: Values in the longest condition of each reference.
        refusals: Whether some answers refuse, in words that no query has.
        person_asks: Whether each case has a second question, with personal data of its own.
    """
    cities = [marked.name() for _ in range(20)]
    (folder / "schema.yaml").write_text(_schema(marked, cities))
    lines: list[dict[str, object]] = []
    answers: list[dict[str, object]] = []
    for number in range(cases):
        case = f"case-{number}"
        names = [marked.name() if n < 3 else marked.word() for n in range(each)]
        sums, moment, city = (
            [marked.number() for _ in range(2)],
            marked.moment(),
            cities[number % 20],
        )
        reference = (
            f"trait('label').one_of({_quoted(names)}) AND trait('city') = '{city}'"
            f" AND trait('joined').after_date('{moment}')"
            f" AND event('Order Completed').where(property('total') > {sums[0]}).count() >= 2"
        )
        told = f"in {city} labelled {', '.join(names)}, joined after {moment}"
        lines.append(
            {
                "id": case,
                "reference": reference if number % 9 else f"trait('points') > {sums[1]}",
                "questions": [
                    {
                        "id": f"{case}-{n}",
                        "text": text,
                        "origin": "authored",
                    }
                    for n, text in enumerate(
                        (
                            f"people {told} with two orders above {sums[0]}"
                            if number % 9
                            else f"people with more than {sums[1]:,} points",
                            f"who is like {marked.email()}, or has +49 30 {900_000 + number}?",
                        )[: 1 + person_asks]
                    )
                ],
            }
        )
        other = [marked.name() for _ in range(2)]
        answers.append(
            {
                "case": case,
                "query": f"trait('label').one_of({_quoted(other)})"
                f" OR trait('points') > {marked.number()}",
            }
            if number % 3 or not refusals
            else {"case": case, "refusal": f"there is no {marked.word()} in '{city}'"}
        )
    (folder / "cases.jsonl").write_text(_jsonl(lines))
    (folder / "answers.jsonl").write_text(_jsonl(answers))


def _schema(marked: Marked, cities: Iterable[str]) -> str:
    listed = ", ".join(f'"{city}"' for city in cities)
    return f"""
name: Marked
language: cql
events:
  Order Completed:
    description: Somebody bought something, such as '{marked.name()}'.
    properties:
      total: {{type: number, minimum: 0, maximum: {marked.number()}}}
      product: {{type: string, enum: [{", ".join(marked.word() for _ in range(8))}]}}
traits:
  properties:
    city: {{type: string, enum: [{listed}]}}
    label: {{type: string, description: "Set by hand, mostly '{marked.name()}'"}}
    joined: {{type: string, format: date-time}}
    points: {{type: integer, minimum: 0}}
"""


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _jsonl(lines: Iterable[object]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
