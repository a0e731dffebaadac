"""Databases as pictures, and texts in colours: nothing here shapes a verdict."""
