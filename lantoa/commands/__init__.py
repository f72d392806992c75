"""Use cases, independent of terminal and browser: each one does the work of a command or a page."""
