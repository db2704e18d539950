"""Lambda handlers, one per module."""
