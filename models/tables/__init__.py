"""What stays: the SQLModel tables."""
