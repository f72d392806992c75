"""The stream processor, from Kafka to the database: Faust agents do the wiring, rules classify."""
