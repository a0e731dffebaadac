"""Fixtures that more than one area uses; Hypothesis repeats itself and knows no deadline."""

import os
import signal
import sys

from hypothesis import settings

from fresh_stores import recorded
from jurist.roles.offline import proof_pool
from jurist.store import migrate
from postgres import postgres_server, postgres_url, store_url

__all__ = ["postgres_server", "postgres_url", "store_url"]

settings.register_profile("jurist", deadline=None, derandomize=True)
settings.load_profile("jurist")

migrate._upgrade = recorded(migrate._upgrade)  # pyright: ignore[reportPrivateUsage]

# A process for proofs takes longer to start than a test's proofs take; those of the pool and of
# commands as processes start as many as they say.
proof_pool.usable_cores = lambda: 1

# Hundreds of processes are started here: without bytecode each compiles the whole house anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell's background job ignores SIGINT, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
