"""Forgetting: a value, a run, or all before a moment, removed from all that Jurist keeps."""
