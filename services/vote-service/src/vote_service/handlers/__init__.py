"""The entry points, one per function: parse, one call, a typed answer."""
