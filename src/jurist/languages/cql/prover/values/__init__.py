"""The values that a field can take, cut into the classes that two queries tell apart."""
