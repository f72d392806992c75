"""Log-in with a password or the office's own sign-in."""
