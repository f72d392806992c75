"""How well the rules link an office's own clippings: rows with right answers, read, classified and compared."""
