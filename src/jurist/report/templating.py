"""Templates of reports and pages, and the files beside them, as they ship."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib import resources
from typing import Final
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from jurist.plurals import counted
from jurist.report.numbers import nearest_level, p_words, percent, whole
from jurist.report.parts import kind_words, part_of, part_words
from jurist.report.standing_words import (
    consistent,
    missing_words,
    refused_rightly,
    rows_shown,
    scored,
)
from jurist.report.visible import visible


def _in_url(text: str) -> str:
    """A text as one part of a path or of a query: nothing of it has a meaning there."""
    return quote(text, safe="")


def _exact(text: str) -> Markup:
    """A text in an attribute that comes back to us, such as a form's value: nobody reads it."""
    return escape(text)


_FILTERS: Final[dict[str, Callable[..., object]]] = {
    "urlencode": _in_url,
    "exact": _exact,
    "counted": counted,
    "whole": whole,
    "percent": percent,
    "p_words": p_words,
    "nearest_level": nearest_level,
    "kind_words": kind_words,
    "part_of": part_of,
    "part_words": part_words,
    "rows_shown": rows_shown,
    "scored_words": scored,
    "missing_words": missing_words,
    "consistent_words": consistent,
    "refused_words": refused_rightly,
}
"""The house's words for numbers, by their names in templates."""
_PARTS = (
    *("base", "charts", "list", "case", "compare", "desk", "judges", "disagreements"),
    *("report", "settings", "run", "api", "facts"),
)
"""Of the style sheet, in the order in which they apply."""


def environment(*packages: str) -> Environment:
    """Where templates are found by name: in the folders `templates` of these packages, in order.

    What stands in a template is escaped, with characters that readers obey unseen made visible;
    what is not there may not be named.
    """
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        finalize=_visible_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= _FILTERS
    templates.tests["nan"] = _is_nan
    return templates


def _is_nan(value: float) -> bool:
    return value != value


def _visible_text(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def shipped(name: str) -> str:
    """A file of the folder `templates`."""
    return (resources.files("jurist.report") / "templates" / name).read_text("utf-8")


def stylesheet() -> Markup:
    """The style of every page: one sheet, of which each part lies in a file of its own."""
    parts = "".join(shipped(f"css/{part}.css") for part in _PARTS)
    return Markup(parts)  # noqa: S704 - our own files


def policy_digest(text: str) -> str:
    """How the content policy of a file names a style or a script that stands in it."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
