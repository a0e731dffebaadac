"""Query languages: syntax, meaning, equivalence."""
