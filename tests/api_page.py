"""Prints `docs/reference/api.md` from the OpenAPI document of the application.

To renew the page: .venv/bin/python tests/api_page.py > docs/reference/api.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from jurist.web.application import build_application
from jurist.web.problems import CODES
from jurist.web.settings import Settings
from jurist.web.v1.documentation import subjects_of
from jurist.web.v1.openapi import document_of

HEAD = (
    "# API\n\nWhat `jurist serve` answers over HTTP, made from its OpenAPI document; a test holds "
    "this page to it. The server shows the same at `/api`, and the document itself at "
    "`/openapi.json`. [How to judge over HTTP](../how-to/judge-over-http.md) shows it at work.\n"
)


def page() -> str:
    """The page's text."""
    document = document_of(build_application(Settings("unused")))
    parts = [HEAD, document["info"]["description"]]
    for name, told, operations in subjects_of(document):
        parts.append(f"## {name.capitalize()}\n\n{told}\n")
        parts += ["".join(_operation(each)) for each in operations]
    parts.append("## Records\n")
    for name, schema in document["components"]["schemas"].items():
        parts.append("".join(_record(name, schema)))
    rows = "".join(f"| `{code}` | {told} |\n" for code, told in CODES.items())
    parts.append(f"## Problems\n\n| `code` | meaning |\n|---|---|\n{rows}")
    return "\n".join(parts)


def _operation(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {each['method']} {each['path']}\n\n{each['summary']}\n\n"
    if each["description"]:
        yield f"{each['description']}\n\n"
    permission = each["permission"]
    yield f"Needs the permission `{permission}`.\n\n" if permission else "Needs no account.\n\n"
    if each["parameters"]:
        yield "| parameter | in | meaning |\n|---|---|---|\n"
        for told in each["parameters"]:
            place = told["in"] + (", required" if told.get("required") else "")
            yield f"| `{told['name']}` | {place} | {told.get('description', '')} |\n"
        yield "\n"
    for what, contents in (("Body", each["takes"]), (each["status"], each["gives"])):
        for media_type, record, example in contents:
            said = f": `{record}`" if record else ""
            yield f"{what}, `{media_type}`{said}\n\n"
            if example:
                kind = "json" if media_type.endswith("json") else "text"
                yield f"```{kind}\n{example.rstrip()}\n```\n\n"


def _record(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n\n"
    if "description" in schema:
        yield f"{schema['description']}\n\n"
    if "enum" in schema:
        yield "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".\n\n"
    if schema.get("properties"):
        yield "| field | type | meaning |\n|---|---|---|\n"
        required = schema.get("required", ())
        for field, told in schema["properties"].items():
            kind = _kind(told) + ("" if field in required else ", optional")
            yield f"| `{field}` | {kind} | {told.get('description', '')} |\n"
        yield "\n"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(cast("list[str]", kind))
    if kind == "array" and isinstance(schema.get("items"), dict):
        return f"list of {_kind(schema['items'])}"
    return str(kind)


if __name__ == "__main__":
    print(page(), end="")
