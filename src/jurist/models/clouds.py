"""Signing for the clouds, by their own libraries, imported only when a call needs them."""

from __future__ import annotations

import os
import threading
from importlib import import_module
from types import ModuleType
from typing import Final, cast

from jurist.errors import InputError

_GOOGLE_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
_lock: Final = threading.Lock()
_credentials: dict[str, object] = {}


def sign_for_aws(method: str, url: str, body: bytes) -> dict[str, str]:
    """The headers of a SigV4 signature for Bedrock.

    Credentials are found as the AWS tools find them: environment, profile, role.

    Raises:
        InputError: botocore or the credentials are missing.
    """
    session_module = _import("botocore.session", "bedrock")
    auth = _import("botocore.auth", "bedrock")
    requests = _import("botocore.awsrequest", "bedrock")
    with _lock:
        if "aws" not in _credentials:
            _credentials["aws"] = session_module.get_session().get_credentials()
        credentials = _credentials["aws"]
    if credentials is None:
        del _credentials["aws"]
        raise InputError(
            "no AWS credentials were found for Bedrock",
            expected="credentials in the environment or in AWS's own files",
            fix="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
        )
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    request = requests.AWSRequest(
        method=method, url=url, data=body, headers={"Content-Type": "application/json"}
    )
    auth.SigV4Auth(credentials, "bedrock", region).add_auth(request)
    signed = cast("dict[str, str]", dict(request.headers.items()))
    return {name: value for name, value in signed.items() if name != "Content-Type"}


def token_of_google() -> str:
    """An access token for Vertex, renewed when it runs out.

    Raises:
        InputError: google-auth or the credentials are missing.
    """
    google = _import("google.auth", "vertex")
    transport = _import("google.auth.transport.requests", "vertex")
    errors = _import("google.auth.exceptions", "vertex")
    with _lock:
        try:
            if "google" not in _credentials:
                _credentials["google"] = google.default(scopes=[_GOOGLE_SCOPE])[0]
            credentials = cast("_GoogleCredentials", _credentials["google"])
            if not credentials.valid:
                credentials.refresh(transport.Request())
        except errors.GoogleAuthError:
            raise InputError(
                "no Google credentials could be used for Vertex",
                expected="credentials that Google's library finds",
                fix="run `gcloud auth application-default login`, "
                "or set GOOGLE_APPLICATION_CREDENTIALS",
            ) from None
        return credentials.token


def forget_credentials() -> None:
    """Look for the clouds' credentials anew with the next call."""
    with _lock:
        _credentials.clear()


class _GoogleCredentials:
    valid: bool
    token: str

    def refresh(self, request: object) -> None: ...


def _import(module: str, extra: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError:
        raise InputError(
            f"a model on {extra} needs {module.partition('.')[0]}, which is not installed",
            expected="an installed package",
            fix=f"pip install 'jurist[{extra}]'",
        ) from None
