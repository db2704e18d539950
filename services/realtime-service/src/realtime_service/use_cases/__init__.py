"""What the service does, one verb a module: broadcast a change, count the audience."""
