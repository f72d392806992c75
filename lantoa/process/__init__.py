"""Child processes: kept alive by their parent, and ended with it."""
