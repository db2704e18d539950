"""Use cases, one per module: count votes, recount, rebuild, export."""
