"""The application on top: command line, embedded Kafka, demo province."""
