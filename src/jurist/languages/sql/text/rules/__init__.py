"""What a dialect finds wrong in a query though every name in it is known."""
