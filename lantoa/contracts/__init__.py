"""The contract of the topics: JSON Schema of every message, AsyncAPI of the whole, and the check of compatibility."""
