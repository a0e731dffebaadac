"""What a judge misses, on certified variants of references: no label is needed."""
