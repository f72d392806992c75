"""The catalogue of documents and their aliases."""
