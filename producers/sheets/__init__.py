"""Reads activities from the sheets that offices keep: xlsx, ods and csv, in any layout."""
