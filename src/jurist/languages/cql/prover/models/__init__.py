"""From a model of the formulas to a concrete customer or account."""
