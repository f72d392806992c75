"""Producers fetch feeds, pages and sheets, read and normalise them, and publish them to Kafka."""
