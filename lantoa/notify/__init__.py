"""What Lan tỏa sends to people: alarms and digests, by mail and webhook."""
