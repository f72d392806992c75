"""The figures of a period at a glance."""
