"""Queries as text and as JSON: reading, printing, and errors that say what to do."""
