"""Prompt templates: Markdown files, versioned by their content.

A template has a `# system` and a `# user` part. `{{name}}` is replaced by a value that
the caller has fenced or made itself; a name without a value, or a value without a
place, is an error, so that a template and its role cannot drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path

from jurist.errors import InputError
from jurist.models.types import Message

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_PART = re.compile(r"^# (system|user)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt's two parts and the digest of its text."""

    name: str
    system: str
    user: str
    version: str

    def render(self, **values: str) -> tuple[Message, ...]:
        """Both messages with the values in their places."""
        places = set(_PLACE.findall(self.system)) | set(_PLACE.findall(self.user))
        if places != values.keys():
            raise InputError(
                f"template {self.name}: places {sorted(places)}, values {sorted(values)}",
                expected="the same names",
                fix="use the shipped template as a model",
            )

        def fill(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return (
            Message("system", _PLACE.sub(fill, self.system)),
            Message("user", _PLACE.sub(fill, self.user)),
        )


def load_template(name: str, *, override: Path | None = None) -> Template:
    """A shipped template by name, or the file that replaces it.

    Raises:
        InputError: Where the file is missing or has no `# system` and `# user` part.
    """
    if override is None:
        text = (resources.files("jurist.roles") / "prompts" / f"{name}.md").read_text("utf-8")
        where = f"template {name}"
    else:
        where = str(override)
        try:
            text = override.read_text("utf-8")
        except OSError as error:
            raise InputError(f"the template {override} cannot be read: {error.strerror}") from None
    parts = _PART.split(text)
    named = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    if set(named) != {"system", "user"}:
        raise InputError(
            f"{where} has the parts {sorted(named) or 'none'}",
            expected="one line '# system' and one line '# user', each followed by its text",
        )
    version = sha256(text.encode()).hexdigest()[:12]
    return Template(where, named["system"], named["user"], version)
