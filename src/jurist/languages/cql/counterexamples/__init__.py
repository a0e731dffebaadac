"""Customers made for two queries, and the one that tells them apart."""
