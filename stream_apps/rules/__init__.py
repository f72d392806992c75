"""What is decided from an item's text. Plain Python: no faust, no kafka, no database."""
