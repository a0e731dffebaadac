"""Rewriting to a normal form: each rule keeps what a query permits, on every database.

A rule takes a block and gives it changed, or `None`.
"""
