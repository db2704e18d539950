"""One function each."""
