"""Fixtures that more than one area uses; Hypothesis repeats itself and knows no deadline."""

import signal

from hypothesis import settings

from postgres import postgres_server, postgres_url, store_url

__all__ = ["postgres_server", "postgres_url", "store_url"]

settings.register_profile("jurist", deadline=None, derandomize=True)
settings.load_profile("jurist")

# A shell's background job ignores SIGINT, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
