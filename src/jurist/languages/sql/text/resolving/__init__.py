"""Every name by what it stands for: a copy of the tree in which nothing is left to be looked up."""
