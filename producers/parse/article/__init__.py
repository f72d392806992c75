"""Reads articles from pages: title, lead and body, without the boxes around them."""
