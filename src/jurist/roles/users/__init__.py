"""Simulated users: they know the reference, and answer what a generator asks back."""
