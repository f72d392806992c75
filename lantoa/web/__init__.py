"""The dashboard that the press liaison uses in a browser: every figure, and the items behind it."""
