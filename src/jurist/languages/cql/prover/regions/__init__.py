"""Products of independent dimensions, searched for a point at which a formula holds."""
