"""Reaching language models: providers, ledger, limits, budget, batches.

`Models` is the one way to call any of them; everything else configures it.
"""

from .batches import BatchBook, BatchMode, BatchOptions, BatchRecord
from .budget import Account, Amount, Budget, BudgetLimits
from .clock import Clock, SystemClock
from .engine import Models, Totals
from .json_reply import UnreadableError, read_reply
from .ledger import ChatReply, Exchange, ExchangeKind, Ledger, MemoryLedger, decode_reply
from .presets import PRESETS, Auth, BatchApi, Preset, WireProtocol
from .prices import Price
from .recording import JsonlLedger, read_exchanges, read_provenance, write_recording
from .reply_schema import schema_of
from .retries import RetryPolicy
from .types import Embeddings, Message, Reply, Request, TokenLogprobs, Usage

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
    "Exchange",
    "ExchangeKind",
    "JsonlLedger",
    "Ledger",
    "MemoryLedger",
    "Message",
    "Models",
    "Preset",
    "Price",
    "Reply",
    "Request",
    "RetryPolicy",
    "SystemClock",
    "TokenLogprobs",
    "Totals",
    "UnreadableError",
    "Usage",
    "WireProtocol",
    "decode_reply",
    "read_exchanges",
    "read_provenance",
    "read_reply",
    "schema_of",
    "write_recording",
]
