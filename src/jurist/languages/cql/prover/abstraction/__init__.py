"""From conditions to formulas over numbered atoms, and the moments at which they are asked."""
