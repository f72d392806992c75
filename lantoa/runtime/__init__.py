"""What a process needs for its work (broker, workers, consumer lag, data folder), made at its entry point and closed
there."""
