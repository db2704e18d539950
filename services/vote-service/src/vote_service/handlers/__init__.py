"""Lambda handlers, one module per function: parse the request, call a use case, return the response."""
