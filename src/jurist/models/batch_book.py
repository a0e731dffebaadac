"""When calls are sent as batches, and the book in which those under way are kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class BatchMode(StrEnum):
    """When to use a batch API, where the server has one."""

    NEVER = "never"
    AUTO = "auto"
    """Where the run expects `minimum` calls or more."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How calls are gathered and batches followed."""

    mode: BatchMode = BatchMode.NEVER
    expected: int = 0
    """Calls that the run is going to make; decides `auto`."""
    minimum: int = 1000
    gather_s: float = 2.0
    """A batch goes out when no call has come for so long."""
    poll_s: float = 30.0
    most_requests: int = 5000
    most_bytes: int = 90_000_000


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch under way, as the book keeps it."""

    tag: str
    """Ours; sent along where the provider takes it."""
    provider_id: str
    """The provider's; empty while it is not known whether the batch was created."""
    model: str
    keys: tuple[str, ...]
    created: int


class BatchBook(Protocol):
    """Where batches under way are kept."""

    async def batches_under_way(self, model: str) -> tuple[BatchRecord, ...]:
        """The batches of a model that are not closed."""
        ...

    async def save_batch(self, record: BatchRecord) -> None:
        """Keep a batch, or what is now known of it."""
        ...

    async def close_batch(self, tag: str) -> None:
        """Forget a batch: all its replies are in the ledger or lost."""
        ...


class MemoryBook:
    """A book that lives as long as its process."""

    def __init__(self) -> None:
        self.records: dict[str, BatchRecord] = {}

    async def batches_under_way(self, model: str) -> tuple[BatchRecord, ...]:
        """The batches of a model that are not closed."""
        return tuple(record for record in self.records.values() if record.model == model)

    async def save_batch(self, record: BatchRecord) -> None:
        """Keep a batch."""
        self.records[record.tag] = record

    async def close_batch(self, tag: str) -> None:
        """Forget a batch."""
        self.records.pop(tag, None)
