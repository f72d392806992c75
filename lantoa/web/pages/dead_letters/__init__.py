"""Dead letters: shown, replayed, settled."""
