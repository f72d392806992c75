"""The rules classify the text of an item. They are plain Python: no faust, no kafka, no database."""
