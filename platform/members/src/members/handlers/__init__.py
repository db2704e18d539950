"""Lambda handlers, one module per function."""
