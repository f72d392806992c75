"""What a process needs to do its work: broker, workers, consumer lag, the data folder; made at the entry point and closed there."""
