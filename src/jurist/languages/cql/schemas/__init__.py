"""What a workspace has, and the readings that its verdicts rest on."""
