"""Log-in and rights on the dashboard: the owner needs no account on this machine, all others have to log in."""
