"""Weighs evidence: the probability that a mention means each of the documents that it can mean (docs/linking.md)."""
