"""The API described: the OpenAPI document for programs, and a page for people."""

from __future__ import annotations

import json
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from jurist.web.people import anybody
from jurist.web.problems import CODES
from jurist.web.rendering import page
from jurist.web.v1.conventions import JSON
from jurist.web.v1.openapi import document_of

router = APIRouter()


@router.get("/openapi.json", dependencies=[anybody()], include_in_schema=False)
def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return Response(json.dumps(document_of(_application(request))), media_type=JSON)


@router.get("/api", dependencies=[anybody()], include_in_schema=False)
def api(request: Request) -> HTMLResponse:
    """The same for people."""
    document = document_of(_application(request))
    return page(
        request,
        "api.html.j2",
        about=document["info"]["description"].strip().split("\n\n"),
        subjects=subjects_of(document),
        records=document["components"]["schemas"],
        problems=CODES,
    )


def _application(request: Request) -> FastAPI:
    return cast("FastAPI", request.app)


def subjects_of(document: dict[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The document's operations by subject, each with what a reader needs of it."""
    operations = [
        _told(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [
        (tag["name"], tag["description"], own)
        for tag in document["tags"]
        if (own := [each for each in operations if each["tag"] == tag["name"]])
    ]


def _told(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    (status, answered) = next(
        (status, answered)
        for status, answered in operation["responses"].items()
        if status.startswith("2")
    )
    return {
        "tag": operation["tags"][0],
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "permission": operation.get("x-permission", ""),
        "parameters": operation.get("parameters", []),
        "takes": _contents(operation.get("requestBody", {})),
        "status": status,
        "answer": answered["description"],
        "gives": _contents(answered),
    }


def _contents(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each media type, the record that it holds, and an example of it."""
    return [
        (media_type, _record(content.get("schema", {})), _example(content))
        for media_type, content in part.get("content", {}).items()
    ]


def _record(schema: dict[str, Any]) -> str:
    inner = schema.get("items", schema)
    name = str(inner.get("$ref", "")).rpartition("/")[2]
    return f"{name}[]" if name and inner is not schema else name


def _example(content: dict[str, Any]) -> str:
    example = content.get("example")
    if example is None or isinstance(example, str):
        return example or ""
    return json.dumps(example, indent=2, ensure_ascii=False)
