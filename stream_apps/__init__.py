"""From Kafka to classified and persisted: Faust agents that wire, rules that decide."""
