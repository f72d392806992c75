"""Log-in with a password or through the office's single sign-on."""
