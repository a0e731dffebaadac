"""Templates of pages and the files beside them, as they ship."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup


def template(text: str) -> Template:
    """A template that escapes what stands in it, and names nothing that is not there."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(text)


def shipped(name: str) -> str:
    """A file of the folder `templates`."""
    return (resources.files("jurist.report") / "templates" / name).read_text("utf-8")


def stylesheet() -> Markup:
    """The style of every page."""
    return Markup(shipped("report.css"))  # noqa: S704 - our own file
