"""People's labels: which answers are drawn, how they are labelled, kept, put right and read."""
