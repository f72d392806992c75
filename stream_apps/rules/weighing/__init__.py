"""Evidence that adds up: how probably a mention means each of the documents that it can mean (docs/linking.md)."""
