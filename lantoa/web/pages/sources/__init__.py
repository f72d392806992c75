"""Sources: their state, adding one, fetching one now."""
