"""Where the pages go: the bucket and the edge caches in front of it."""
