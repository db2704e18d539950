"""The rules: standard library and contracts only."""
