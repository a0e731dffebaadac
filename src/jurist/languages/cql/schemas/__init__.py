"""What a workspace has, from files and for proofs."""
