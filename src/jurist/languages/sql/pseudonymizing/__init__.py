"""Other constants and names in queries and schemas: what is compared, and what stands for it."""
