"""Studies of one folder: read as text, looked through, run in processes of their own."""
