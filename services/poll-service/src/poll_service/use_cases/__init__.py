"""What the service does, one verb a module: change a poll, re-encode an image."""
