"""Jurist judges features that turn natural language into queries."""

__version__ = "0.1.0"
