"""Roles that need no model: the realizer, two baseline generators, the proof judge."""
