"""A run as its pages show it: at a glance, as a list, while it goes on, in a setting."""
