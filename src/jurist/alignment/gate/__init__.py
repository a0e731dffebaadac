"""Whether a run is good enough to ship."""
