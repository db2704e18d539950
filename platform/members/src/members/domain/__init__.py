"""The rules: imports the standard library and contracts only."""
