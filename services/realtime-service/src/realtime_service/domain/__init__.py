"""Domain rules, with the standard library and contracts only."""
