"""What roles behind the border have in common."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

import msgspec

from jurist.models.sent import on_errand
from jurist.privacy import NotCarriedError
from jurist.records import Failure, FailureKind
from jurist.roles.border.border import Border
from jurist.roles.border.crossing import Crossing, Telling
from jurist.roles.border.remembering import Memories, Remembers
from jurist.roles.protocols import Role
from jurist.screening import screened, screening

RoleT = TypeVar("RoleT", bound=Role)


@dataclass(frozen=True)
class Behind(Generic[RoleT]):
    """A role behind the border; entered and left with the role itself."""

    inner: RoleT
    border: Border = field(repr=False)
    _retold: dict[str, RoleT] = field(
        default_factory=dict[str, RoleT], init=False, repr=False, compare=False
    )
    """The role as it remembers things in a workspace, by its schema's digest."""

    @property
    def name(self) -> str:
        """The role's own."""
        return self.inner.name

    @property
    def version(self) -> str:
        """Digest of the role's own, the level, and the key."""
        return self.border.version_of(self.inner.version)

    def retold(self, crossing: Crossing) -> RoleT:
        """The role as it remembers things where it is told of a workspace."""
        digest = crossing.workspace.schema.digest
        if digest not in self._retold:
            inner = self.inner
            if isinstance(inner, Remembers):
                inner = cast("RoleT", inner.retold(Memories(crossing)))
            self._retold[digest] = inner
        return self._retold[digest]

    @contextmanager
    def watched(self, telling: Telling, *told: str) -> Generator[None]:
        """Have what the role sends within looked at, and its level put on record.

        Args:
            telling: What may not leave.
            told: What the role is told, which is looked at first: code may tell it to anybody.

        Raises:
            ModelError: Something that may not leave stands in it.
        """
        with screening(telling.screen), on_errand(privacy=self.border.level.value):
            screened(msgspec.json.encode(told))
            yield

    async def __aenter__(self) -> Self:
        if isinstance(self.inner, AbstractAsyncContextManager):
            await cast("AbstractAsyncContextManager[object]", self.inner).__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(self.inner, AbstractAsyncContextManager):
            inner = cast("AbstractAsyncContextManager[object]", self.inner)
            await inner.__aexit__(kind, error, trace)


def role_itself(role: Role) -> Role:
    """The role that stands behind the border, where it does; else the role."""
    return cast("Behind[Role]", role).inner if isinstance(role, Behind) else role


def private(error: NotCarriedError) -> Failure:
    """Why nothing was sent."""
    return Failure(FailureKind.PRIVATE, f"it cannot be told by pseudonyms: {error.reason}")


def revealed_failure(failure: Failure, telling: Telling) -> Failure:
    """A failure from beyond the border, with the originals in its reason."""
    return Failure(failure.kind, telling.heard(failure.reason))
