"""Fixtures that more than one area uses; Hypothesis repeats itself and knows no deadline."""

from hypothesis import settings

from postgres import postgres_server, postgres_url, store_url

__all__ = ["postgres_server", "postgres_url", "store_url"]

settings.register_profile("jurist", deadline=None, derandomize=True)
settings.load_profile("jurist")
