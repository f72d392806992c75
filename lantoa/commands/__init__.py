"""Use cases, without a terminal or a browser: each is what one command or one page does."""
