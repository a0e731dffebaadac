"""A proxy that logs people in says who asks, in a header that nobody else is believed."""

from __future__ import annotations

import ipaddress

from starlette.types import Scope

from jurist.store.users import user_named
from jurist.web.people import Person
from jurist.web.permissions import permissions_of
from jurist.web.settings import Settings
from jurist.web.site import Site


def person_of_proxy(site: Site, scope: Scope) -> Person | None:
    """The user whom the named proxy names; they must be known here."""
    wanted = site.settings.user_header.lower().encode("latin-1")
    named = [value for name, value in scope["headers"] if name == wanted]
    if len(named) != 1 or not comes_from_proxy(site.settings, scope):
        return None
    user = user_named(site.store, named[0].decode("utf-8", "replace").strip())
    if user is None or user.disabled is not None:
        return None
    return Person(user.name, permissions_of(user.role))


def comes_from_proxy(settings: Settings, scope: Scope) -> bool:
    """Whether the connection comes from the named proxy's address or network."""
    if not settings.trusted_proxy:
        return False
    try:
        return ipaddress.ip_address(_connected_from(scope)) in ipaddress.ip_network(
            settings.trusted_proxy, strict=False
        )
    except ValueError:
        return False


def address_of(settings: Settings, scope: Scope) -> str:
    """Where a request comes from; behind the named proxy, where that says it does."""
    if comes_from_proxy(settings, scope):
        given = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if given:  # the last is the proxy's own word, what stands before it is the client's
            return given[-1].decode("latin-1").rpartition(",")[2].strip()[:100]
    return _connected_from(scope)


def _connected_from(scope: Scope) -> str:
    """The other end of a connection; a socket of IPv6 tells IPv4's as `::ffff:10.0.0.7`."""
    client: tuple[str, int] | None = scope.get("client")
    return client[0].removeprefix("::ffff:") if client else ""
