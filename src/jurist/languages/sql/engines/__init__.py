"""Databases that run queries here: bounded, and able to read alone."""
