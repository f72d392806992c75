"""The topics as a contract for others: JSON Schema of every message, AsyncAPI of the whole, and what may change."""
