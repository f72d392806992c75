"""Child processes, which their parent restarts and which end with it."""
