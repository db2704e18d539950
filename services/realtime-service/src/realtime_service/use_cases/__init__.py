"""Use cases, one per module: broadcast a change, count the audience."""
