"""What a query makes of one customer or account, node by node."""
