"""What travels (messages, topics) and what stays (tables, tallies)."""
