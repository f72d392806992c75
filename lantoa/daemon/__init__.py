"""Processes that run until they are stopped: `lantoa up` and the nightly schedule."""
