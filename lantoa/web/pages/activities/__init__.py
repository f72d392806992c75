"""Activities: listed, entered by hand, imported from a sheet."""
