"""When two texts are one story: syllables, shingles, sketches and connected components."""
