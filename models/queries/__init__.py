"""The SQL that reads: tallies, evidence, what waits."""
