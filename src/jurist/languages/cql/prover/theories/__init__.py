"""Which truths about one group can go together: by counting, by arithmetic, by existence."""
