"""Black-box checks of exact counting, for any poll with an HTTP API."""
