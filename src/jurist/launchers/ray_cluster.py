"""Sessions on the nodes of a Ray cluster: one a node, each an actor that starts it again.

Ray starts processes and says that they have ended, no more: nothing that is judged goes through
it. A node that joins gets a session; what a lost node held opens when its lease runs out.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Final, Protocol, cast

from jurist.errors import InputError
from jurist.launchers.session_command import FINAL, SessionCommand

CLIENT: Final = "ray://"
LOCAL: Final = "ray"
"""In place of an address: the cluster that this machine is a node of."""
_TAIL: Final = 40
"""Lines of what a session says last."""
_SHORT_LIFE_S: Final = 5.0
_MOST_SHORT_LIVES: Final = 5
"""In a row: a session that always dies at once is not started for ever."""


@dataclass(frozen=True, slots=True)
class NodeEnding:
    """How the session of a node ended for good."""

    node: str
    """The node's name, as Ray has it."""
    code: int
    messages: str
    """Its last lines."""


class _NodeSession:
    """The actor: `jurist work` on its node, as a process of its own.

    That process ends in order when this one does, however it does: its standard input closes.
    """

    def work(self, arguments: list[str], store: str) -> tuple[int, str]:
        """Keep a session at work until it ends for good; its exit code and its last lines."""
        short_lives = 0
        while True:
            began = time.monotonic()
            code, messages = _session(arguments, store)
            if code in FINAL:
                return code, messages
            is_short = time.monotonic() - began < _SHORT_LIFE_S
            short_lives = short_lives + 1 if is_short else 0
            if short_lives >= _MOST_SHORT_LIVES:
                return code, messages


def _session(arguments: list[str], store: str) -> tuple[int, str]:
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "jurist", *arguments, "--stop-at-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "JURIST_STORE": store},  # the environment is not in the process list
    ) as process:
        messages = deque(process.stderr or (), maxlen=_TAIL)
        return process.wait(), "".join(messages)


class _Actor(Protocol):
    work: _Method


class _Method(Protocol):
    def remote(self, arguments: list[str], store: str) -> _Work: ...


class _Work(Protocol):
    """What work comes back as."""

    def __hash__(self) -> int: ...


class _Ray(Protocol):
    """What of the library is used: its own types are too wide to be checked."""

    def init(self, address: str, *, log_to_driver: bool) -> object: ...
    def shutdown(self) -> None: ...
    def nodes(self) -> Sequence[Mapping[str, Any]]: ...
    def remote(self, **options: object) -> _Remote: ...
    def kill(self, actor: _Actor, *, no_restart: bool) -> None: ...
    def get(self, work: _Work) -> tuple[int, str]: ...
    def wait(
        self, work: list[_Work], *, num_returns: int, timeout: float
    ) -> tuple[list[_Work], list[_Work]]: ...


class _Remote(Protocol):
    def __call__(self, actor: type[_NodeSession]) -> _ActorClass: ...


class _ActorClass(Protocol):
    def remote(self) -> _Actor: ...


@cache
def _library() -> _Ray:
    """Ray, with tokens asked for and no usage reported unless the environment says otherwise.

    It looks at these variables when it is imported.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    return cast("_Ray", import_module("ray"))


@dataclass(slots=True)
class RayCrew:
    """The sessions of a run on the cluster that `connect` reached.

    Args:
        command: What each node does.
        store: The store's address, which sessions are told in their environment.
    """

    command: SessionCommand
    store: str
    _at_work: dict[_Work, tuple[str, _Actor]] = field(
        default_factory=dict[_Work, "tuple[str, _Actor]"]
    )
    """By what their work comes back as: the node's name, and the actor."""
    _staffed: set[str] = field(default_factory=set[str])

    def staff(self) -> int:
        """Start a session on each node that has had none; how many are at work."""
        for node in _library().nodes():
            name, cores = str(node["NodeID"]), int(node["Resources"].get("CPU", 0))
            if not node["Alive"] or cores < 1 or name in self._staffed:
                continue
            self._staffed.add(name)
            actor = _actor_on(name, cores)
            work = actor.work.remote(self.command.arguments(str(cores)), self.store)
            self._at_work[work] = str(node["NodeManagerHostname"]), actor
        return len(self._at_work)

    def endings(self, timeout_s: float) -> list[NodeEnding]:
        """The sessions that ended for good within a time, but for those whose node was lost.

        Args:
            timeout_s: Seconds to wait for one to end.
        """
        if not self._at_work:
            return []
        from ray.exceptions import ActorUnschedulableError, RayActorError

        at_work = list(self._at_work)
        ready, _ = _library().wait(at_work, num_returns=len(at_work), timeout=timeout_s)
        ended: list[NodeEnding] = []
        for work in ready:
            name, _ = self._at_work.pop(work)
            with contextlib.suppress(RayActorError, ActorUnschedulableError):  # its node went
                ended.append(NodeEnding(name, *_library().get(work)))
        return ended

    def stop(self) -> None:
        """End all sessions: each commits what is done, and opens the rest."""
        for _, actor in self._at_work.values():
            _library().kill(actor, no_restart=True)
        self._at_work.clear()


def _actor_on(node: str, cores: int) -> _Actor:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    options = _library().remote(
        num_cpus=cores,
        max_restarts=-1,
        max_task_retries=-1,  # the session is started again with its actor
        scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
    )
    return options(_NodeSession).remote()


def connect(address: str) -> None:
    """Reach a cluster that is there.

    Args:
        address: `ray://HOST:PORT`, `ray:HOST:PORT` (the cluster's own port), or `ray`.

    Raises:
        InputError: There is no such cluster, or it does not let us in.
    """
    where = address if address.startswith(CLIENT) else address.removeprefix("ray:")
    try:
        _library().init("auto" if address == LOCAL else where, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise InputError(
            f"no Ray cluster can be reached at {address!r}: {error}",
            expected="a cluster that runs, with the token that its nodes have",
            fix="start one (`ray start --head`), and say its token in RAY_AUTH_TOKEN or in "
            "~/.ray/auth_token; RAY_AUTH_MODE=disabled where it has none",
            where="--on",
        ) from None


def disconnect() -> None:
    """Leave the cluster; it goes on without us."""
    _library().shutdown()
