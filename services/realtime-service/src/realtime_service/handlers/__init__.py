"""Entry points: parse, one call, a typed answer."""
