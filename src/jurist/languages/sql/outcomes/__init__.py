"""What a query permits on a database, and how two of them compare under the readings."""
