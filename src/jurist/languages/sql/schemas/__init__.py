"""Tables, keys and facts: what they are, and where they are read from."""
