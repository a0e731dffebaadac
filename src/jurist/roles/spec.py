"""What a study says of a role, and what a role is given to do its work."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from jurist.errors import StudyError
from jurist.languages.base import Language
from jurist.languages.capabilities import ReadsEnglish, SpeaksEnglish
from jurist.languages.texts import nearest_hint as nearest_hint
from jurist.models.reach import Reach
from jurist.records import Case
from jurist.secrets import value_of

if TYPE_CHECKING:
    from jurist.models import Models
    from jurist.roles.border.border import Border
    from jurist.roles.offline.proof_pool import ProofPool

MOST_THREADS: Final = 256
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role as a study names it: `{KIND: ARGUMENT, name: NAME, OPTION: VALUE, ...}`."""

    kind: str
    argument: object = None
    options: Mapping[str, object] = field(default_factory=dict[str, object])
    name: str | None = None
    samples: int = 1
    """How often a generator is asked each question."""

    def take_only(self, *known: str) -> None:
        """Raise `StudyError` for an option that this kind of role does not have."""
        for option in self.options:
            if option not in known:
                raise StudyError(
                    f"the role {self.kind!r} has no option {option!r}",
                    expected=", ".join(known) or "no options",
                    fix=nearest_hint(option, known),
                )

    def text(self, what: str) -> str:
        """The argument, which must be text."""
        if not isinstance(self.argument, str) or not self.argument:
            problem = f"`{self.kind}:` is {self.argument!r}"[:200]
            if self.argument is None:
                problem = f"`{self.kind}` says nothing of what it is to use"
            raise StudyError(problem, expected=what, fix=f"write {{{self.kind}: ...}}")
        return self.argument

    def number(self, option: str, default: float, *, least: float, most: float) -> float:
        """A numeric option within its bounds."""
        value = self.options.get(option, default)
        try:
            number = float(value) if not isinstance(value, bool | str) else None  # type: ignore[arg-type]
        except TypeError:
            number = None
        if number is None or not least <= number <= most:
            raise StudyError(
                f"the option {option!r} is {value!r}"[:200],
                expected=f"a number from {least:g} to {most:g}",
            )
        return number

    def whole(self, option: str, default: int, *, least: int, most: int) -> int:
        """An option that counts something, within its bounds."""
        value = self.options.get(option, default)
        if type(value) is not int or not least <= value <= most:
            raise StudyError(
                f"the option {option!r} is {value!r}"[:200],
                expected=f"a whole number from {least} to {most}",
            )
        return value


@dataclass(frozen=True, slots=True)
class Means:
    """What roles may draw on. The same for all roles on one dataset."""

    folder: Path
    """Where relative paths and modules of the study start."""
    memory: Iterable[Case] = ()
    """The dataset's cases, for generators that learn from others (`LeavesOneOut`). They are read
    from a file as a stream: who needs them keeps what it learnt."""
    seed: int = 0
    pool: ProofPool | None = None
    """Where proofs are computed; `None`: in a thread of this process."""
    models: Models | None = None
    """The engine that reaches models; `None` where the study uses none."""
    environment: tuple[str, ...] = ()
    """The variables that the study may read: it lists them."""
    language: Language | None = None
    """The dataset's: versions of roles that prove, or speak or read it in English, hold its own."""
    reach: Reach = Reach.ANYWHERE
    """How far what they are told may go."""
    border: Border | None = None
    """What roles that leave this machine stand behind; `None`: there is nothing to hide."""

    @property
    def english_version(self) -> str:
        """Of the language where a role may speak or read its English; else empty."""
        language = self.language
        has_english = isinstance(language, SpeaksEnglish | ReadsEnglish)
        return language.english_version if has_english else ""


def refuse_unlisted(names: Iterable[str], listed: Collection[str], *, where: str = "") -> None:
    """Raise `StudyError` where a study reads a variable that it does not list."""
    for name in names:
        if name not in listed:
            raise StudyError(
                f"it reads the variable {name}, which the study does not list",
                expected="every variable of the environment that a study reads, in one place",
                fix=f"add to the study: environment: [{', '.join(sorted({*listed, name}))}]",
                where=where,
            )


def digest_of(*parts: object) -> str:
    """A digest of JSON-like parts, 32 hexadecimal digits; the order of keys does not count."""
    raw = msgspec.json.encode(parts, order="deterministic", enc_hook=str)
    return blake2b(raw, digest_size=16).hexdigest()


def variables_in(text: str) -> list[str]:
    """The names of all `${NAME}` in a text."""
    return _VARIABLE.findall(text)


def expand_variables(text: str, *, as_part: Callable[[str], str] = str) -> str:
    """Put the environment's variables in place of `${NAME}`: where keys come from.

    Args:
        text: The text.
        as_part: How a value is written within it.

    Raises:
        InputError: One is not set, or holds what cannot be sent.
    """

    def value(match: re.Match[str]) -> str:
        found = value_of(match[1])
        if not found:
            raise StudyError(
                f"the variable {match[1]} is not set",
                expected="a value in that variable of the environment",
                fix=f"export {match[1]}=... and run again",
            )
        return as_part(found)

    return _VARIABLE.sub(value, text)
