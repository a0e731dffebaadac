"""Jurist judges features that turn natural language into queries."""
