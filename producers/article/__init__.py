"""Articles from pages: title, lead and body, and nothing of the boxes around them."""
