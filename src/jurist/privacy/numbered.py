"""Numbered stand-ins for what queries quote, so that no quoted text can speak to a judge.

A judge needs to know which texts are the same, not what they say. So each text that is
not plain is replaced by a stand-in such as `text 1`, the same text by the same stand-in
in question, reference and candidate, and what the judge may know of it (equal but for
case, contained in another) is said in words of ours. Whatever a hostile literal says,
the prompt is the same to the byte, and so is the verdict, and so is the ledger's key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations
from typing import Final

from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import VALUE, Quoted, Quotes, require
from jurist.privacy.finding import QUOTED, quoted_span, repeats
from jurist.privacy.plain import is_constant, is_plain
from jurist.shortening import visible

_MOST_FACTS: Final = 40
_LONGEST_MEANT: Final = 200
_ORDINARY: Final = re.compile(r"[a-z]{1,12}")


class Shown(StrEnum):
    """Which quoted texts a judge reads."""

    PLAIN = "plain"
    """What the schema lists, where it is plain, and numbers and dates; stand-ins else."""
    NOTHING = "nothing"
    """Numbers and dates alone; no question either."""
    EVERYTHING = "everything"
    """All as it is, fenced: for data that nobody hostile can write to."""


@dataclass(frozen=True, slots=True)
class Veiled:
    """Texts for a prompt, and what their stand-ins stand for."""

    queries: tuple[str, ...]
    proses: tuple[str, ...]
    facts: str
    """What may be known of the texts behind the stand-ins, one fact a line."""
    meant: Mapping[str, str]
    """By stand-in."""

    def reveal(self, text: str) -> str:
        """A model's words with the texts themselves in place of the stand-ins, for people."""
        if not self.meant:
            return text
        names = "|".join(sorted(map(re.escape, self.meant), key=lambda name: -len(name)))
        found = re.compile(rf"(?<!\w)(['\"`]?)({names})\1(?!\w)", re.IGNORECASE)
        return found.sub(lambda each: _told(self.meant[each[2].lower()]), text)


def veil(
    language: Language,
    schema: Schema,
    queries: Sequence[Query],
    proses: Sequence[str],
    shown: Shown,
) -> Veiled:
    """The texts as a judge may read them.

    Args:
        language: Of the queries.
        schema: What they may name.
        queries: Canonical texts of them come out; the last one is the one that is judged.
        proses: The question, then reasons. What they repeat of the queries' texts, and what
            they quote themselves, is replaced too; of the question no ordinary word that
            only the judged query quotes, or its literal `not` would take one out.
        shown: What stays as it is.

    Raises:
        UnsupportedError: The language cannot tell what a query quotes.
    """
    if shown is Shown.EVERYTHING:
        return Veiled(tuple(map(language.format, queries)), tuple(proses), "", {})
    quotes = require(language, Quotes, needed_by="a judge that does not read what queries quote")
    names = _StandIns(quotes.listed(schema), quotes.never_listed, shown)
    saved = [language.format(quotes.requote(query, names.put)) for query in queries[:-1]]
    of_saved = names.hidden()
    given = [language.format(quotes.requote(query, names.put)) for query in queries[-1:]]
    facts = "\n".join(_facts(names))  # of the queries: a question alone adds none
    hidden = names.hidden()
    repeated = {
        quoted: name
        for quoted, name in hidden.items()
        if quoted in of_saved or not _ORDINARY.fullmatch(quoted.text)
    }
    told = [_prose(p, names, hidden if i else repeated) for i, p in enumerate(proses)]
    covered = [*saved, *given]
    return Veiled(tuple(covered), tuple(told), facts, names.meant())


class _StandIns:
    """What stands for each text, numbered as they come."""

    def __init__(
        self, listed: Collection[Quoted], never_listed: Collection[str], shown: Shown
    ) -> None:
        self._listed = listed
        self._without_a_list = {VALUE, *never_listed}
        self._kinds = {VALUE, *(quoted.kind for quoted in listed)}
        self._shown = shown
        self._counts: dict[str, int] = {}
        self.put_for: dict[Quoted, str] = {}

    def put(self, quoted: Quoted) -> str:
        """The text itself where it may be read, else its stand-in."""
        if quoted not in self.put_for:
            self.put_for[quoted] = quoted.text if self.is_shown(quoted) else self._next(quoted)
        return self.put_for[quoted]

    def is_shown(self, quoted: Quoted) -> bool:
        """Whether a judge may read it."""
        if is_constant(quoted.text) and quoted.kind == VALUE:
            return True
        plain = self._shown is Shown.PLAIN and quoted in self._listed and is_plain(quoted.text)
        return plain or (quoted.kind == VALUE and quoted.text in {"true", "false"})

    def is_shown_as_any(self, text: str) -> bool:
        """Whether a judge may read it as a name or a value of some kind."""
        return any(self.is_shown(Quoted(text, kind)) for kind in self._kinds)

    def hidden(self) -> dict[Quoted, str]:
        """Those that have a stand-in."""
        return {quoted: name for quoted, name in self.put_for.items() if name != quoted.text}

    def meant(self) -> dict[str, str]:
        return {name: quoted.text for quoted, name in self.hidden().items()}

    def _next(self, quoted: Quoted) -> str:
        exists = quoted.kind in self._without_a_list or quoted in self._listed
        label = quoted.kind if exists else f"unlisted {quoted.kind}"
        self._counts[label] = self._counts.get(label, 0) + 1
        return f"{label} {self._counts[label]}"


