"""What the pages of judges show: who there are, their cards, their challenges."""
