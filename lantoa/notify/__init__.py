"""Sends alarms and digests to people, by mail and webhook."""
