"""The contracts of the topics as files, and the metrics."""
