"""Requests made from the OpenAPI document: no 5xx, and answers that are as it says."""
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from judged_runs import make_folder
from jurist.web.application import build_application
from jurist.web.settings import Settings
from jurist.web.v1.openapi import document_of
from web.served import TOKEN, serving

DOCUMENT = document_of(build_application(Settings("unused")))
API: Any = schemathesis.openapi.from_dict(DOCUMENT)


@schemathesis.serializer("application/x-ndjson")
def as_text(_context: object, value: object) -> bytes:
    """JSON lines, or whatever else the body is."""
    return str(value).encode("utf-8", "surrogatepass")


BEARER = {"Authorization": f"Bearer {TOKEN}"}
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder = make_folder(tmp_path_factory.mktemp("schemathesis"))
    folder.run(cases=3)
    with serving(Settings(folder.place)) as address:
        yield address


def quick(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


@API.parametrize()
@quick(12)
def test_requests_of_every_kind(case: Any, address: str) -> None:
    case.call_and_validate(base_url=address, headers=BEARER, checks=CHECKS)


@pytest.mark.long
@pytest.mark.timeout(1200)
@API.parametrize()
@quick(300)
def test_many_requests_of_every_kind(case: Any, address: str) -> None:
    case.call_and_validate(base_url=address, headers=BEARER, checks=CHECKS)
