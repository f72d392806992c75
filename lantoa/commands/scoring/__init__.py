"""Measures how well the rules link an office's own clippings, by rows with right answers."""
