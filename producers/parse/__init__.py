"""From the bytes of a document to entries: a reader for each kind of source, and for article pages."""
