"""What the press liaison works with in a browser: every figure, and what stands behind it."""
