"""Packages that only some commands need."""

from __future__ import annotations

from importlib.util import find_spec

from jurist.errors import UnsupportedError


def require_web() -> None:
    """Raise `UnsupportedError` where the web application's packages are not installed."""
    _require("web", "the web application", "fastapi", "uvicorn", "argon2", "multipart")


def require_oidc() -> None:
    """The same of those that single sign-on needs."""
    _require("oidc", "single sign-on", "httpx", "joserfc")


def require_ray() -> None:
    """The same of what starts sessions on a Ray cluster."""
    _require("ray", "a Ray cluster", "ray")


def _require(extra: str, what: str, *packages: str) -> None:
    for package in packages:
        if find_spec(package) is None:
            raise UnsupportedError(
                f"{what} needs a package that is not installed: {package}",
                expected=f"the extra {extra!r}",
                fix=f"pip install 'jurist[{extra}]'",
            )
