"""A database that tells two queries apart, as people see it: legal, small, with a story."""
