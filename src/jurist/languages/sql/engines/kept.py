"""Engines that a thread keeps, since making tables costs more than all else of an easy pair."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Engine = TypeVar("_Engine")


class Kept(threading.local, Generic[_Engine]):
    """The engines that this thread used last.

    Args:
        most: How many of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._engines: OrderedDict[Hashable, _Engine] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], _Engine]) -> _Engine:
        """The engine of a key, made where there is none; the one used longest ago goes first."""
        if key in self._engines:
            self._engines.move_to_end(key)
            return self._engines[key]
        if len(self._engines) >= self._most:
            self._engines.popitem(last=False)
        engine = self._engines[key] = make()
        return engine
