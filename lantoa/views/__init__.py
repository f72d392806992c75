"""The data that pages, the API and the command line read, in the form in which they show it."""
