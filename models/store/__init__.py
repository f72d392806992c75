"""The SQL that writes, and what a writer has to load first."""
