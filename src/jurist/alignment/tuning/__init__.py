"""Judges and generators that learn: from rulings, and from proofs."""
