"""Entry points, one per function: parse the request, make one call, return a typed response."""
