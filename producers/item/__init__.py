"""What makes an item of an entry: identity, date, revision."""
