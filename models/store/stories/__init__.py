"""The stories of counted items, kept up to date in the transaction that changes the items."""
