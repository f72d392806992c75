"""What travels: one versioned model for the value of each topic, with its limits."""
