"""What is doubtful in a query that is allowed, from what public references got wrong."""