# --- prose ----------------------------------------------------------------------------------


def _prose(text: str, names: _StandIns, repeated: Mapping[Quoted, str]) -> str:
    """Prose on one line, with stand-ins for what it repeats and for what it quotes."""
    hidden = [(quoted.text.split(), f"'{name}'") for quoted, name in repeated.items()]
    parts = [" ".join(text.split())]
    for words, name in sorted(hidden, key=lambda each: -len(" ".join(each[0]))):
        parts = [piece for part in parts for piece in _cut(part, words, name)]
    return "".join(
        part if isinstance(part, _Put) else QUOTED.sub(lambda found: _span(found, names), part)
        for part in parts
    )


class _Put(str):
    """A stand-in within prose, which is not looked at again."""

    __slots__ = ()


def _cut(part: str, words: Sequence[str], name: str) -> Iterator[str]:
    """The pieces of a part around each place where words stand, with a stand-in between."""
    if isinstance(part, _Put) or not words:
        yield part
        return
    end = 0
    for found in repeats(" ".join(words)).finditer(part):
        yield part[end : found.start()]
        yield _Put(name)
        end = found.end()
    yield part[end:]


def _span(found: re.Match[str], names: _StandIns) -> str:
    """What is put for a text that prose quotes: itself, where it is a plain name or value."""
    start, end = quoted_span(found)
    text = found.string[start:end]
    known = [quoted for quoted in names.put_for if quoted.text == text]
    if known:
        return f"'{names.put(known[0])}'"
    if names.is_shown_as_any(text):
        return found[0]
    return f"'{names.put(Quoted(text, VALUE))}'"


# --- facts ----------------------------------------------------------------------------------


def _facts(names: _StandIns) -> list[str]:
    """How texts of one kind relate, where at least one of two is hidden."""
    facts: list[str] = []
    hidden = names.hidden()
    if not hidden:
        return facts
    related = _related({quoted.text for quoted in names.put_for})
    for (one, first), (other, second) in combinations(names.put_for.items(), 2):
        if one.text not in related and other.text not in related:
            continue
        if one.kind != other.kind or not (one in hidden or other in hidden):
            continue
        fact = _relation(one.text, other.text)
        if fact and len(facts) < _MOST_FACTS:
            facts.append("- " + fact.format(f"'{first}'", f"'{second}'"))
    return facts


def _related(texts: Collection[str]) -> frozenset[str]:
    """Those of some texts that may relate to another: of thousands, most do to none."""
    alike = Counter(chain.from_iterable({t.casefold(), " ".join(t.split())} for t in texts))
    joined = "\0".join(texts)
    return frozenset(
        text
        for text in texts
        if alike[text.casefold()] > 1
        or alike[" ".join(text.split())] > 1
        or joined.find(text, joined.index(text) + 1) >= 0
    )


def _relation(one: str, other: str) -> str:
    """How two texts relate, with places for their names; empty where they do not."""
    if not one or not other:
        return ""
    if one.casefold() == other.casefold():
        return "{0} and {1} differ in upper and lower case only"
    if one.split() == other.split():
        return "{0} and {1} differ in spaces only"
    for verb, holds in (
        ("starts with", str.startswith),
        ("ends with", str.endswith),
        ("contains", str.__contains__),
    ):
        if holds(one, other):
            return f"{{0}} {verb} {{1}}"
        if holds(other, one):
            return f"{{1}} {verb} {{0}}"
    return ""


def _told(text: str) -> str:
    """A text on one line, as people read it within a model's words."""
    shown = " ".join(visible(text[: _LONGEST_MEANT + 1]).split())
    more = " [cut]" if len(text) > _LONGEST_MEANT else ""
    return f"'{shown[:_LONGEST_MEANT]}{more}'"
