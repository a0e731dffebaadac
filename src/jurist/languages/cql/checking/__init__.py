"""What is wrong with a query under a schema."""
