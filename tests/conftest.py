"""Fixtures that more than one area of the tests uses."""

from postgres import postgres_server, postgres_url, store_url

__all__ = ["postgres_server", "postgres_url", "store_url"]
