"""`python -m lantoa` is `lantoa`."""

from lantoa.cli import main

main()
