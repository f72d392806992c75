"""Activities from the sheets that offices keep: xlsx, ods and csv, as they come."""
