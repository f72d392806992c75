"""What runs until it is stopped: `lantoa up` and the nightly schedule."""
