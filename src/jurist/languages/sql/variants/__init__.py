"""Queries made of a query, with one mistake each or with none: on its tree, never on text."""
