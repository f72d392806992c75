"""Activities: the list, the form, and the import of a sheet."""
