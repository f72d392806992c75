"""From the world into Kafka: fetch, read, normalise, publish."""
