"""Writes the page of the Python API from its docstrings.

python tests/python_page.py > docs/reference/python.md
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, cast

import jurist
from jurist.api import COLUMNS

HEAD = """# Python

What `import jurist` offers. Nothing is loaded before it is first used. \
[How it is used](../how-to/python.md).

The records (`Case`, `Question`, `Candidate`, `Evidence`, `Verdict`, ...) have \
[a page of their own](records.md). `Comparison` is `Evidence`, and `Judgement` a `Verdict`, that \
print themselves, and draw themselves in a notebook.
"""
CALLED = ("workspace", "Workspace", "Dataset", "Study", "run", "run_async", "open_run", "Run",
          "pseudonymised", "align", "estimate", "compare", "ingest", "measure")  # fmt: skip
SHOWN = ("Leaderboard", "Measured", "Outcome", "Comparison", "Judgement", "Variant")


def page() -> str:
    """The whole page."""
    parts = [HEAD, *(_entry(name) for name in (*CALLED, *SHOWN))]
    return "\n".join([*parts, _rows(), _errors()])


def _entry(name: str) -> str:
    value = cast("object", getattr(jurist, name))
    if not inspect.isclass(value):
        return f"## `{name}`\n\n{_documented(cast('Callable[..., object]', value), name)}"
    made = name in {"Dataset", "Study"}
    head = f"jurist.{name}{_signature(value)}" if made else ""
    lines = [
        f"## `{name}`\n",
        *([_code(head)] if made else []),
        _prose(inspect.getdoc(value) or ""),
    ]
    for member, part in vars(value).items():
        if member.startswith("_") or member == "file" or member == "loaded":
            continue
        if isinstance(part, property):
            lines.append(f"- `.{member}`: {_first(part.fget)}")
        elif isinstance(part, classmethod):
            inner = cast("Callable[..., object]", getattr(value, member))
            lines.append(f"\n### `{name}.{member}`\n\n{_documented(inner, f'{name}.{member}')}")
        elif inspect.isfunction(part):
            lines.append(f"\n### `{name}.{member}`\n\n{_documented(part, member)}")
    if name in {"Outcome", "Variant"}:
        held = ", ".join(f"`{field.name}`" for field in fields(cast("Any", value)))
        lines.append(f"Fields: {held}.\n")
    return "\n".join(lines) + "\n"


def _documented(value: Callable[..., object], name: str) -> str:
    text = inspect.getdoc(value) or ""
    prefix = "await jurist." if name == "run_async" else "jurist." if name in CALLED else "."
    return f"{_code(f'{prefix}{name}{_signature(value)}')}\n{_prose(text)}"


def _signature(value: Callable[..., object]) -> str:
    """As it is written in the source, a parameter a line where it is long."""
    parameters = [
        parameter
        for parameter in inspect.signature(value).parameters.values()
        if parameter.name not in {"self", "cls"}
    ]
    shown: list[str] = []
    starred = False
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
            starred = True
        annotation = str(parameter.annotation).replace("protocols.", "")
        default = (
            "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}"
        )
        shown.append(f"{parameter.name}: {annotation}{default}")
    line = f"({', '.join(shown)})"
    if len(line) > 70:
        line = "(\n" + "".join(f"    {part},\n" for part in shown) + ")"
    returned = str(inspect.signature(value).return_annotation)
    return line if "_empty" in returned or returned == "None" else f"{line} -> {returned}"


def _code(text: str) -> str:
    return f"```text\n{text}\n```\n"


def _prose(doc: str) -> str:
    """A Google style docstring as Markdown."""
    made: list[str] = []
    for block in re.split(r"\n(?=(?:Args|Returns|Raises):\n)", doc):
        title, _, rest = block.partition(":\n")
        if title not in {"Args", "Returns", "Raises"}:
            made.append(re.sub(r"(?<=\S)\n(?=\S)", " ", block).strip())
            continue
        lines = re.sub(r"\n {4,}(?=\S)", " ", textwrap.dedent(rest))
        if title == "Returns":
            made.append(f"Gives: {' '.join(lines.split())}")
            continue
        items = [f"- {_item(line)}" for line in lines.splitlines() if line.strip()]
        made.append(("Raises:\n\n" if title == "Raises" else "") + "\n".join(items))
    return "\n\n".join(made) + "\n"


def _item(line: str) -> str:
    name, _, text = line.partition(": ")
    return f"`{name}`: {text.strip()}"


def _first(getter: Callable[..., object] | None) -> str:
    return " ".join((inspect.getdoc(getter) or "").split())


def _rows() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "## Rows\n"
    yield "The columns of `Run.rows`, `to_pandas` and the others, in order. Any may be empty.\n"
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for name, column in COLUMNS.items():
        yield f"| `{name}` | {column.kind.__name__} | {column.meaning} |"
    yield ""


def _errors() -> str:
    return (
        "## Errors\n\n"
        "`JuristError` is the root of all that Jurist raises on purpose; its `problem`, `expected` "
        "and `fix` are also in its message. `InputError`: what you gave cannot be used. "
        "`StoreError`: the store. `ModelError`: a call that failed for good. `UnsupportedError`: "
        "a package or a capability is missing. `InternalContradiction`: two of our own methods "
        "disagree, which is a bug of ours. `get_language` gives a language by name, `__version__` "
        "the version.\n"
    )


if __name__ == "__main__":
    print(page(), end="")
