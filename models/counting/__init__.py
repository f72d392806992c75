"""What counts, and in which cells: pure functions over frozen values (counting.md). Nothing here reads or writes."""
