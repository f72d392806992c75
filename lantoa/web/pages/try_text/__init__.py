"""A text classified without being kept."""
