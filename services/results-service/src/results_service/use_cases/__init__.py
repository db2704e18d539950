"""What the service does, one verb a module: count votes, recount, rebuild, export."""
