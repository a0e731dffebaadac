"""Generators beside each other, on the same questions and under the same judges."""
