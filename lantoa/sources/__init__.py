"""Finding, looking at and writing down the sources of a programme."""
