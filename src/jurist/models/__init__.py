"""Reaching language models: providers, ledger, limits, budget, batches.

`Models` is the one way to call any of them; everything else configures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.models.batch_book import BatchBook, BatchMode, BatchOptions, BatchRecord
    from jurist.models.budget import Account, Amount, Budget, BudgetLimits
    from jurist.models.clock import Clock, SystemClock
    from jurist.models.engine import Keys, Models
    from jurist.models.exchanges import Totals
    from jurist.models.json_reply import UnreadableError, read_reply
    from jurist.models.ledger import (
        ChatReply,
        Exchange,
        ExchangeKind,
        Ledger,
        MemoryLedger,
        Turn,
        decode_reply,
    )
    from jurist.models.presets import PRESETS, Auth, BatchApi, Preset, WireProtocol
    from jurist.models.prices import Price
    from jurist.models.raw import RawPath, RawReply, RawRequest
    from jurist.models.recording import (
        JsonlLedger,
        read_exchanges,
        read_provenance,
        write_recording,
    )
    from jurist.models.reply_schema import schema_of
    from jurist.models.retries import RetryPolicy
    from jurist.models.sent import (
        Errand,
        MemorySent,
        SentLog,
        SentOutcome,
        SentRequest,
        current_log,
        logged_by,
        on_errand,
    )
    from jurist.models.types import Embeddings, Message, Reply, Request, TokenLogprobs, Usage

__all__ = [
    "PRESETS",
    "Account",
    "Amount",
    "Auth",
    "BatchApi",
    "BatchBook",
    "BatchMode",
    "BatchOptions",
    "BatchRecord",
    "Budget",
    "BudgetLimits",
    "ChatReply",
    "Clock",
    "Embeddings",
    "Errand",
    "Exchange",
    "ExchangeKind",
    "JsonlLedger",
    "Keys",
    "Ledger",
    "MemoryLedger",
    "MemorySent",
    "Message",
    "Models",
    "Preset",
    "Price",
    "RawPath",
    "RawReply",
    "RawRequest",
    "Reply",
    "Request",
    "RetryPolicy",
    "SentLog",
    "SentOutcome",
    "SentRequest",
    "SystemClock",
    "TokenLogprobs",
    "Totals",
    "Turn",
    "UnreadableError",
    "Usage",
    "WireProtocol",
    "current_log",
    "decode_reply",
    "logged_by",
    "on_errand",
    "read_exchanges",
    "read_provenance",
    "read_reply",
    "schema_of",
    "write_recording",
]

__getattr__ = public_names(
    __name__,
    {
        "batch_book": ("BatchBook", "BatchMode", "BatchOptions", "BatchRecord"),
        "budget": ("Account", "Amount", "Budget", "BudgetLimits"),
        "clock": ("Clock", "SystemClock"),
        "engine": ("Keys", "Models"),
        "exchanges": ("Totals",),
        "json_reply": ("UnreadableError", "read_reply"),
        "ledger": (
            "ChatReply",
            "Exchange",
            "ExchangeKind",
            "Ledger",
            "MemoryLedger",
            "Turn",
            "decode_reply",
        ),
        "presets": ("PRESETS", "Auth", "BatchApi", "Preset", "WireProtocol"),
        "prices": ("Price",),
        "raw": ("RawPath", "RawReply", "RawRequest"),
        "recording": ("JsonlLedger", "read_exchanges", "read_provenance", "write_recording"),
        "reply_schema": ("schema_of",),
        "retries": ("RetryPolicy",),
        "sent": (
            "Errand",
            "MemorySent",
            "SentLog",
            "SentOutcome",
            "SentRequest",
            "current_log",
            "logged_by",
            "on_errand",
        ),
        "types": ("Embeddings", "Message", "Reply", "Request", "TokenLogprobs", "Usage"),
    },
)
