"""Where judges, people, proofs and references contradict each other, and settling it."""
