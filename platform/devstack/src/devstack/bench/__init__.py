"""Measures what the project claims, on this machine alone; only `page` needs the running stack."""
