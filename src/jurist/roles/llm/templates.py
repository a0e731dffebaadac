"""Prompt templates: Markdown files, versioned by their content.

A template has a `# system` and a `# user` part. `{{name}}` is replaced by a value that
the caller has fenced or made itself; a name without a value, or a value without a
place, is an error, so that a template and its role cannot drift apart. `{{words.name}}` is
replaced when a template is read by what the language's people say (`Words`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path

from jurist.errors import InputError
from jurist.languages.texts import read_text
from jurist.languages.words import Words
from jurist.models.types import Message

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_WORD = re.compile(r"\{\{words\.(\w+)\}\}")
_PART = re.compile(r"^# (system|user)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt's two parts and the digest of its text."""

    name: str
    system: str
    user: str
    version: str

    @property
    def places(self) -> frozenset[str]:
        """The names that need a value."""
        return frozenset(_PLACE.findall(self.system) + _PLACE.findall(self.user))

    def render(self, **values: str) -> tuple[Message, ...]:
        """Both messages with the values in their places."""
        if self.places != values.keys():
            raise InputError(
                f"template {self.name}: places {sorted(self.places)}, values {sorted(values)}",
                expected="the same names",
                fix="use the shipped template as a model",
            )

        def fill(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return (
            Message("system", _PLACE.sub(fill, self.system)),
            Message("user", _PLACE.sub(fill, self.user)),
        )


def load_template(name: str, words: Words, *, override: Path | None = None) -> Template:
    """A shipped template by name, or the file that replaces it, in the words of a language.

    Raises:
        InputError: The file is missing, lacks a part, or has other places than the shipped.
    """
    shipped = resources.files("jurist.roles") / "prompts" / f"{name}.md"
    where = f"template {name}"
    template = _read(where, in_words(shipped.read_text("utf-8"), words, where=where))
    if override is None:
        return template
    own = _read(str(override), in_words(read_text(override), words, where=str(override)))
    if own.places != template.places:
        missing = sorted(template.places - own.places)
        unknown = sorted(own.places - template.places)
        raise InputError(
            f"the template {override} lacks the places {missing} and has the unknown {unknown}",
            expected=", ".join(f"{{{{{place}}}}}" for place in sorted(template.places)),
            fix=f"begin with a copy of the shipped {name}.md",
        )
    return own


def in_words(text: str, words: Words, *, where: str = "a text of ours") -> str:
    """The text with a language's words in their places.

    Raises:
        InputError: It asks for a word that there is not.
    """

    def fill(match: re.Match[str]) -> str:
        word = getattr(words, match[1], None)
        if not isinstance(word, str):
            raise InputError(
                f"{where} asks for the word {match[1]!r}",
                expected="a word that languages have, such as {{words.result}}",
                fix="use the shipped templates as a model",
            )
        return word

    return _WORD.sub(fill, text)


def _read(where: str, text: str) -> Template:
    parts = _PART.split(text)
    names = parts[1::2]
    if sorted(names) != ["system", "user"]:
        raise InputError(
            f"{where} has the parts {names or 'none'}",
            expected="one line '# system' and one line '# user', each followed by its text",
        )
    named = dict(zip(names, (part.strip() for part in parts[2::2]), strict=True))
    version = sha256(text.encode()).hexdigest()[:12]
    return Template(where, named["system"], named["user"], version)
