"""What earlier fetches of a source have shown, and when the source is fetched next."""
