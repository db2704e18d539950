"""A virtual crowd: votes like so many phones, then holds the results against what it was told."""
