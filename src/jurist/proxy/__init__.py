"""An address on this machine through which any program's model calls get ledger, limits, budget.

It speaks what OpenAI's and Anthropic's clients speak. `Proxy` serves it; `current` is where a
generator within a run finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.proxy.access import Access, Credit, current
    from jurist.proxy.catalogue import names_of
    from jurist.proxy.server import Proxy

__all__ = ["Access", "Credit", "Proxy", "current", "names_of"]

__getattr__ = public_names(
    __name__,
    {
        "access": ("Access", "Credit", "current"),
        "catalogue": ("names_of",),
        "server": ("Proxy",),
    },
)
