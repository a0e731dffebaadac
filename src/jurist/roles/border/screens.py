"""What is looked for in a request before it leaves: originals that somebody forgot to hide.

This check knows nothing of where pseudonyms are put, so that it can find what that misses. It
looks for whole values: of one word where no prompt would have the word anyway, of several words
in their order, dates, and numbers of so many digits that they stand there by no chance.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, cast

import msgspec

from jurist.languages.capabilities import VALUE, Quotes
from jurist.languages.pseudonymizing import Constant, ConstantKind, Value
from jurist.privacy.spelling import ascii_digits, plainly, visible
from jurist.privacy.vocabulary import FUNCTION_WORDS
from jurist.roles.protocols import Workspace
from jurist.roles.teaching import primer
from jurist.screening import Screen

_WORD: Final = re.compile(r"[^\W_]+")
_GROUPED: Final = re.compile(
    r"(?<=\d)[,.'’_\u00a0\u2009\u202f ](?=\d{3}(?!\d))|(?<=\d),(?=\d\d(?:,\d\d)*,\d{3}(?!\d))"
)
_SHORTEST: Final = 3
_DIGITS: Final = 6
"""Digits of a number that are looked for: a shorter one may stand anywhere."""
_NOT_TOLD: Final = frozenset({"model", "response_format", "output_format", "output_config"})
"""Parts of a request that say who is asked, and for what form of reply."""
_KINDS: Final[Mapping[ConstantKind, str]] = {
    ConstantKind.TEXT: "a value of a query or of the schema",
    ConstantKind.NUMBER: "a number of a query",
    ConstantKind.MOMENT: "a date of a query",
}

Words = tuple[str, ...]


@dataclass(frozen=True)
class HiddenTexts:
    """Texts that may not leave, each as its words in small letters, with its kind in words."""

    by_first: Mapping[str, Mapping[Words, str]]

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]]) -> HiddenTexts:
        """Texts with their kinds; what any request may have is left out."""
        found: dict[str, dict[Words, str]] = defaultdict(dict)
        for text, kind in texts:
            words = words_in(text)
            if words and any(map(_tells, words)):
                found[words[0]].setdefault(words, kind)
        return cls(dict(found))

    @classmethod
    def of_constants(
        cls, constants: Iterable[Constant], kinds: Collection[ConstantKind]
    ) -> HiddenTexts:
        """The values of constants of some kinds."""
        return cls.of((str(c.value), _KINDS[c.kind]) for c in constants if c.kind in kinds)

    def within(self, words: Words, place: int) -> Iterator[tuple[Words, str]]:
        """Those that stand at a place of a text."""
        for hidden, kind in self.by_first.get(words[place], {}).items():
            if words[place : place + len(hidden)] == hidden:
                yield hidden, kind


def words_in(text: str) -> Words:
    """The words of a text, as they are looked up; digits that are grouped are one word."""
    seen = ascii_digits(unicodedata.normalize("NFC", visible(text)))
    return tuple(plainly(word) for word in _WORD.findall(_GROUPED.sub("", seen)))


def screen_of(
    hidden: Iterable[HiddenTexts],
    public: Collection[str],
    stands_for: Callable[[Words], bool],
) -> Screen:
    """A look at a body for what may not leave.

    Args:
        hidden: What is looked for.
        public: Words that any request may hold, in small letters: a value that has no others
            is not looked for.
        stands_for: Whether words are the pseudonym of something: by chance, one may be
            spelt as an original.
    """
    sought = tuple(hidden)

    def look(body: bytes) -> str:
        for text in _told(body):
            words = words_in(text)
            for place in range(len(words)):
                for each in sought:
                    for found, kind in each.within(words, place):
                        if not (public_only(found) or stands_for(found)):
                            return kind
        return ""

    def public_only(words: Words) -> bool:
        return all(word in public for word in words)

    return look


def public_words(workspace: Workspace, *, with_names: bool) -> frozenset[str]:
    """The words of all prompts, of the workspace's language, and of its names if these may leave.

    Args:
        workspace: As it may leave.
        with_names: Whether names leave as they are.
    """
    language, schema = workspace.language, workspace.schema
    texts = [primer(workspace)]
    if with_names and isinstance(language, Quotes):
        texts += [quoted.text for quoted in language.listed(schema) if quoted.kind != VALUE]
    return _words_of_prompts() | {word for text in texts for word in words_in(text)}


@cache
def _words_of_prompts() -> frozenset[str]:
    folder = resources.files("jurist.roles") / "prompts"
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".md")]
    return FUNCTION_WORDS | {word for text in texts for word in words_in(text)}


def as_words(value: Value) -> Words:
    """A value of a query as the words that it has in a request."""
    return words_in(str(value))


def _tells(word: str) -> bool:
    if word in FUNCTION_WORDS:
        return False
    return len(word) >= (_DIGITS if word.isdecimal() else _SHORTEST)


def _told(body: bytes) -> Iterator[str]:
    """The texts of a body that tell something; of a conversation not what the other side said."""
    try:
        document = msgspec.json.decode(body)
    except msgspec.DecodeError:
        yield body.decode("utf-8", "replace")
        return
    yield from _texts(document)


def _texts(part: object) -> Iterator[str]:
    match part:
        case str():
            yield part
        case int() | float():
            yield str(part)
        case dict():
            named = cast("dict[str, object]", part)
            if named.get("role") == "assistant":
                return
            for key, value in named.items():
                if key not in _NOT_TOLD:
                    yield from _texts(value)
        case list():
            for each in cast("list[object]", part):
                yield from _texts(each)
        case _:
            return
