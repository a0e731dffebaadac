"""Answers judged as they are made: what is asked, by whom it is judged, what waits."""
