"""Language models in the three roles."""
